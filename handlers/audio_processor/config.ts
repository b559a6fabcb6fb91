import { type Env, EnvReader } from '../shared/env.ts';
import { readSharedConfig, type SharedConfig } from '../shared/shared-config.ts';

export interface AudioConfig extends SharedConfig {
  readonly bucketName: string;
  /** The stack's KMS key; undefined without one. */
  readonly kmsKeyArn: string | undefined;
  readonly apiUrl: URL;
  readonly apiKeySecretId: string;
  /** Limit of the Sonotheia account, for all function instances together. */
  readonly apiRequestsPerMinute: number;
  readonly deadLetterQueueUrl: string;
  /** Failed attempts at one file after which its message goes to the dead-letter queue. */
  readonly maxAttempts: number;
  /** At this age the queue may delete a message before it delivers it again. */
  readonly maxMessageAgeMs: number;
  /** Most files in memory at once. */
  readonly maxConcurrentFiles: number;
  /** Path-style URLs for a custom endpoint: `<bucket>.127.0.0.1` is not a host name. */
  readonly usePathStyle: boolean;
}

/** In seconds: four days, SQS's own default, less an hour. */
const MESSAGE_AGE = { min: 60, max: 14 * 86_400, fallback: 342_000 };

const MAX_CONCURRENT_FILES = 10;
/** Measured: Node and the SDK use 80 MB, one file of 10 MB uses 34 MB. */
const BASE_MEMORY_MB = 80;
const FILE_MEMORY_MB = 34;

/** The number of files of 10 MB that fit into `memoryMb`: at least 1, at most 10. */
export function countFilesInMemory(memoryMb: number): number {
  const fitting = Math.floor((memoryMb - BASE_MEMORY_MB) / FILE_MEMORY_MB);
  return Math.min(MAX_CONCURRENT_FILES, Math.max(1, fitting));
}

/** @throws ConfigError naming every variable that is missing or malformed */
export function parseConfig(variables: Env): AudioConfig {
  const env = new EnvReader(variables);
  const memoryMb = env.number('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', { min: 1, max: 10_240, fallback: 512 });
  const config = {
    ...readSharedConfig(env),
    bucketName: env.text('AUDIO_BUCKET_NAME'),
    kmsKeyArn: variables.AUDIO_KMS_KEY_ARN,
    apiUrl: env.url('SONOTHEIA_API_URL'),
    apiKeySecretId: env.text('SONOTHEIA_API_KEY_SECRET_ID'),
    apiRequestsPerMinute: env.number('API_REQUESTS_PER_MINUTE', { min: 1, max: 100_000, fallback: 100 }),
    deadLetterQueueUrl: env.text('AUDIO_DLQ_URL'),
    maxAttempts: env.number('MAX_ATTEMPTS', { min: 1, max: 1_000, fallback: 5 }),
    maxMessageAgeMs: 1000 * env.number('MAX_MESSAGE_AGE_SECONDS', MESSAGE_AGE),
    maxConcurrentFiles: countFilesInMemory(memoryMb),
    usePathStyle: Boolean(variables.AWS_ENDPOINT_URL_S3 ?? variables.AWS_ENDPOINT_URL),
  };
  env.finish();
  return config;
}
