// Checks of the whole spec: Terraform's version, lists of regions, names that two stacks would share.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { mayShareAccount } from '../accounts.ts';
import type { LoadedSpec } from '../load.ts';
import { nameStack } from '../naming.ts';
import { formatPath } from '../path-text.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../resolve.ts';
import { ownsLoggingRole } from '../stack-parts.ts';
import { readKeys } from './spec-paths.ts';
import { readTerraformMinor } from './terraform-version.ts';

const OLDEST_TERRAFORM_MINOR = 6;

/** Output preconditions, optional object attributes and the documented system need 1.6; write-only arguments 1.11. */
export function checkTerraformVersion(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const path = ['terraform', 'required_version'];
  const at = { path: formatPath(path), location: spec.locate(path) };
  const minor = readTerraformMinor(resolved.requiredVersion);
  if (minor < OLDEST_TERRAFORM_MINOR) {
    return [
      {
        code: 'SONO315',
        severity: 'error',
        ...at,
        what: `Terraform 1.${minor} is too old; the generated HCL needs 1.${OLDEST_TERRAFORM_MINOR}`,
        why: 'this generator: its HCL uses output preconditions and optional object attributes in the form of 1.6',
        fix: `require >= 1.${OLDEST_TERRAFORM_MINOR}`,
      },
    ];
  }
  const hasManagedSecret = resolved.environments.some(({ regions }) =>
    regions.some(({ settings: { secrets } }) =>
      [secrets.api_key, secrets.webhook_secret].some(({ source }) => source === 'managed'),
    ),
  );
  if (minor >= 11 || !hasManagedSecret) return [];
  return [
    {
      code: 'SONO601',
      severity: 'warning',
      ...at,
      what: 'before Terraform 1.11 there are no write-only arguments: the state file will hold the managed secrets in clear text',
      why: 'Terraform: write-only arguments, which keep a secret out of the state, exist from 1.11 on',
      fix: 'require >= 1.11, or use `source: existing` for the secrets',
    },
  ];
}

export function checkRegionLists(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  return resolved.environments.flatMap(({ name, regions }) => {
    const names: readonly string[] = regions.map((region) => region.name);
    const repeated = names.flatMap((region, index): Diagnostic[] => {
      if (names.indexOf(region) === index) return [];
      const path = ['environments', name, 'regions', index];
      return [
        {
          code: 'SONO316',
          severity: 'error',
          path: formatPath(path),
          location: spec.locate(path),
          what: `the region ${region} is listed twice`,
          why: 'this generator: an environment has one stack in a region',
          fix: 'remove one of the two',
        },
      ];
    });
    const overrides = readKeys(spec.value, ['environments', name, 'region_overrides']);
    const unused = overrides.flatMap((region): Diagnostic[] => {
      if (names.includes(region)) return [];
      const path = ['environments', name, 'region_overrides', region];
      return [
        {
          code: 'SONO317',
          severity: 'error',
          path: formatPath(path),
          location: spec.locateKey(path),
          what: `settings for ${region}, which is not one of the environment's regions`,
          why: 'this generator: overrides belong to a region that is deployed',
          fix: `add ${region} to \`regions\`, or remove the settings`,
        },
      ];
    });
    return [...repeated, ...unused];
  });
}

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[1-9])(?:\.|$)/i;

/** With the name of a device, Git cannot check out a file or folder on Windows. An environment names its .tfvars file. */
export function checkFileNames(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const named = [
    ...resolved.environments.map(({ name }) => ({ path: ['environments', name], file: `${name}.tfvars` })),
    ...resolved.extraFiles.map((file, index) => ({ path: ['terraform', 'extra_files', index], file })),
    { path: ['build', 'handlers'], file: resolved.handlers ?? '' },
  ];
  return named.flatMap(({ path, file }): Diagnostic[] => {
    const device = file.split('/').find((segment) => WINDOWS_DEVICE.test(segment));
    if (device === undefined) return [];
    return [
      {
        code: 'SONO348',
        severity: 'error',
        path: formatPath(path),
        location: path[0] === 'environments' ? spec.locateKey(path) : spec.locate(path),
        what: `nobody could check out ${file} on Windows: \`${device.split('.')[0]}\` is a device there`,
        why: 'Windows: con, prn, aux, nul, com1 to com9 and lpt1 to lpt9 are devices, whatever the extension of the file',
        fix: 'choose another name',
      },
    ];
  });
}

/** The stack that already has a name. */
interface Claimant {
  readonly environment: ResolvedEnvironment;
  readonly region: string;
}

/**
 * Reports names that two stacks would share. Bucket, role and dashboard names are unique across regions, the others in
 * their region. Names of buckets and custom domains are unique across accounts, the others in one account.
 */
export function checkCollisions(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const owners = new Map<string, Claimant[]>();
  const diagnostics: Diagnostic[] = [];
  const report = (environment: string, what: string, fix: string): void => {
    const path = ['environments', environment];
    diagnostics.push({
      code: 'SONO318',
      severity: 'error',
      path: formatPath(path),
      location: spec.locateKey(path),
      what,
      why: 'AWS: names of buckets, roles and dashboards are unique across regions, other names within a region',
      fix,
    });
  };
  for (const environment of resolved.environments) {
    // Terraform loads terraform.tfvars on its own, in every workspace.
    if (environment.name === 'terraform')
      report(
        environment.name,
        'an environment must not be called `terraform`: Terraform would load its .tfvars file for every environment',
        'choose another name',
      );
    for (const region of environment.regions) {
      for (const { what, scope, name, fix = RENAME } of claimNames(environment, region)) {
        const key = `${what}|${scope}|${name.toLowerCase()}`;
        const claimants = owners.get(key) ?? [];
        const other = claimants.find(
          ({ environment: { accountId } }) =>
            GLOBAL_NAMES.includes(what) || mayShareAccount(accountId, environment.accountId),
        );
        if (other !== undefined && other.environment !== environment) {
          report(
            environment.name,
            `the ${what} name \`${name}\` is also that of the environment \`${other.environment.name}\``,
            fix,
          );
          break;
        }
        if (other !== undefined && other.region !== region.name) {
          report(
            environment.name,
            `${other.region} and ${region.name} share the ${what} name \`${name}\``,
            fix,
          );
          break;
        }
        owners.set(key, [...claimants, { environment, region: region.name }]);
      }
    }
  }
  return diagnostics;
}

/** Names that are unique across accounts. */
const GLOBAL_NAMES: readonly string[] = ['S3 bucket', 'custom domain'];

interface ClaimedName {
  readonly what: string;
  /** Region in which the name is unique; empty for the whole account. */
  readonly scope: string;
  readonly name: string;
  /** The fix for a collision, if it is not RENAME. */
  readonly fix?: string;
}

const RENAME = 'rename one of the two, or give it a `project_name` or `function_prefix` of its own';

function claimNames(environment: ResolvedEnvironment, region: ResolvedRegion): ClaimedName[] {
  const names = nameStack(environment, region);
  const { api_gateway, dynamodb, monitoring, results, s3, secrets, kms, waf } = region.settings;
  const { api_key, webhook_secret } = secrets;
  const adoptedApi = region.adopt?.api.id ?? null;
  const hasDashboard = monitoring.enabled && monitoring.dashboard;
  const hasWaf = api_gateway.enabled && waf.enabled;
  const scope = region.name;
  return [
    { what: 'S3 bucket', scope: '', name: names.bucket, ...fixAt('s3.bucket_name', s3.bucket_name) },
    ...(s3.access_logs ? [{ what: 'S3 bucket', scope: '', name: names.accessLogBucket }] : []),
    { what: 'IAM role', scope: '', name: names.webhookRole },
    { what: 'IAM role', scope: '', name: names.audioRole },
    ...(ownsLoggingRole(region.settings)
      ? [{ what: 'IAM role', scope: '', name: names.apiLoggingRole }]
      : []),
    ...(results.reader_accounts.length > 0
      ? [{ what: 'IAM role', scope: '', name: names.resultsReaderRole }]
      : []),
    ...(hasDashboard ? [{ what: 'dashboard', scope: '', name: names.dashboard }] : []),
    { what: 'Lambda function', scope, name: names.webhookFunction },
    { what: 'Lambda function', scope, name: names.audioFunction },
    {
      what: 'DynamoDB table',
      scope,
      name: names.table,
      ...fixAt('dynamodb.table_name', dynamodb.table_name),
    },
    { what: 'log group', scope, name: names.apiLogGroup },
    { what: 'SQS queue', scope, name: names.queue },
    { what: 'SQS queue', scope, name: names.deadLetterQueue },
    { what: 'SQS queue', scope, name: names.webhookDeadLetterQueue },
    { what: 'SQS queue', scope, name: names.resultsDeadLetterQueue },
    { what: 'SNS topic', scope, name: names.resultsTopic },
    { what: 'SNS topic', scope, name: names.alarmsTopic },
    ...(kms.managed ? [{ what: 'KMS alias', scope, name: names.kmsAlias }] : []),
    ...(api_gateway.enabled && api_gateway.domain.name !== null
      ? [{ what: 'custom domain', scope: '', name: api_gateway.domain.name, fix: DOMAIN_EACH }]
      : []),
    ...(hasWaf ? [{ what: 'web ACL', scope, name: names.webAcl }] : []),
    ...(hasWaf ? [{ what: 'log group', scope, name: names.wafLogGroup }] : []),
    ...(api_key.source === 'managed' ? [{ what: 'secret', scope, name: names.apiKeySecret }] : []),
    ...(webhook_secret.source === 'managed' ? [{ what: 'secret', scope, name: names.webhookSecret }] : []),
    ...(adoptedApi === null ? [] : [{ what: 'adopted API', scope, name: adoptedApi, fix: ADOPT_ONCE }]),
  ];
}

const DOMAIN_EACH =
  'give each environment its own `api_gateway.domain`, and each region its own under `region_overrides`';
const ADOPT_ONCE = "an API is one environment's: adopt it there alone";

/** For an explicit name the fix is one name for each stack; another project name would not change it. */
function fixAt(setting: string, ownName: string | null): Pick<ClaimedName, 'fix'> {
  return ownName === null
    ? {}
    : { fix: `give each a \`${setting}\` of its own, or set it for one region under \`region_overrides\`` };
}
