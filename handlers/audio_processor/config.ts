import { type Env, EnvReader } from '../shared/env.ts';
import { readSharedConfig, type SharedConfig } from '../shared/shared-config.ts';

export interface AudioConfig extends SharedConfig {
  readonly bucketName: string;
  /** The stack's own key, if it has one. */
  readonly kmsKeyArn: string | undefined;
  readonly apiUrl: URL;
  readonly apiKeySecretId: string;
  readonly apiRequestsPerMinute: number;
  /** How many files are in memory at once. */
  readonly maxConcurrentFiles: number;
  /** A server given by address has no name to prefix with the bucket's. */
  readonly usePathStyle: boolean;
}

const MAX_CONCURRENT_FILES = 10;
/** What Node and the SDK take, and what one file of 10 MB takes on its way through, in MB. */
const BASE_MEMORY_MB = 100;
const FILE_MEMORY_MB = 24;

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
    maxConcurrentFiles: Math.min(
      MAX_CONCURRENT_FILES,
      Math.max(1, Math.floor((memoryMb - BASE_MEMORY_MB) / FILE_MEMORY_MB)),
    ),
    usePathStyle: Boolean(variables.AWS_ENDPOINT_URL_S3 ?? variables.AWS_ENDPOINT_URL),
  };
  env.finish();
  return config;
}
