// What the generated tests expect of one stack, a group for each assertion or two. The values are literals from the
// spec, so that an error in a template is not repeated here.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import { MOCK_ARNS } from '../model/mock-arns.ts';
import type { StackModel, TestedStack } from '../model/stack-model.ts';
import { deriveAudioPace, MAX_RECEIVE_COUNT } from '../spec/audio-pace.ts';
import type { JsonValue } from '../spec/json.ts';
import { ACCOUNT_ID_EXAMPLE } from '../spec/naming.ts';
import type { View } from './view.ts';

/** What Lambda calls no limit of one's own. */
const UNRESERVED = -1;
const SECONDS_A_DAY = 86_400;
const LOGGING_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

export function expectNames(environment: string, { names, settings }: TestedStack, features: Features): View {
  const { api_gateway, monitoring } = settings;
  const logGroups = [`/aws/lambda/${names.webhookFunction}`, `/aws/lambda/${names.audioFunction}`];
  return {
    ...names,
    hasApi: api_gateway.enabled,
    hasMonitoring: monitoring.enabled,
    hasDashboard: monitoring.enabled && monitoring.dashboard,
    hasLoggingRole: features.apiLoggingRole && ownsLoggingRole(settings),
    withoutApi: !api_gateway.enabled,
    withoutMonitoring: !monitoring.enabled,
    logGroups: [...logGroups, ...(api_gateway.enabled ? [names.apiLogGroup] : [])],
    message: `${environment}: names must stay, a new name is a new resource.`,
    outputsMessage: `${environment}: the outputs must tell the names, and be null for what is switched off.`,
  };
}

export function expectFunctions(environment: string, stack: TestedStack, model: StackModel): View {
  const { settings } = stack;
  const { lambda, audio, vpc } = settings;
  const pace = deriveAudioPace(settings);
  return {
    memorySize: lambda.memory_size,
    timeout: lambda.timeout,
    architecture: lambda.architecture,
    runtime: model.runtime,
    logLevel: lambda.log_level,
    hasXray: model.features.xray,
    tracing: lambda.xray_tracing ? 'Active' : 'PassThrough',
    hasVpc: vpc.subnet_ids.length > 0,
    hasReservedConcurrency: model.features.reservedConcurrency,
    webhookConcurrency: lambda.reserved_concurrency.webhook_handler ?? UNRESERVED,
    audioConcurrency: lambda.reserved_concurrency.audio_processor ?? UNRESERVED,
    subnetIds: vpc.subnet_ids,
    securityGroupIds: vpc.security_group_ids,
    variables: listFunctionVariables(environment, stack, model.sourceMaps),
    batchSize: pace.batchSize,
    maxConcurrency: pace.maxConcurrency,
    visibilityTimeoutSeconds: pace.visibilityTimeoutSeconds,
    retentionSeconds: audio.queue_retention_days * SECONDS_A_DAY,
    deadLetterSeconds: audio.dlq_retention_days * SECONDS_A_DAY,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    sizeMessage: `${environment}: both functions must have ${lambda.memory_size} MB, ${lambda.timeout} s, ${lambda.architecture} and ${model.runtime}.`,
    variablesMessage: `${environment}: the audio processor must be told what the spec says.`,
    concurrencyMessage: `${environment}: the functions must have the concurrency that the spec reserves.`,
    queueMessage: `${environment}: an upload must wait as long as the queue keeps it, and what is given up be kept for ${audio.dlq_retention_days} days.`,
  };
}

/** Terraform turns the values of a map of strings into strings. */
function listFunctionVariables(
  environment: string,
  { settings }: TestedStack,
  sourceMaps: boolean,
): Attribute[] {
  const { audio, risk, dynamodb, lambda } = settings;
  const { maxMessageAgeSeconds } = deriveAudioPace(settings);
  return [
    showVariable('SONOTHEIA_ENVIRONMENT', environment),
    showVariable('SONOTHEIA_API_URL', settings.sonotheia_api_url),
    showVariable('API_REQUESTS_PER_MINUTE', audio.api_requests_per_minute),
    showVariable('MAX_ATTEMPTS', audio.max_receive_count),
    showVariable('MAX_MESSAGE_AGE_SECONDS', maxMessageAgeSeconds),
    showVariable('SESSION_TTL_DAYS', dynamodb.ttl_days),
    showVariable('RISK_HIGH_THRESHOLD', risk.high_threshold),
    showVariable('RISK_REVIEW_THRESHOLD', risk.review_threshold),
    showVariable('POWERTOOLS_LOG_LEVEL', lambda.log_level),
    ...(sourceMaps ? [showVariable('NODE_OPTIONS', '--enable-source-maps')] : []),
  ];
}

function showVariable(name: string, value: string | number): Attribute {
  return { name, expression: renderLiteral(String(value)) };
}

export function expectBucket(environment: string, { settings }: TestedStack, features: Features): View {
  const { s3 } = settings;
  return {
    infrequentDays: s3.audio_retention_days,
    glacierDays: s3.glacier_days,
    expirationDays: s3.expiration_days,
    abortDays: s3.abort_incomplete_upload_days,
    forceDestroy: s3.force_destroy,
    hasVersioning: features.versioning,
    versioningCount: s3.versioning ? 1 : 0,
    lifecycleMessage: `${environment}: audio must become cheaper after ${s3.audio_retention_days} and ${s3.glacier_days} days and be gone after ${s3.expiration_days}.`,
    accessMessage: `${environment}: the bucket must be private, its owner's alone, and ${s3.force_destroy ? 'may be' : 'not be'} destroyed with its audio.`,
  };
}

export function expectTable(environment: string, { settings }: TestedStack): View {
  const { dynamodb } = settings;
  const reads = `${dynamodb.min_read_capacity} to ${dynamodb.max_read_capacity}`;
  const writes = `${dynamodb.min_write_capacity} to ${dynamodb.max_write_capacity}`;
  return {
    billingMode: dynamodb.billing_mode,
    pointInTimeRecovery: dynamodb.point_in_time_recovery,
    deletionProtection: dynamodb.deletion_protection,
    hasProvisioned: dynamodb.billing_mode === 'PROVISIONED',
    utilizationPercent: dynamodb.target_utilization_percent,
    capacities: [
      { name: '"index-read"', expression: renderLiteral(reads) },
      { name: '"index-write"', expression: renderLiteral(writes) },
      { name: '"table-read"', expression: renderLiteral(reads) },
      { name: '"table-write"', expression: renderLiteral(writes) },
    ],
    message: `${environment}: the sessions table must keep its keys, ${dynamodb.billing_mode}, its recovery and its protection.`,
    capacityMessage: `${environment}: the table must scale over reads ${reads} and writes ${writes}.`,
  };
}

export function expectEncryption(environment: string, { settings }: TestedStack): View {
  const { monitoring, api_gateway, waf, secrets } = settings;
  const key = findKey(settings);
  const groups = [
    'aws_cloudwatch_log_group.webhook_handler',
    'aws_cloudwatch_log_group.audio_processor',
    ...(api_gateway.enabled
      ? ['aws_cloudwatch_log_group.api_access[0]', 'aws_cloudwatch_log_group.api_execution[0]']
      : []),
    ...(api_gateway.enabled && waf.enabled ? ['aws_cloudwatch_log_group.waf[0]'] : []),
  ];
  const managed = [
    ...(secrets.api_key.source === 'managed' ? ['aws_secretsmanager_secret.api_key'] : []),
    ...(secrets.webhook_secret.source === 'managed' ? ['aws_secretsmanager_secret.webhook'] : []),
  ];
  return {
    logGroups: groups.join(', '),
    // With a count or without: the splat takes both.
    managedSecrets: managed.map((address) => `${address}[*]`).join(', '),
    hasKey: key !== null,
    key,
    bucketAlgorithm: key === null ? 'AES256' : 'aws:kms',
    topicKey: key ?? 'alias/aws/sns',
    hasMonitoring: monitoring.enabled,
    message: `${environment}: bucket, table, queues and topics must be encrypted${key === null ? '' : ' with the key of the spec'}.`,
  };
}

export function expectLogs(environment: string, { settings }: TestedStack): View {
  const { retention_days } = settings.logs;
  return {
    hasApi: settings.api_gateway.enabled,
    retentionDays: retention_days,
    message: `${environment}: every log group must keep ${retention_days} days.`,
  };
}

export function expectApi(environment: string, { settings }: TestedStack, features: Features): View | null {
  const { api_gateway } = settings;
  // Without it in any environment there is nothing to ask about; the outputs' test tells that it is gone.
  if (!features.apiGateway) return null;
  return {
    isOn: api_gateway.enabled,
    accountId: ACCOUNT_ID_EXAMPLE,
    stageName: api_gateway.stage_name,
    rateLimit: api_gateway.throttling_rate_limit,
    burstLimit: api_gateway.throttling_burst_limit,
    hasLoggingRole: features.apiLoggingRole,
    loggingRoleCount: ownsLoggingRole(settings) ? 1 : 0,
    loggingPolicies: ownsLoggingRole(settings) ? [LOGGING_POLICY] : [],
    message: api_gateway.enabled
      ? `${environment}: the API must offer POST /webhook and GET /health alone, throttled and logged.`
      : `${environment}: there must be no API.`,
  };
}

export function expectAlarms(environment: string, stack: TestedStack, features: Features): View | null {
  const { monitoring } = stack.settings;
  if (!features.monitoring) return null;
  const lists = ['error_rate', 'duration', 'dead_letters'].map(
    (name) => `values(aws_cloudwatch_metric_alarm.${name})`,
  );
  const counted = ['throttling', 'queue_age', 'backlog', ...(features.apiAlarms ? ['api_5xx'] : [])];
  const emails = monitoring.enabled && monitoring.alarm_email !== null ? [monitoring.alarm_email] : [];
  return {
    isOn: monitoring.enabled,
    alarmLists: [...lists, ...counted.map((name) => `aws_cloudwatch_metric_alarm.${name}`)].join(', '),
    thresholds: listThresholds(stack),
    hasEmail: features.alarmEmail,
    emails,
    message: monitoring.enabled
      ? `${environment}: these alarms must exist, with these thresholds.`
      : `${environment}: there must be no alarms.`,
    actionsMessage: `${environment}: every alarm must report to the alarm topic when it starts and when it ends.`,
    emailMessage: `${environment}: the alarms must be mailed to ${emails.length > 0 ? 'the address of the spec' : 'nobody'}.`,
  };
}

function listThresholds({ names, settings }: TestedStack): Attribute[] {
  const { audio, monitoring, api_gateway } = settings;
  const seconds = 1000;
  const thresholds: readonly (readonly [string, number])[] = [
    ['webhook-handler-error-rate', monitoring.error_rate_percent],
    ['audio-processor-error-rate', monitoring.error_rate_percent],
    ['webhook-handler-duration', monitoring.duration_seconds * seconds],
    ['audio-processor-duration', monitoring.duration_seconds * seconds],
    ['audio-dead-letters', 0],
    ['webhook-dead-letters', 0],
    ['dynamodb-throttling', 0],
    ['audio-queue-age', monitoring.queue_age_seconds],
    ['audio-backlog', (audio.queue_retention_days * SECONDS_A_DAY) / 2],
    ...(api_gateway.enabled ? [['api-5xx', monitoring.api_5xx_count] as const] : []),
  ];
  return thresholds.map(([name, threshold]) => ({
    name: renderLiteral(`${names.api}-${name}`),
    expression: renderLiteral(threshold),
  }));
}

export function expectSubscriptions(
  environment: string,
  { settings }: TestedStack,
  features: Features,
): View | null {
  if (!features.subscriptions) return null;
  const score = (minimum: number | null): JsonValue => (minimum === null ? [] : ['>=', minimum]);
  return {
    names: settings.subscriptions.map(({ name }) => name),
    items: settings.subscriptions.map(({ name, protocol, endpoint, event_types, minimum_score }) => ({
      name,
      protocol,
      endpoint,
      eventTypes: JSON.stringify(
        event_types.length > 0 ? event_types : [{ 'anything-but': { prefix: 'sar.' } }],
      ),
      score: score(minimum_score),
    })),
    message: `${environment}: results must go to the subscribers of the spec, with their filters.`,
  };
}

/** One stack of each account and region sets the role with which API Gateway logs. */
function ownsLoggingRole({ api_gateway }: TestedStack['settings']): boolean {
  return api_gateway.enabled && api_gateway.account_role === 'always';
}

/** The key that encrypts the stack: the spec's, the one that the module makes, or null for AWS's own keys. */
export function findKey({ kms, kms_key_arn }: TestedStack['settings']): string | null {
  return kms.managed ? MOCK_ARNS['aws_kms_key.stack'] : kms_key_arn;
}
