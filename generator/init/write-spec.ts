// Writes a complete, valid and commented spec from a few answers. Pure.
import { NEWEST_RUNTIME, RUNTIMES } from '../spec/runtimes.ts';
import { readDefaults, schema } from '../spec/schema.ts';

export interface EnvironmentAnswers {
  readonly name: string;
  readonly regions: readonly string[];
  /** Empty for any account. */
  readonly accountId: string;
}

/** As typed: only the spec's own checks refuse an answer. */
export interface SpecAnswers {
  readonly projectName: string;
  /** In their order of promotion. */
  readonly environments: readonly EnvironmentAnswers[];
  /** None for no alarm e-mail. */
  readonly alarmEmails: readonly string[];
  /** Days until a recording is deleted. */
  readonly recordingDays: string;
  readonly bucketSuffix: string;
  /** The schema's path relative to the spec, for editors. */
  readonly schemaPath: string;
}

/** Returns the text of a spec. Quotes values, so that only the spec's own checks can refuse them. */
export function writeSpec(answers: SpecAnswers): string {
  const { projectName, environments, schemaPath } = answers;
  return `# yaml-language-server: $schema=${schemaPath}
#
# What to deploy where. After each change: npx sonotheia generate
# What a key does: npx sonotheia explain <key>, or any word: npx sonotheia explain alarms

# First part of most names: <project>-audio-<environment>, <project>-sessions-<environment>, … AWS cannot rename a bucket
# or a table: keep it once something is deployed.
project_name: ${quote(projectName)}

# The Lambda runtime that AWS supports longest; it needs AWS provider ${RUNTIMES[NEWEST_RUNTIME].provider}, which \`terraform init\` installs.
build:
  runtime: ${NEWEST_RUNTIME}

# What all environments share. Whatever is not here has its default: npx sonotheia show
defaults:
  lambda:
    memory_size: 512 # MB
    timeout: 30 # seconds
  monitoring:
${writeReceivers(answers)}
  s3:
    bucket_suffix: ${quote(answers.bucketSuffix)} # ${describeSuffix(answers.bucketSuffix)}
${writeRetention(answers.recordingDays)}
  dynamodb:
    ttl_days: ${SETTINGS.dynamodb.ttl_days} # then results are deleted
  logs:
    retention_days: ${SETTINGS.logs.retention_days}

# In their order of promotion; each becomes <environment>.tfvars. A setting given here wins over \`defaults\`. The first
# region is the primary one; adding a region is one more word in its list.
environments:
${environments.map(writeEnvironment).join('\n')}
`;
}

const SETTINGS = readDefaults('defaults') as unknown as {
  readonly s3: { readonly expiration_days: number };
  readonly dynamodb: { readonly ttl_days: number };
  readonly logs: { readonly retention_days: number };
};

export const DEFAULT_RECORDING_DAYS = String(SETTINGS.s3.expiration_days);
/** Makes the bucket's name free in every account. */
export const DEFAULT_SUFFIX = 'account-id';

/** The region that the schema suggests. */
export const DEFAULT_REGION = String((schema.definitions as { region: { default: string } }).region.default);

function writeReceivers({ alarmEmails: [first, ...others] }: SpecAnswers): string {
  if (first === undefined) return '    enabled: true\n    # alarm_email: fraud-oncall@example.com';
  const more = others.length === 0 ? '' : `\n    alarm_emails: [${others.map(quote).join(', ')}]`;
  return `    alarm_email: ${quote(first)} # AWS asks for a confirmation${more}`;
}

function describeSuffix(suffix: string): string {
  return suffix === DEFAULT_SUFFIX
    ? 'bucket names are globally unique; the account id makes yours unique'
    : 'bucket names are globally unique';
}

function writeRetention(days: string): string {
  return `    expiration_days: ${/^\d+$/.test(days) ? days : quote(days)} # then recordings are deleted`;
}

function writeEnvironment({ name, regions, accountId }: EnvironmentAnswers): string {
  const account =
    accountId === ''
      ? '# account_id: "111122223333" # Terraform then refuses any other account'
      : `account_id: ${JSON.stringify(accountId)} # Terraform refuses any other account`;
  return `  ${quote(name)}:\n    ${account}\n    regions: [${regions.map(quote).join(', ')}]`;
}

/** Plain if YAML reads the same text back, else quoted. */
function quote(text: string): string {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) && !/^(true|false|null|y|n|yes|no|on|off)$/.test(text)
    ? text
    : JSON.stringify(text);
}
