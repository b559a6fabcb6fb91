// The environment variables of the functions, as templates/modules/sonotheia/lambda.tf.hbs sets them from a stack's settings.
import { deriveAudioPace } from '../../generator/spec/audio-pace.ts';
import type { Settings } from '../../generator/spec/resolve.ts';

/** The resources that the functions use. */
export interface FunctionResources {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly tableName: string;
  readonly topicArn: string;
  readonly bucket: string;
  readonly deadLetterQueueUrl: string;
  readonly webhookSecretId: string;
  readonly apiKeySecretId: string;
  /** Every AWS client of the functions calls it. */
  readonly awsEndpoint: string;
}

export interface AudioResources extends FunctionResources {
  readonly apiUrl: string;
}

/** Set by Lambda, except for the endpoint. */
function describeRuntime(
  { lambda }: Settings,
  { awsEndpoint, region }: FunctionResources,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memory_size),
  };
}

function describeCommon(settings: Settings, resources: FunctionResources): Record<string, string> {
  const { lambda, monitoring, risk, dynamodb } = settings;
  const hasMetrics = monitoring.enabled && monitoring.custom_metrics;
  return {
    ...describeRuntime(settings, resources),
    ...lambda.environment,
    SONOTHEIA_PROJECT: resources.project,
    SONOTHEIA_ENVIRONMENT: resources.environment,
    SESSIONS_TABLE_NAME: resources.tableName,
    SESSION_TTL_DAYS: String(dynamodb.ttl_days),
    RESULTS_TOPIC_ARN: resources.topicArn,
    RISK_HIGH_THRESHOLD: String(risk.high_threshold),
    RISK_REVIEW_THRESHOLD: String(risk.review_threshold),
    POWERTOOLS_METRICS_NAMESPACE: 'Sonotheia',
    POWERTOOLS_METRICS_DISABLED: String(!hasMetrics),
    // Powertools calls Lambda's level FATAL CRITICAL.
    POWERTOOLS_LOG_LEVEL: lambda.log_level === 'FATAL' ? 'CRITICAL' : lambda.log_level,
  };
}

export function describeWebhookEnvironment(
  settings: Settings,
  resources: FunctionResources,
): Record<string, string> {
  return {
    ...describeCommon(settings, resources),
    POWERTOOLS_SERVICE_NAME: 'webhook_handler',
    WEBHOOK_SECRET_ID: resources.webhookSecretId,
  };
}

export function describeAudioEnvironment(
  settings: Settings,
  resources: AudioResources,
): Record<string, string> {
  const { audio, kms_key_arn } = settings;
  return {
    ...describeCommon(settings, resources),
    POWERTOOLS_SERVICE_NAME: 'audio_processor',
    AUDIO_BUCKET_NAME: resources.bucket,
    // Terraform sets `none` where only other environments have a key.
    ...(kms_key_arn === null ? {} : { AUDIO_KMS_KEY_ARN: kms_key_arn }),
    SONOTHEIA_API_URL: resources.apiUrl,
    SONOTHEIA_API_KEY_SECRET_ID: resources.apiKeySecretId,
    API_REQUESTS_PER_MINUTE: String(audio.api_requests_per_minute),
    AUDIO_DLQ_URL: resources.deadLetterQueueUrl,
    MAX_ATTEMPTS: String(audio.max_receive_count),
    MAX_MESSAGE_AGE_SECONDS: String(deriveAudioPace(settings).maxMessageAgeSeconds),
  };
}
