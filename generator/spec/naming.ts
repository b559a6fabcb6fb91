// Names of the deployed resources. The HCL builds the same names from its variables; the checks of the spec use these.
import type { ResolvedEnvironment, ResolvedRegion } from './resolve.ts';

/** Names of one environment's resources in one region. */
export interface StackNames {
  readonly bucket: string;
  readonly accessLogBucket: string;
  readonly table: string;
  readonly longestScalingPolicy: string;
  readonly webhookFunction: string;
  readonly audioFunction: string;
  readonly webhookRole: string;
  readonly audioRole: string;
  readonly apiLoggingRole: string;
  readonly resultsReaderRole: string;
  readonly api: string;
  readonly apiLogGroup: string;
  readonly queue: string;
  readonly deadLetterQueue: string;
  readonly webhookDeadLetterQueue: string;
  readonly resultsDeadLetterQueue: string;
  readonly resultsTopic: string;
  readonly alarmsTopic: string;
  /** Prefix of every alarm's name. */
  readonly alarmPrefix: string;
  readonly dashboard: string;
  readonly apiKeySecret: string;
  readonly webhookSecret: string;
  readonly kmsAlias: string;
  readonly webAcl: string;
  readonly wafLogGroup: string;
}

/** Placeholder account id for length checks and for the generated tests. */
export const ACCOUNT_ID_EXAMPLE = '123456789012';

/** Names follow the documented system: `sonotheia-webhook-handler-dev`, `sonotheia-example-audio-dev`, … */
export function nameStack(environment: ResolvedEnvironment, region: ResolvedRegion): StackNames {
  const { name, projectName, functionPrefix, accountId, regions } = environment;
  const { settings } = region;
  // Bucket, role and dashboard names are global; two regions of one environment must not collide.
  const regionSuffix = region.name === regions[0].name ? '' : `-${region.name}`;
  const webhookFunction = `${functionPrefix}-webhook-handler-${name}`;
  const audioFunction = `${functionPrefix}-audio-processor-${name}`;
  const bucket =
    settings.s3.bucket_name ??
    `${projectName}-audio-${name}${regionSuffix}${bucketSuffix(settings.s3.bucket_suffix, accountId)}`;
  const table = settings.dynamodb.table_name ?? `${projectName}-sessions-${name}`;
  return {
    bucket,
    accessLogBucket: `${bucket}-logs`,
    table,
    longestScalingPolicy: `${table}-table-write`,
    webhookFunction,
    audioFunction,
    webhookRole: `${webhookFunction}${regionSuffix}`,
    audioRole: `${audioFunction}${regionSuffix}`,
    apiLoggingRole: `${projectName}-api-logging-${name}${regionSuffix}`,
    resultsReaderRole: `${projectName}-results-reader-${name}${regionSuffix}`,
    api: `${projectName}-${name}`,
    apiLogGroup: `/aws/apigateway/${projectName}-${name}`,
    queue: `${projectName}-audio-${name}`,
    deadLetterQueue: `${projectName}-audio-dlq-${name}`,
    webhookDeadLetterQueue: `${projectName}-webhook-dlq-${name}`,
    resultsDeadLetterQueue: `${projectName}-results-dlq-${name}`,
    resultsTopic: `${projectName}-results-${name}`,
    alarmsTopic: `${projectName}-alarms-${name}`,
    alarmPrefix: `${projectName}-${name}`,
    dashboard: `${projectName}-${name}${regionSuffix}`,
    apiKeySecret: settings.secrets.api_key.name ?? `sonotheia-api-key-${name}`,
    webhookSecret: settings.secrets.webhook_secret.name ?? `sonotheia-webhook-secret-${name}`,
    kmsAlias: `alias/${projectName}-${name}`,
    webAcl: `${projectName}-${name}`,
    wafLogGroup: `aws-waf-logs-${projectName}-${name}`,
  };
}

const ALARMS = [
  'webhook-handler-error-rate',
  'audio-processor-error-rate',
  'webhook-handler-duration',
  'audio-processor-duration',
  'api-5xx',
  'api-error-rate',
  'dynamodb-throttling',
  'audio-dead-letters',
  'webhook-dead-letters',
  'results-dead-letters',
  'audio-queue-age',
  'audio-backlog',
  'results-failed',
  'results-lost',
];

/** Names every alarm that a stack may have. By prefix `acme-dev-` one would also find those of an environment `dev-two`. */
export function nameAlarms({ alarmPrefix }: StackNames): string[] {
  return ALARMS.map((alarm) => `${alarmPrefix}-${alarm}`);
}

function bucketSuffix(suffix: string, accountId: string | null): string {
  if (suffix === 'none') return '';
  return suffix === 'account-id' ? `-${accountId ?? ACCOUNT_ID_EXAMPLE}` : `-${suffix}`;
}
