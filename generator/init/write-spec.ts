// Writes a complete, valid and commented spec from a few answers. Pure.
import { NEWEST_RUNTIME, RUNTIMES } from '../spec/runtimes.ts';
import { schema } from '../spec/schema.ts';

export interface SpecAnswers {
  readonly projectName: string;
  /** In their order of promotion. */
  readonly environments: readonly { readonly name: string; readonly regions: readonly string[] }[];
  /** Empty for no alarm e-mail. */
  readonly alarmEmail: string;
  /** The schema's path relative to the spec, for editors. */
  readonly schemaPath: string;
}

/** Returns the text of a spec. Quotes values, so that only the spec's own checks can refuse them. */
export function writeSpec({ projectName, environments, alarmEmail, schemaPath }: SpecAnswers): string {
  return `# yaml-language-server: $schema=${schemaPath}
#
# What to deploy where. After each change: npx sonotheia generate
# What a key does: npx sonotheia explain <key>

# First part of most names: <project>-audio-<environment>, <project>-sessions-<environment>, …
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
${alarmEmail === '' ? '    enabled: true\n    # alarm_email: fraud-oncall@example.com' : `    alarm_email: ${quote(alarmEmail)}`}
  s3:
    bucket_suffix: account-id # bucket names are globally unique; the account id makes yours unique
  logs:
    retention_days: 30

# In their order of promotion; each becomes <environment>.tfvars. A setting given here wins over \`defaults\`. The first
# region is the primary one; adding a region is one more word in its list.
environments:
${environments.map(({ name, regions }) => `  ${quote(name)}:\n    regions: [${regions.map(quote).join(', ')}]`).join('\n')}
`;
}

/** Plain if YAML reads the same text back, else quoted. */
function quote(text: string): string {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) && !/^(true|false|null|y|n|yes|no|on|off)$/.test(text)
    ? text
    : JSON.stringify(text);
}

/** The region that the schema suggests. */
export const DEFAULT_REGION = String((schema.definitions as { region: { default: string } }).region.default);
