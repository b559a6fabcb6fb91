// The environment variables of the functions, as templates/modules/sonotheia/lambda.tf.hbs sets them.
import { deriveAudioPace } from './audio-pace.ts';
import type { Settings } from './resolve.ts';

/** The resources that the functions use. */
export interface FunctionResources {
  readonly project: string;
  readonly environment: string;
  readonly tableName: string;
  readonly topicArn: string;
  readonly webhookSecretId: string;
  readonly apiKeySecretId: string;
  readonly apiUrl: string;
  readonly bucket: string;
  readonly deadLetterQueueUrl: string;
  /** `none` where only other stacks of the tree have a key. */
  readonly kmsKeyArn: string | undefined;
  readonly hasSourceMaps: boolean;
}

export function describeWebhookVariables(
  settings: Settings,
  resources: FunctionResources,
): Record<string, string> {
  return {
    ...describeCommonVariables(settings, resources),
    POWERTOOLS_SERVICE_NAME: 'webhook_handler',
    WEBHOOK_SECRET_ID: resources.webhookSecretId,
  };
}

export function describeAudioVariables(
  settings: Settings,
  resources: FunctionResources,
): Record<string, string> {
  const { audio } = settings;
  const { kmsKeyArn } = resources;
  return {
    ...describeCommonVariables(settings, resources),
    POWERTOOLS_SERVICE_NAME: 'audio_processor',
    AUDIO_BUCKET_NAME: resources.bucket,
    ...(kmsKeyArn === undefined ? {} : { AUDIO_KMS_KEY_ARN: kmsKeyArn }),
    SONOTHEIA_API_URL: resources.apiUrl,
    SONOTHEIA_API_KEY_SECRET_ID: resources.apiKeySecretId,
    API_REQUESTS_PER_MINUTE: String(audio.api_requests_per_minute),
    AUDIO_DLQ_URL: resources.deadLetterQueueUrl,
    MAX_ATTEMPTS: String(audio.max_receive_count),
    MAX_MESSAGE_AGE_SECONDS: String(deriveAudioPace(settings).maxMessageAgeSeconds),
  };
}

function describeCommonVariables(
  { lambda, monitoring, risk, dynamodb }: Settings,
  { project, environment, tableName, topicArn, hasSourceMaps }: FunctionResources,
): Record<string, string> {
  const { NODE_OPTIONS = '' } = lambda.environment;
  return {
    ...lambda.environment,
    ...(hasSourceMaps ? { NODE_OPTIONS: `--enable-source-maps ${NODE_OPTIONS}`.trim() } : {}),
    SONOTHEIA_PROJECT: project,
    SONOTHEIA_ENVIRONMENT: environment,
    SESSIONS_TABLE_NAME: tableName,
    SESSION_TTL_DAYS: String(dynamodb.ttl_days),
    RESULTS_TOPIC_ARN: topicArn,
    RISK_HIGH_THRESHOLD: String(risk.high_threshold),
    RISK_REVIEW_THRESHOLD: String(risk.review_threshold),
    POWERTOOLS_METRICS_NAMESPACE: 'Sonotheia',
    POWERTOOLS_METRICS_DISABLED: String(!(monitoring.enabled && monitoring.custom_metrics)),
    // Powertools calls Lambda's level FATAL CRITICAL.
    POWERTOOLS_LOG_LEVEL: lambda.log_level === 'FATAL' ? 'CRITICAL' : lambda.log_level,
  };
}
