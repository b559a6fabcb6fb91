// Checks that adopted resources have the names that the spec gives them.

import { ACCOUNT_ID_EXAMPLE, nameStack } from '../naming.ts';
import type { SpecPath } from '../path-text.ts';
import type { ResolvedAdoption } from '../resolve.ts';
import { matchesSetting } from '../schema.ts';
import type { Report, Scope } from './rule.ts';

interface AdoptedName {
  readonly path: SpecPath;
  readonly what: string;
  readonly given: string | null;
  /** The name that the spec gives; null if it is unknown. */
  readonly expected: string | null;
  readonly fix: string;
}

/** SONO335: AWS cannot rename a resource, so Terraform would replace one whose name differs from the spec's. */
export function checkAdoptedNames(scope: Scope, report: Report): void {
  const { adopt, name } = scope.region;
  if (adopt === null) return;
  const names = [
    ...listStoreNames(scope, adopt),
    ...listFunctionNames(scope, adopt),
    ...listLogGroupNames(scope, adopt),
    ...listSecretNames(scope, adopt),
    ...listApiNames(scope, adopt),
  ];
  for (const { path, what, given, expected, fix } of names) {
    if (given === null || expected === null || given === expected) continue;
    report({
      code: 'SONO335',
      setting: ['adopt', name, ...path],
      what: `the ${what} \`${given}\` would be replaced: the spec names it \`${expected}\``,
      why: 'AWS: a resource cannot be renamed, so Terraform would replace it',
      fix,
    });
  }
}

function listStoreNames({ environment, region }: Scope, adopt: ResolvedAdoption): AdoptedName[] {
  const { bucket, table } = nameStack(environment, region);
  const { bucket_name, bucket_suffix } = region.settings.s3;
  const isNumbered = bucket_name === null && bucket_suffix === 'account-id';
  return [
    {
      path: ['bucket'],
      what: 'S3 bucket',
      given: isNumbered
        ? (adopt.bucket?.replace(/-\d{12}$/, `-${ACCOUNT_ID_EXAMPLE}`) ?? null)
        : adopt.bucket,
      expected: bucket,
      fix: `set \`s3.bucket_name: ${adopt.bucket}\` for this region`,
    },
    {
      path: ['table'],
      what: 'DynamoDB table',
      given: adopt.table,
      expected: table,
      fix: `set \`dynamodb.table_name: ${adopt.table}\` for this region`,
    },
  ];
}

const FUNCTIONS = [
  { key: 'webhook_handler', middle: 'webhook-handler', function: 'webhookFunction', role: 'webhookRole' },
  { key: 'audio_processor', middle: 'audio-processor', function: 'audioFunction', role: 'audioRole' },
] as const;

function listFunctionNames({ environment, region }: Scope, adopt: ResolvedAdoption): AdoptedName[] {
  const names = nameStack(environment, region);
  return FUNCTIONS.flatMap(({ key, middle, function: functionName, role }): AdoptedName[] => [
    {
      path: [key],
      what: 'Lambda function',
      given: adopt[key],
      expected: names[functionName],
      fix: hintAtPrefix(adopt[key] ?? '', `-${middle}-${environment.name}`),
    },
    {
      path: [`${key}_role`],
      what: 'IAM role',
      given: adopt[`${key}_role`],
      expected: names[role],
      fix: 'leave it out: Terraform makes a role of its own, and the old one can be deleted afterwards',
    },
  ]);
}

function hintAtPrefix(given: string, ending: string): string {
  const prefix = given.endsWith(ending) ? given.slice(0, -ending.length) : '';
  return matchesSetting('function_prefix', prefix)
    ? `set \`function_prefix: ${prefix}\` for this environment`
    : 'leave it out: Terraform makes a function of its own, and the old one can be deleted afterwards';
}

const OLD_LOGS = 'leave it out: Terraform makes a group of its own, and the old one keeps its logs';

/** Expects the group of the adopted function or stage, so that a wrong function name is reported only once. */
function listLogGroupNames({ environment, region }: Scope, adopt: ResolvedAdoption): AdoptedName[] {
  const { log_groups, api, webhook_handler, audio_processor } = adopt;
  const names = nameStack(environment, region);
  const stage = api.stage ?? region.settings.api_gateway.stage_name;
  const expected = {
    webhook_handler: `/aws/lambda/${webhook_handler ?? names.webhookFunction}`,
    audio_processor: `/aws/lambda/${audio_processor ?? names.audioFunction}`,
    api_access: names.apiLogGroup,
    api_execution: api.id === null ? null : `API-Gateway-Execution-Logs_${api.id}/${stage}`,
  };
  return (['webhook_handler', 'audio_processor', 'api_access', 'api_execution'] as const).map((key) => ({
    path: ['log_groups', key],
    what: 'log group',
    given: log_groups[key],
    expected: expected[key],
    fix: OLD_LOGS,
  }));
}

/** The key under `adopt`, the setting that it belongs to, and its name. */
export const SECRETS = [
  { key: 'api_key_secret', setting: 'api_key', name: 'apiKeySecret' },
  { key: 'webhook_secret', setting: 'webhook_secret', name: 'webhookSecret' },
] as const;

function listSecretNames({ environment, region }: Scope, adopt: ResolvedAdoption): AdoptedName[] {
  const names = nameStack(environment, region);
  return SECRETS.map(({ key, setting, name }) => {
    const given = readSecretName(adopt[key]);
    return {
      path: [key],
      what: 'secret',
      given,
      expected: names[name],
      fix: `set \`secrets.${setting}.name: ${given}\` for this region`,
    };
  });
}

/** In an ARN, Secrets Manager appends a hyphen and six characters to the name. */
function readSecretName(arn: string | null): string | null {
  return arn === null ? null : arn.split(':').slice(6).join(':').slice(0, -7);
}

function listApiNames({ region }: Scope, { api }: ResolvedAdoption): AdoptedName[] {
  return [
    {
      path: ['api', 'stage'],
      what: 'stage',
      given: api.stage,
      expected: region.settings.api_gateway.stage_name,
      fix: `set \`api_gateway.stage_name: ${api.stage}\` for this region`,
    },
  ];
}
