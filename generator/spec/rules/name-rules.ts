// Checks expanded names and tags against AWS's limits.
import { nameStack, type StackNames } from '../naming.ts';
import type { Settings } from '../resolve.ts';
import { ownsLoggingRole } from '../stack-parts.ts';
import type { Report, Scope } from './rule.ts';

/** AWS's limits on the expanded names, in characters. */
const NAME_LIMITS: readonly {
  readonly name: keyof StackNames;
  readonly what: string;
  readonly limit: number;
  /** Who sets the limit. */
  readonly owner: string;
  readonly setting: string;
  /** Whether the stack has the resource. */
  readonly when?: (settings: Settings) => boolean;
}[] = [
  { name: 'bucket', what: 'S3 bucket', limit: 63, owner: 'Amazon S3', setting: 'project_name' },
  {
    name: 'accessLogBucket',
    what: 'S3 bucket',
    limit: 63,
    owner: 'Amazon S3',
    setting: 'project_name',
    when: ({ s3 }) => s3.access_logs,
  },
  {
    name: 'webhookFunction',
    what: 'Lambda function',
    limit: 64,
    owner: 'AWS Lambda',
    setting: 'function_prefix',
  },
  {
    name: 'audioFunction',
    what: 'Lambda function',
    limit: 64,
    owner: 'AWS Lambda',
    setting: 'function_prefix',
  },
  { name: 'webhookRole', what: 'IAM role', limit: 64, owner: 'AWS IAM', setting: 'function_prefix' },
  { name: 'audioRole', what: 'IAM role', limit: 64, owner: 'AWS IAM', setting: 'function_prefix' },
  {
    name: 'apiLoggingRole',
    what: 'IAM role',
    limit: 64,
    owner: 'AWS IAM',
    setting: 'project_name',
    when: ownsLoggingRole,
  },
  {
    name: 'resultsReaderRole',
    what: 'IAM role',
    limit: 64,
    owner: 'AWS IAM',
    setting: 'project_name',
    when: ({ results }) => results.reader_accounts.length > 0,
  },
  {
    name: 'webhookDeadLetterQueue',
    what: 'SQS queue',
    limit: 80,
    owner: 'Amazon SQS',
    setting: 'project_name',
  },
  {
    name: 'longestScalingPolicy',
    what: 'scaling policy',
    limit: 255,
    owner: 'the AWS provider of Terraform',
    setting: 'dynamodb.table_name',
    when: ({ dynamodb }) => dynamodb.billing_mode === 'PROVISIONED',
  },
];

export function checkNames({ environment, region }: Scope, report: Report): void {
  const names = nameStack(environment, region);
  for (const { name, what, limit, owner, setting, when } of NAME_LIMITS) {
    const text = names[name];
    if (text.length > limit && (when === undefined || when(region.settings))) {
      report({
        code: 'SONO312',
        setting: setting.split('.'),
        what: `the ${what} name \`${text}\` has ${text.length} characters; AWS allows ${limit}`,
        why: `${owner}: a name has at most ${limit} characters`,
        fix: `shorten \`${setting}\`${setting.includes('.') ? '' : " or the environment's name"} by ${text.length - limit}`,
      });
    }
  }
}

export function checkBucketName({ environment, region }: Scope, report: Report): void {
  const { bucket } = nameStack(environment, region);
  const isOwnName = region.settings.s3.bucket_name !== null;
  const refuse = (problem: string, why: string, fix: string): void =>
    report({
      code: 'SONO313',
      setting: isOwnName ? ['s3', 'bucket_name'] : ['project_name'],
      what: `the S3 bucket name \`${bucket}\` ${problem}`,
      why,
      fix: isOwnName ? 'choose another name' : fix,
    });
  if (/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(bucket))
    refuse(
      'begins or ends with a part that AWS reserves',
      'Amazon S3: some prefixes and suffixes of names are reserved',
      'choose another project name or bucket suffix',
    );
  if (bucket.includes('..'))
    refuse('has two dots in a row', 'Amazon S3: a name has no two dots in a row', 'write one');
  if (/^\d+(\.\d+){3}$/.test(bucket))
    refuse('looks like an IP address', 'Amazon S3: a name is not an IP address', 'begin with a letter');
}

/** Tags that the generated Terraform sets on every resource. */
export const OWN_TAGS = ['Project', 'Environment', 'ManagedBy'];

/** IAM ignores the case of tag keys: a role cannot have both `team` and `Team`. */
export function checkTags({ environment }: Scope, report: Report): void {
  const seen = new Map(OWN_TAGS.map((key) => [key.toLowerCase(), key]));
  for (const key of Object.keys(environment.tags)) {
    const first = seen.get(key.toLowerCase());
    seen.set(key.toLowerCase(), first ?? key);
    if (first === undefined) continue;
    report({
      code: 'SONO314',
      setting: ['tags', key],
      what: OWN_TAGS.includes(first)
        ? `the generated Terraform sets the tag \`${first}\``
        : `the tags \`${first}\` and \`${key}\` differ only in case`,
      why: 'AWS IAM: tag keys are unique on a role, and their case does not matter',
      fix: OWN_TAGS.includes(first) ? 'choose another key' : 'remove one of the two',
    });
  }
}

/** Two managed secrets need two names; an existing secret may hold both values as JSON. */
export function checkSecretNames({ environment, region }: Scope, report: Report): void {
  const { api_key, webhook_secret } = region.settings.secrets;
  const { apiKeySecret, webhookSecret } = nameStack(environment, region);
  if (
    apiKeySecret !== webhookSecret ||
    (api_key.source === 'existing' && webhook_secret.source === 'existing')
  )
    return;
  report({
    code: 'SONO319',
    setting: ['secrets', 'webhook_secret', 'name'],
    other: ['secrets', 'api_key', 'name'],
    what: `the API key and the webhook secret are both named \`${webhookSecret}\``,
    why: "AWS Secrets Manager: a secret's name is unique in its region",
    fix: 'give each a name of its own',
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export const SERVICE_ROLE_PATH = '/aws-service-role/';

export function checkRolePath({ region }: Scope, report: Report): void {
  const { role_path } = region.settings.iam;
  if (!role_path.startsWith(SERVICE_ROLE_PATH)) return;
  report({
    code: 'SONO359',
    setting: ['iam', 'role_path'],
    what: `roles cannot have the path \`${role_path}\``,
    why: `AWS IAM: paths that begin with ${SERVICE_ROLE_PATH} are for the service-linked roles of AWS`,
    fix: 'for example `role_path: /service-role/`, or `/` for none',
  });
}
