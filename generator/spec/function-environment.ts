// The environment variables of the functions: the names that are taken, and the space that is left for the spec's own.
import { describeAudioVariables } from './function-variables.ts';
import { ACCOUNT_ID_EXAMPLE, nameStack } from './naming.ts';
import { findPartition } from './partitions.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from './resolve.ts';
import { hasStackKey } from './stack-parts.ts';

/** AWS Lambda measures the names and values of a function's variables together, as JSON. */
export const MAX_ENVIRONMENT_BYTES = 4096;

/**
 * The names that AWS Lambda refuses:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 * Those that begin with an underscore are not here: the schema refuses them.
 */
export const RESERVED_NAMES: readonly string[] = [
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
];

/** NODE_OPTIONS is not among them: the HCL joins both. A test compares them with the templates. */
export const OWN_NAMES: readonly string[] = [
  'API_REQUESTS_PER_MINUTE',
  'AUDIO_BUCKET_NAME',
  'AUDIO_DLQ_URL',
  'AUDIO_KMS_KEY_ARN',
  'MAX_ATTEMPTS',
  'MAX_MESSAGE_AGE_SECONDS',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_METRICS_DISABLED',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_SERVICE_NAME',
  'RESULTS_TOPIC_ARN',
  'RISK_HIGH_THRESHOLD',
  'RISK_REVIEW_THRESHOLD',
  'SESSIONS_TABLE_NAME',
  'SESSION_TTL_DAYS',
  'SONOTHEIA_API_KEY_SECRET_ID',
  'SONOTHEIA_API_URL',
  'SONOTHEIA_ENVIRONMENT',
  'SONOTHEIA_PROJECT',
  'WEBHOOK_SECRET_ID',
];

const KMS_KEY_EXAMPLE = '1234abcd-12ab-34cd-56ef-1234567890ab';

/** Bytes of the audio processor's variables, which has more of them than the webhook handler. */
export function measureEnvironment(stack: Stack): number {
  return Buffer.byteLength(JSON.stringify(describeEnvironment(stack)));
}

interface Stack {
  readonly resolved: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
}

/** The audio processor's variables, with values of the same length for those that only AWS knows. */
export function describeEnvironment({ resolved, environment, region }: Stack): Record<string, string> {
  const { settings } = region;
  const names = nameStack(environment, region);
  const account = environment.accountId ?? ACCOUNT_ID_EXAMPLE;
  const place = `${region.name}:${account}`;
  const partition = findPartition(region.name);
  const managedKeyArn = `arn:${partition}:kms:${place}:key/${KMS_KEY_EXAMPLE}`;
  const kmsKeyArn = hasStackKey(settings) ? (settings.kms_key_arn ?? managedKeyArn) : 'none';
  return describeAudioVariables(settings, {
    project: environment.projectName,
    environment: environment.name,
    tableName: names.table,
    topicArn: `arn:${partition}:sns:${place}:${names.resultsTopic}`,
    webhookSecretId: names.webhookSecret,
    apiKeySecretId: names.apiKeySecret,
    apiUrl: settings.sonotheia_api_url,
    bucket: names.bucket,
    deadLetterQueueUrl: `https://sqs.${region.name}.amazonaws.com/${account}/${names.deadLetterQueue}`,
    kmsKeyArn: usesKeys(resolved) ? kmsKeyArn : undefined,
    hasSourceMaps: resolved.sourceMaps,
  });
}

/** A variable of one stack is one of all stacks of the tree. */
function usesKeys({ environments }: ResolvedSpec): boolean {
  return environments.some(({ regions }) => regions.some(({ settings }) => hasStackKey(settings)));
}
