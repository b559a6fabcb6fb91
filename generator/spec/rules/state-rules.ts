// Checks that the state's backend, buckets, regions and accounts fit each other.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findNearest } from '../../diagnostics/suggest.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../resolve.ts';
import { type ResolvedState, readAccountOfArn } from '../resolve-state.ts';
import { dereference } from '../schema.ts';
import { hasPath } from './spec-paths.ts';
import { readTerraformMinor } from './terraform-version.ts';

/** https://developer.hashicorp.com/terraform/language/backend/s3#use_lockfile */
const NATIVE_LOCKING_SINCE_MINOR = 10;

type Complaint = Pick<Diagnostic, 'code' | 'what' | 'why' | 'fix'> & Partial<Pick<Diagnostic, 'severity'>>;

/** SONO320 to SONO324, and the warning SONO603. */
export function checkState(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  return [
    ...checkDefaultWorkspace(resolved, spec),
    ...(resolved.backend === 'local' ? checkUnusedState(resolved, spec) : []),
    ...(resolved.backend === 's3' ? checkLocking(resolved, spec) : []),
    ...checkRegions(resolved, spec),
    ...resolved.environments.flatMap((environment) => checkEnvironment(environment, spec)),
  ];
}

/** Locates a problem at the first of `places` that is in the file, else at the last one. */
function describeAt(spec: LoadedSpec, places: readonly SpecPath[], complaint: Complaint): Diagnostic {
  const path = places.find((place) => hasPath(spec.value, place)) ?? places.at(-1) ?? [];
  return { severity: 'error', ...complaint, path: formatPath(path), location: spec.locate(path) };
}

function findPlaces(environment: string, key: string): SpecPath[] {
  return [
    ['environments', environment, 'state', key],
    ['terraform', 'state', key],
    ['environments', environment],
  ];
}

/** The first environment may use Terraform's own workspace; another one of that name would share it. */
function checkDefaultWorkspace({ environments }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  if (!environments.slice(1).some(({ name }) => name === 'default')) return [];
  const path = ['environments', 'default'];
  return [
    {
      code: 'SONO320',
      severity: 'error',
      path: formatPath(path),
      location: spec.locateKey(path),
      what: `an environment called \`default\` must be the first one: the first one, \`${environments[0].name}\`, may use the workspace of that name`,
      fix: 'choose another name, or list it first',
    },
  ];
}

function checkLocking({ requiredVersion }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const minor = readTerraformMinor(requiredVersion);
  if (minor >= NATIVE_LOCKING_SINCE_MINOR) return [];
  return [
    describeAt(spec, [['terraform', 'required_version']], {
      code: 'SONO321',
      what: `the S3 backend's own locking needs Terraform 1.${NATIVE_LOCKING_SINCE_MINOR}, not 1.${minor}`,
      why: `Terraform: \`use_lockfile\` came with 1.${NATIVE_LOCKING_SINCE_MINOR}`,
      fix: `require >= 1.${NATIVE_LOCKING_SINCE_MINOR}, or keep \`backend: local\``,
    }),
  ];
}

function checkUnusedState({ environments }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const places: SpecPath[] = [
    ['terraform', 'state'],
    ...environments.map(({ name }) => ['environments', name, 'state']),
  ];
  return places
    .filter((place) => hasPath(spec.value, place))
    .map((place) =>
      describeAt(spec, [place], {
        code: 'SONO323',
        what: 'settings of a state in S3, but the backend is `local`',
        fix: 'set `terraform: { backend: s3 }`, or remove the settings',
      }),
    );
}

function checkEnvironment(
  { name, accountId, state }: ResolvedEnvironment,
  spec: LoadedSpec,
): readonly Diagnostic[] {
  if (state === null) return [];
  const { bucket, roleArn } = state;
  const diagnostics: Diagnostic[] = [];
  if (bucket === null) {
    diagnostics.push(
      describeAt(spec, findPlaces(name, 'bucket'), {
        code: 'SONO322',
        what: 'the backend is `s3`, but no bucket is named for the state',
        fix: 'add `terraform: { state: { bucket: … } }`, or give each environment its own',
      }),
    );
  }
  if (roleArn !== null && accountId !== null && readAccountOfArn(roleArn) !== accountId) {
    diagnostics.push(
      describeAt(spec, findPlaces(name, 'role_arn'), {
        code: 'SONO603',
        severity: 'warning',
        what: `the state of \`${name}\` is in the account ${readAccountOfArn(roleArn)}, the environment in ${accountId}`,
        fix: 'leave it if all states are meant to be in an account of their own',
      }),
    );
  }
  return diagnostics;
}

/**
 * Checks that the bucket's region exists, is the key's region, and is the same for all environments that share the
 * bucket.
 */
function checkRegions({ environments }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const regionsByBucket = new Map<string, string>();
  return environments.flatMap(({ name, state }) => {
    if (state === null || state.bucket === null) return [];
    const other = regionsByBucket.get(state.bucket);
    regionsByBucket.set(state.bucket, other ?? state.region);
    const problem = findRegionProblem(state, other);
    if (problem === undefined) return [];
    const places = [...findPlaces(name, 'region').slice(0, 2), ...findPlaces(name, problem.other)];
    const { what, why, fix } = problem;
    return [describeAt(spec, places, { code: 'SONO324', what, why, fix })];
  });
}

interface RegionProblem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** The location if the spec gives no region. */
  readonly other: 'bucket' | 'kms_key_arn';
}

function findRegionProblem(
  { bucket, region, kmsKeyArn }: ResolvedState,
  other: string | undefined,
): RegionProblem | undefined {
  const known = dereference({ $ref: '#/definitions/region' }).enum as string[];
  if (!known.includes(region)) {
    const fix = `did you mean \`${findNearest(region, known)}\`?`;
    const why = 'AWS: a region is named by its code, such as us-east-1';
    return { what: `${region} is not an AWS region`, why, fix, other: 'bucket' };
  }
  if (other !== undefined && other !== region) {
    const what = `the state bucket \`${bucket}\` is in ${region} here and in ${other} for an environment above`;
    const why = 'Amazon S3: a bucket is in one region';
    return { what, why, fix: 'give both the same region, or a bucket of its own', other: 'bucket' };
  }
  const keyRegion = kmsKeyArn?.split(':')[3] ?? region;
  if (keyRegion === region) return undefined;
  const what = `the state's key is in ${keyRegion}, its bucket in ${region}`;
  const why = 'AWS KMS: a key works in its own region only';
  return {
    what,
    why,
    fix: `give a key of ${region}, or set the bucket's \`region\``,
    other: 'kms_key_arn',
  };
}
