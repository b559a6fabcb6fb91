import { type Env, EnvReader } from '../shared/env.ts';
import { readSharedConfig, type SharedConfig } from '../shared/shared-config.ts';

export interface AudioConfig extends SharedConfig {
  readonly bucketName: string;
  /** The stack's own key, if it has one. */
  readonly kmsKeyArn: string | undefined;
  readonly apiUrl: URL;
  readonly apiKeySecretId: string;
  /** Of the account, over all instances. */
  readonly apiRequestsPerMinute: number;
  readonly deadLetterQueueUrl: string;
  /** Failed attempts at one file after which its message is given up. */
  readonly maxAttempts: number;
  /** The age from which a message may not survive until its next delivery. */
  readonly maxMessageAgeMs: number;
  /** How many files are in memory at once. */
  readonly maxConcurrentFiles: number;
  /** A server given by address has no name to prefix with the bucket's. */
  readonly usePathStyle: boolean;
}

/** In seconds: four days, SQS's own default, less an hour. */
const MESSAGE_AGE = { min: 60, max: 14 * 86_400, fallback: 342_000 };

const MAX_CONCURRENT_FILES = 10;
/** What Node and the SDK take, and what one file of 10 MB takes on its way through, in MB. */
const BASE_MEMORY_MB = 80;
const FILE_MEMORY_MB = 34;

/** How many files may be in memory at once. */
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
