import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { buildClientOptions } from '../shared/adapters/client-options.ts';
import { DynamoDbSessionStore } from '../shared/adapters/dynamodb-session-store.ts';
import { SecretsManagerSource } from '../shared/adapters/secrets-manager-source.ts';
import { SnsResultsTopic } from '../shared/adapters/sns-results-topic.ts';
import { SecretCache } from '../shared/secret-cache.ts';
import { systemClock as clock } from '../shared/system-clock.ts';
import { PowertoolsTelemetry } from '../shared/telemetry.ts';
import { parseConfig } from './config.ts';
import { deadlineMs, handleRequest } from './handle-request.ts';

const config = parseConfig(process.env);
const telemetry = new PowertoolsTelemetry(config.source.environment);
const secretSource = new SecretsManagerSource({
  client: new SecretsManagerClient(buildClientOptions()),
  secretId: config.webhookSecretId,
  jsonField: 'webhook_secret',
});
const dynamoDb = new DynamoDBClient(buildClientOptions());
const ports = {
  store: new DynamoDbSessionStore({ client: dynamoDb, tableName: config.tableName, clock }),
  topic: new SnsResultsTopic(new SNSClient(buildClientOptions()), config.resultsTopicArn),
  secrets: new SecretCache(secretSource, clock),
  source: config.source,
  thresholds: config.thresholds,
  ttlDays: config.ttlDays,
  telemetry,
  clock,
};

export const handler = (async (event, context) => {
  telemetry.begin(context);
  try {
    return await handleRequest(event, ports, deadlineMs(context.getRemainingTimeInMillis()));
  } finally {
    telemetry.flush();
  }
}) satisfies APIGatewayProxyHandler;
