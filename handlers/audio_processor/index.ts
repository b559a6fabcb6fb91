import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSHandler } from 'aws-lambda';
import { buildClientOptions } from '../shared/adapters/client-options.ts';
import { DynamoDbSessionStore } from '../shared/adapters/dynamodb-session-store.ts';
import { SecretsManagerSource } from '../shared/adapters/secrets-manager-source.ts';
import { SnsResultsTopic } from '../shared/adapters/sns-results-topic.ts';
import { SecretCache } from '../shared/secret-cache.ts';
import { systemClock as clock } from '../shared/system-clock.ts';
import { PowertoolsTelemetry } from '../shared/telemetry.ts';
import { DynamoDbAttempts, DynamoDbTurns } from './adapters/dynamodb-pacing.ts';
import { HttpsSonotheiaApi } from './adapters/https-sonotheia-api.ts';
import { S3AudioStore } from './adapters/s3-audio-store.ts';
import { SqsDeadLetters } from './adapters/sqs-dead-letters.ts';
import { ApiHealth } from './api-health.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { parseConfig } from './config.ts';
import { handleBatch } from './handle-batch.ts';
import { RateLimiter } from './rate-limit.ts';

/** Longer than the default: an object has up to 10 MB, and S3 answers a copy only when it is done. */
const S3_TIMEOUT_MS = 20_000;

const config = parseConfig(process.env);
const telemetry = new PowertoolsTelemetry(config.source.environment);
const s3 = new S3Client({ ...buildClientOptions(S3_TIMEOUT_MS), forcePathStyle: config.usePathStyle });
const dynamoDb = new DynamoDBClient(buildClientOptions());
const apiKeySource = new SecretsManagerSource({
  client: new SecretsManagerClient(buildClientOptions()),
  secretId: config.apiKeySecretId,
  jsonField: 'api_key',
});
const table = { client: dynamoDb, tableName: config.tableName, clock };
const turns = new DynamoDbTurns(table);
const ports = {
  store: new DynamoDbSessionStore(table),
  topic: new SnsResultsTopic(new SNSClient(buildClientOptions()), config.resultsTopicArn),
  audio: new S3AudioStore({ client: s3, bucket: config.bucketName, kmsKeyArn: config.kmsKeyArn }),
  api: new HttpsSonotheiaApi(config.apiUrl),
  apiKeys: new SecretCache(apiKeySource, clock),
  turns,
  limiter: new RateLimiter({ requestsPerMinute: config.apiRequestsPerMinute, turns, clock }),
  health: new ApiHealth(clock),
  source: config.source,
  thresholds: config.thresholds,
  bucketName: config.bucketName,
  ttlDays: config.ttlDays,
  telemetry,
  clock,
};
// The endpoint comes from the region or AWS_ENDPOINT_URL, as for every other client, not from the queue's URL.
const sqs = new SQSClient({ ...buildClientOptions(), useQueueUrlAsEndpoint: false });
const deadLetterPolicy = {
  attempts: new DynamoDbAttempts(table),
  deadLetters: new SqsDeadLetters(sqs, config.deadLetterQueueUrl),
  maxAttempts: config.maxAttempts,
  maxAgeMs: config.maxMessageAgeMs,
};
const gate = new ConcurrencyGate(config.maxConcurrentFiles);

export const handler = (async (event, context) => {
  telemetry.begin(context);
  try {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return await handleBatch(event, { ports, deadLetterPolicy, gate, remainingMs });
  } finally {
    telemetry.flush();
  }
}) satisfies SQSHandler;
