// Receives a resolved spec and promises located diagnostics for what a schema cannot say: limits that depend on
// several settings, names after expansion, and values that belong together.
import type { Diagnostic } from '../diagnostics.ts';
import { nameStack, type StackNames } from '../model/naming.ts';
import type { LoadedSpec, SpecPath } from './load.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from './resolve.ts';
import { formatPath } from './validate.ts';

/** Reports a problem of a setting where the file sets it: in the region, the environment or the defaults. */
type Report = (finding: Finding) => void;

interface Finding {
  readonly code: string;
  readonly setting: SpecPath;
  /** The setting it disagrees with, shown where the file leaves the first one at its default. */
  readonly other?: SpecPath;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: Diagnostic['severity'];
}

interface Scope {
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
}

type Rule = (scope: Scope, report: Report) => void;

/** Checks every environment in every region; the same problem at the same place is reported once. */
export function checkRules(resolved: ResolvedSpec, spec: LoadedSpec): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    const { location, code, path } = diagnostic;
    const id = [location?.line, location?.column, code, path].join('|');
    if (!found.has(id)) found.set(id, diagnostic);
  };
  for (const environment of resolved.environments) {
    for (const region of environment.regions) {
      const scope = { environment, region };
      for (const rule of RULES) rule(scope, (finding) => add(locateFinding(finding, scope, spec)));
    }
  }
  for (const diagnostic of [
    ...checkTerraformVersion(resolved, spec),
    ...checkRegionLists(resolved, spec),
    ...checkCollisions(resolved, spec),
  ])
    add(diagnostic);
  return [...found.values()];
}

function locateFinding(finding: Finding, { environment, region }: Scope, spec: LoadedSpec): Diagnostic {
  const { code, setting, other, message, hint, severity = 'error' } = finding;
  const findPlaces = (path: SpecPath): SpecPath[] => [
    ['environments', environment.name, 'region_overrides', region.name, ...path],
    ['environments', environment.name, ...path],
    ['defaults', ...path],
    path,
  ];
  const places = [...findPlaces(setting), ...(other === undefined ? [] : findPlaces(other))];
  const path = places.find((place) => hasPath(spec.value, place)) ?? ['environments', environment.name];
  return {
    code,
    severity,
    message,
    path: formatPath(path),
    location: spec.locate(path),
    ...(hint === undefined ? {} : { hint }),
  };
}

function hasPath(value: unknown, path: SpecPath): boolean {
  let node = value;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return false;
    node = (node as Record<string | number, unknown>)[segment];
  }
  return true;
}

const RULES: readonly Rule[] = [
  checkLifecycle,
  checkAlarms,
  checkQueues,
  checkCapacity,
  checkVpc,
  checkKmsKey,
  checkApiUrl,
  checkRisk,
  checkSubscriptions,
  checkNames,
  checkBucketName,
  checkTags,
];

/** S3 moves an object down the storage classes in order: `StandardIA < Glacier < expiry`. */
function checkLifecycle({ region }: Scope, report: Report): void {
  const { audio_retention_days, glacier_days, expiration_days } = region.settings.s3;
  if (glacier_days <= audio_retention_days) {
    report({
      code: 'SONO301',
      setting: ['s3', 'glacier_days'],
      other: ['s3', 'audio_retention_days'],
      message: `audio moves to Glacier after ${glacier_days} days, which is not after its move to Infrequent Access (${audio_retention_days} days)`,
      hint: `choose more than ${audio_retention_days}, or lower \`audio_retention_days\``,
    });
  }
  if (expiration_days <= glacier_days) {
    report({
      code: 'SONO302',
      setting: ['s3', 'expiration_days'],
      other: ['s3', 'glacier_days'],
      message: `audio is deleted after ${expiration_days} days, which is not after its move to Glacier (${glacier_days} days)`,
      hint: `choose more than ${glacier_days}, or lower \`glacier_days\``,
    });
  }
}

function checkAlarms({ region }: Scope, report: Report): void {
  const { monitoring, lambda } = region.settings;
  if (monitoring.enabled && monitoring.duration_seconds >= lambda.timeout) {
    report({
      code: 'SONO303',
      setting: ['monitoring', 'duration_seconds'],
      other: ['lambda', 'timeout'],
      message: `the duration alarm's threshold (${monitoring.duration_seconds} s) is not below the functions' timeout (${lambda.timeout} s), so it could never fire`,
      hint: `set \`monitoring.duration_seconds\` below ${lambda.timeout}, or raise \`lambda.timeout\``,
    });
  }
}

/** A message keeps its age when it moves to the dead-letter queue, and six times the timeout must fit SQS's 12 hours. */
function checkQueues({ region }: Scope, report: Report): void {
  const { queue_retention_days, dlq_retention_days } = region.settings.audio;
  if (dlq_retention_days <= queue_retention_days) {
    report({
      code: 'SONO304',
      setting: ['audio', 'dlq_retention_days'],
      other: ['audio', 'queue_retention_days'],
      message: `the dead-letter queue keeps messages for ${dlq_retention_days} days, not longer than the queue itself (${queue_retention_days} days), so failed messages would be lost`,
      hint: 'the dead-letter queue keeps up to 14 days; lower `queue_retention_days` below it',
    });
  }
}

function checkCapacity({ region }: Scope, report: Report): void {
  const { dynamodb } = region.settings;
  if (dynamodb.billing_mode !== 'PROVISIONED') return;
  for (const kind of ['read', 'write'] as const) {
    const least = dynamodb[`min_${kind}_capacity`];
    const most = dynamodb[`max_${kind}_capacity`];
    if (least > most) {
      report({
        code: 'SONO305',
        setting: ['dynamodb', `max_${kind}_capacity`],
        other: ['dynamodb', `min_${kind}_capacity`],
        message: `the most ${kind} capacity (${most}) is below the least (${least})`,
        hint: `choose ${least} or more`,
      });
    }
  }
}

function checkVpc({ region }: Scope, report: Report): void {
  const { subnet_ids, security_group_ids } = region.settings.vpc;
  if ((subnet_ids.length === 0) === (security_group_ids.length === 0)) return;
  const [present, missing] =
    subnet_ids.length === 0 ? ['security_group_ids', 'subnet_ids'] : ['subnet_ids', 'security_group_ids'];
  report({
    code: 'SONO306',
    setting: ['vpc', String(present)],
    message: `\`${present}\` is set without \`${missing}\`; AWS Lambda wants both or neither`,
    hint: `add \`${missing}\``,
  });
}

function checkKmsKey({ region }: Scope, report: Report): void {
  const arn = region.settings.kms_key_arn;
  if (arn === null) return;
  const keyRegion = arn.split(':')[3];
  if (keyRegion !== region.name) {
    report({
      code: 'SONO307',
      setting: ['kms_key_arn'],
      message: `the key is in ${keyRegion}, the stack in ${region.name}; KMS keys work in their own region only`,
      hint: `give the key of ${region.name} under \`region_overrides\``,
    });
  }
}

function checkApiUrl({ region }: Scope, report: Report): void {
  const problem = findUrlProblem(region.settings.sonotheia_api_url, { allowLocalHttp: true });
  if (problem !== undefined) {
    report({
      code: 'SONO308',
      setting: ['sonotheia_api_url'],
      message: problem,
      hint: 'for example https://api.sonotheia.com',
    });
  }
}

function findUrlProblem(text: string, { allowLocalHttp }: { allowLocalHttp: boolean }): string | undefined {
  if (!URL.canParse(text)) return `${JSON.stringify(text)} is not a URL`;
  const url = new URL(text);
  const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !(allowLocalHttp && url.protocol === 'http:' && isLocal)) {
    return `${JSON.stringify(text)} does not use https${allowLocalHttp ? ' (http is for localhost only)' : ''}`;
  }
  if (url.username !== '' || url.password !== '') return 'the URL must not hold credentials';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be in a URL
  if (/[\s\u0000-\u001f\\"<>^`{|}]/.test(text) || url.hash !== '')
    return `${JSON.stringify(text)} has characters that do not belong in a URL`;
  if (allowLocalHttp && url.search !== '')
    return `${JSON.stringify(text)} must be a base URL, without a query`;
  return undefined;
}

function checkRisk({ region }: Scope, report: Report): void {
  const { high_threshold, review_threshold } = region.settings.risk;
  if (review_threshold > high_threshold) {
    report({
      code: 'SONO309',
      setting: ['risk', 'review_threshold'],
      other: ['risk', 'high_threshold'],
      message: `the review threshold (${review_threshold}) is above the high-risk threshold (${high_threshold})`,
      hint: `choose at most ${high_threshold}`,
    });
  }
}

function checkSubscriptions({ region }: Scope, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { name, protocol, endpoint }] of region.settings.subscriptions.entries()) {
    const setting = ['subscriptions', index];
    if (seen.has(name)) {
      report({
        code: 'SONO310',
        setting: [...setting, 'name'],
        message: `the name \`${name}\` is used twice`,
        hint: 'give each subscription a name of its own',
      });
    }
    seen.add(name);
    const problem = findEndpointProblem(protocol, endpoint);
    if (problem !== undefined)
      report({
        code: 'SONO311',
        setting: [...setting, 'endpoint'],
        message: problem.message,
        hint: problem.hint,
      });
  }
}

function findEndpointProblem(
  protocol: string,
  endpoint: string,
): { message: string; hint: string } | undefined {
  const forms: Partial<Record<string, { form: RegExp; example: string }>> = {
    sqs: {
      form: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/,
      example: 'arn:aws:sqs:us-east-1:123456789012:fraud-results',
    },
    lambda: {
      form: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$/,
      example: 'arn:aws:lambda:us-east-1:123456789012:function:score-router',
    },
    email: {
      form: /^[^\s@<>()[\],;:\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
      example: 'fraud-team@example.com',
    },
  };
  if (protocol === 'https') {
    const message = findUrlProblem(endpoint, { allowLocalHttp: false });
    return message === undefined
      ? undefined
      : { message, hint: 'for example https://example.com/hooks/sonotheia' };
  }
  const expected = forms[protocol === 'email-json' ? 'email' : protocol];
  if (expected === undefined || expected.form.test(endpoint)) return undefined;
  return {
    message: `${JSON.stringify(endpoint)} is not an endpoint for the protocol ${protocol}`,
    hint: `for example ${expected.example}`,
  };
}

/** AWS's limits on the expanded names, in characters. */
const NAME_LIMITS: readonly {
  readonly name: keyof StackNames;
  readonly what: string;
  readonly limit: number;
  readonly setting: string;
}[] = [
  { name: 'bucket', what: 'S3 bucket', limit: 63, setting: 'project_name' },
  { name: 'webhookFunction', what: 'Lambda function', limit: 64, setting: 'function_prefix' },
  { name: 'audioFunction', what: 'Lambda function', limit: 64, setting: 'function_prefix' },
  { name: 'webhookRole', what: 'IAM role', limit: 64, setting: 'function_prefix' },
  { name: 'audioRole', what: 'IAM role', limit: 64, setting: 'function_prefix' },
  { name: 'apiLoggingRole', what: 'IAM role', limit: 64, setting: 'project_name' },
  { name: 'webhookDeadLetterQueue', what: 'SQS queue', limit: 80, setting: 'project_name' },
];

function checkNames({ environment, region }: Scope, report: Report): void {
  const names = nameStack(environment, region);
  for (const { name, what, limit, setting } of NAME_LIMITS) {
    const text = names[name];
    if (text.length > limit) {
      report({
        code: 'SONO312',
        setting: [setting],
        message: `the ${what} name \`${text}\` has ${text.length} characters; AWS allows ${limit}`,
        hint: `shorten \`${setting}\` or the environment's name by ${text.length - limit}`,
      });
    }
  }
}

function checkBucketName({ environment, region }: Scope, report: Report): void {
  const { bucket } = nameStack(environment, region);
  if (/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(bucket)) {
    report({
      code: 'SONO313',
      setting: ['project_name'],
      message: `the S3 bucket name \`${bucket}\` begins or ends with a part that AWS reserves`,
      hint: 'choose another project name or bucket suffix',
    });
  }
}

function checkTags({ environment }: Scope, report: Report): void {
  for (const key of ['Project', 'Environment', 'ManagedBy']) {
    if (Object.hasOwn(environment.tags, key)) {
      report({
        code: 'SONO314',
        setting: ['tags', key],
        message: `the tag \`${key}\` is set by the generated Terraform`,
        hint: 'choose another key',
      });
    }
  }
}

const OLDEST_TERRAFORM_MINOR = 6;

/** `>= 1.9.2` -> 9. The schema has checked the form. */
export function readTerraformMinor(requiredVersion: string): number {
  return Number(requiredVersion.split('.')[1]);
}

/** Output preconditions, optional object attributes and the documented system need 1.6; write-only arguments 1.11. */
function checkTerraformVersion(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
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
      hint: 'ask for >= 1.11, or use `source: existing` for the secrets',
    },
  ];
}

function checkRegionLists(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
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
          hint: `add ${region} to \`regions\`, or remove the settings`,
        },
      ];
    });
    return [...repeated, ...unused];
  });
}

function readKeys(value: unknown, path: SpecPath): string[] {
  if (!hasPath(value, path)) return [];
  let node = value;
  for (const segment of path) node = (node as Record<string | number, unknown>)[segment];
  return typeof node === 'object' && node !== null ? Object.keys(node) : [];
}

/**
 * Names that two stacks would share. Bucket, role and dashboard names are unique across regions, the rest in
 * their region. Environments may well have accounts of their own, but nothing in a spec says so.
 */
function checkCollisions(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
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
  const { api_key, webhook_secret } = region.settings.secrets;
  const scope = region.name;
  return [
    { what: 'S3 bucket', scope: '', name: names.bucket },
    { what: 'IAM role', scope: '', name: names.webhookRole },
    { what: 'IAM role', scope: '', name: names.audioRole },
    { what: 'Lambda function', scope, name: names.webhookFunction },
    { what: 'Lambda function', scope, name: names.audioFunction },
    { what: 'DynamoDB table', scope, name: names.table },
    { what: 'log group', scope, name: names.apiLogGroup },
    { what: 'SQS queue', scope, name: names.queue },
    { what: 'SQS queue', scope, name: names.deadLetterQueue },
    ...(api_key.source === 'managed' ? [{ what: 'secret', scope, name: names.apiKeySecret }] : []),
    ...(webhook_secret.source === 'managed' ? [{ what: 'secret', scope, name: names.webhookSecret }] : []),
  ];
}
