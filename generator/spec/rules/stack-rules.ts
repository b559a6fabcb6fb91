// What concerns the spec as a whole: Terraform's version, lists of regions, names that two stacks would share.
import type { Diagnostic } from '../../diagnostics.ts';
import { nameStack } from '../../model/naming.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath } from '../path-text.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../resolve.ts';
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
        message: `Terraform 1.${minor} is too old; the generated HCL needs 1.${OLDEST_TERRAFORM_MINOR}`,
        why: 'this generator: its HCL uses preconditions of outputs and optional attributes as 1.6 knows them',
        hint: `ask for >= 1.${OLDEST_TERRAFORM_MINOR} or more`,
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
      message:
        'before Terraform 1.11 there are no write-only arguments: the managed secrets will stand in the state file in clear text',
      why: 'Terraform: write-only arguments, which keep a secret out of the state, exist from 1.11 on',
      hint: 'ask for >= 1.11, or use `source: existing` for the secrets',
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
          message: `the region ${region} is listed twice`,
          why: 'this generator: an environment has one stack in a region',
          hint: 'remove one of the two',
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
          message: `settings for ${region}, which is not one of the environment's regions`,
          why: 'this generator: overrides belong to a region that is deployed',
          hint: `add ${region} to \`regions\`, or remove the settings`,
        },
      ];
    });
    return [...repeated, ...unused];
  });
}

/**
 * Names that two stacks would share. Bucket, role and dashboard names are unique across regions, the rest in
 * their region. Environments may well have accounts of their own, but nothing in a spec says so.
 */
export function checkCollisions(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const owners = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const report = (environment: string, message: string, hint: string): void => {
    const path = ['environments', environment];
    diagnostics.push({
      code: 'SONO318',
      severity: 'error',
      path: formatPath(path),
      location: spec.locateKey(path),
      message,
      why: 'AWS: names are unique, those of buckets, roles and dashboards in all regions, the others in theirs',
      hint,
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
      for (const { what, scope, name } of claimNames(environment, region)) {
        const key = `${what}|${scope}|${name.toLowerCase()}`;
        const other = owners.get(key);
        if (other !== undefined && other !== environment.name) {
          report(
            environment.name,
            `the ${what} name \`${name}\` is also that of the environment \`${other}\``,
            'rename one of the two, or give it a `project_name` or `function_prefix` of its own',
          );
          break;
        }
        owners.set(key, environment.name);
      }
    }
  }
  return diagnostics;
}

interface ClaimedName {
  readonly what: string;
  /** Region in which the name is unique; empty for the whole account. */
  readonly scope: string;
  readonly name: string;
}

function claimNames(environment: ResolvedEnvironment, region: ResolvedRegion): ClaimedName[] {
  const names = nameStack(environment, region);
  const { api_gateway, monitoring, secrets } = region.settings;
  const { api_key, webhook_secret } = secrets;
  const ownsLoggingRole = api_gateway.enabled && api_gateway.account_role === 'always';
  const hasDashboard = monitoring.enabled && monitoring.dashboard;
  const scope = region.name;
  return [
    { what: 'S3 bucket', scope: '', name: names.bucket },
    { what: 'IAM role', scope: '', name: names.webhookRole },
    { what: 'IAM role', scope: '', name: names.audioRole },
    ...(ownsLoggingRole ? [{ what: 'IAM role', scope: '', name: names.apiLoggingRole }] : []),
    ...(hasDashboard ? [{ what: 'dashboard', scope: '', name: names.dashboard }] : []),
    { what: 'Lambda function', scope, name: names.webhookFunction },
    { what: 'Lambda function', scope, name: names.audioFunction },
    { what: 'DynamoDB table', scope, name: names.table },
    { what: 'log group', scope, name: names.apiLogGroup },
    { what: 'SQS queue', scope, name: names.queue },
    { what: 'SQS queue', scope, name: names.deadLetterQueue },
    { what: 'SQS queue', scope, name: names.webhookDeadLetterQueue },
    { what: 'SNS topic', scope, name: names.resultsTopic },
    { what: 'SNS topic', scope, name: names.alarmsTopic },
    ...(api_key.source === 'managed' ? [{ what: 'secret', scope, name: names.apiKeySecret }] : []),
    ...(webhook_secret.source === 'managed' ? [{ what: 'secret', scope, name: names.webhookSecret }] : []),
  ];
}
