// Checks that an environment, its account and every ARN in its settings are in one partition, and that what it uses is in
// its own account.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject, type JsonValue } from '../json.ts';
import type { LoadedSpec } from '../load.ts';
import { findPartition, PARTITIONS, readArn } from '../partitions.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../resolve.ts';
import type { Report, Scope } from './rule.ts';
import { hasPath } from './spec-paths.ts';

const SEPARATE =
  'AWS: a partition has its own accounts and credentials; nothing in one can be used from another';

/** SONO360: regions of two partitions in one environment, or one account in two partitions. */
export function checkPartitions({ environments }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const accounts = new Map<string, ResolvedEnvironment>();
  return environments.flatMap((environment) => {
    const { name, accountId, regions } = environment;
    const own = findPartition(regions[0].name);
    const mixed = regions.flatMap(({ name: region }, index) => {
      const partition = findPartition(region);
      if (partition === own) return [];
      return complain(spec, ['environments', name, 'regions', index], {
        what: `${region} is in the partition ${partition}, the primary region ${regions[0].name} in ${own}`,
        fix: `make an environment of its own for the regions of ${partition}`,
      });
    });
    if (accountId === null) return mixed;
    const first = accounts.get(accountId) ?? environment;
    accounts.set(accountId, first);
    const other = findPartition(first.regions[0].name);
    if (other === own) return mixed;
    return [
      ...mixed,
      ...complain(spec, ['environments', name, 'account_id'], {
        what: `the account ${accountId} is that of \`${first.name}\`, in the partition ${other}; the regions of \`${name}\` are in ${own}`,
        fix: `name the account in ${own}`,
      }),
    ];
  });
}

function complain(
  spec: LoadedSpec,
  path: SpecPath,
  { what, fix }: { readonly what: string; readonly fix: string },
): Diagnostic[] {
  return [
    {
      code: 'SONO360',
      severity: 'error',
      path: formatPath(path),
      location: spec.locate(path),
      what,
      why: SEPARATE,
      fix,
    },
  ];
}

/** SONO361 for the settings of one region. Layers and what the functions' variables name may be a vendor's. */
export function checkSettingArns({ environment, region }: Scope, report: Report): void {
  for (const { path, text } of listTexts(region.settings as unknown as JsonValue, [])) {
    const isSubscriber = path[0] === 'subscriptions' && path.at(-1) === 'endpoint';
    const problem = findArnProblem(text, environment, { isOwn: path[0] !== 'lambda', isSubscriber });
    if (problem !== undefined) report({ code: 'SONO361', setting: path, ...problem });
  }
}

/** SONO361 for what only an environment has: adopted resources, the workflow's roles and the state. */
export function checkEnvironmentArns({ environments }: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  return environments.flatMap((environment) =>
    listEnvironmentArns(environment).flatMap(({ places, text, isOwn }) => {
      const problem = findArnProblem(text, environment, { isOwn });
      if (problem === undefined) return [];
      const path = places.find((place) => hasPath(spec.value, place)) ?? ['environments', environment.name];
      const at = { path: formatPath(path), location: spec.locate(path) };
      return [{ code: 'SONO361' as const, severity: 'error' as const, ...at, ...problem }];
    }),
  );
}

interface GivenArn {
  /** Where the file may give it, the winning place first. */
  readonly places: readonly SpecPath[];
  readonly text: string;
  /** Whether it must be in the environment's account. A state may be in an account of its own. */
  readonly isOwn: boolean;
  /** Whether it receives results. Another account can then subscribe it itself. */
  readonly isSubscriber?: boolean;
}

function listEnvironmentArns({ name, planRoleArn, deployRoleArn, state, regions }: ResolvedEnvironment) {
  const at = ['environments', name];
  const adopted = regions.flatMap(({ name: region, adopt }) =>
    listTexts(adopt as JsonValue, ['environments', name, 'adopt', region]).map(
      ({ path, text }): GivenArn => ({ places: [path], text, isOwn: true }),
    ),
  );
  const ofState = (key: string, text: string | null | undefined): GivenArn => ({
    places: [
      [...at, 'state', key],
      ['terraform', 'state', key],
    ],
    text: text ?? '',
    isOwn: false,
  });
  return [
    ...adopted,
    { places: [[...at, 'plan_role_arn']], text: planRoleArn ?? '', isOwn: true },
    { places: [[...at, 'deploy_role_arn']], text: deployRoleArn ?? '', isOwn: true },
    ofState('role_arn', state?.roleArn),
    ofState('kms_key_arn', state?.kmsKeyArn),
  ];
}

function findArnProblem(
  text: string,
  { accountId, regions }: ResolvedEnvironment,
  { isOwn, isSubscriber = false }: Pick<GivenArn, 'isOwn' | 'isSubscriber'>,
): { readonly what: string; readonly why: string; readonly fix: string } | undefined {
  const arn = readArn(text);
  // The schema refuses unknown partitions.
  if (arn === undefined || !PARTITIONS.includes(arn.partition)) return undefined;
  const partition = findPartition(regions[0].name);
  if (arn.partition !== partition)
    return {
      what: `\`${text}\` is in the partition ${arn.partition}, the environment in ${partition}`,
      why: SEPARATE,
      fix: `give the one in ${partition}`,
    };
  const isForeign = /^\d{12}$/.test(arn.account) && accountId !== null && arn.account !== accountId;
  if (!isOwn || !isForeign) return undefined;
  const own = `give the one in ${accountId}, or correct \`account_id\``;
  return {
    what: `\`${text}\` is in the account ${arn.account}, the environment in ${accountId}`,
    why: 'this generator, where AWS itself does not refuse: neither Terraform nor `doctor` can see or change what the other account grants, and its owner can end it',
    fix: isSubscriber
      ? `remove the subscription and add "${arn.account}" to \`results.subscriber_accounts\`, so that the account subscribes itself; or ${own}`
      : own,
  };
}

interface Text {
  readonly path: SpecPath;
  readonly text: string;
}

function listTexts(value: JsonValue, path: SpecPath): Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => listTexts(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => listTexts(item, [...path, key]));
}
