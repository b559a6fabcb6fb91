// Everything a webhook needs, in memory, and signed requests to send to it.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { DynamoDbSessionStore } from '../../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SecretCache } from '../../../handlers/shared/secret-cache.ts';
import type { WebhookPorts } from '../../../handlers/webhook_handler/receive-event.ts';
import { MemoryDynamoDb } from '../../../scripts/local/memory-dynamodb.ts';
import type { Faults } from './faults.ts';
import { FakeClock, MemorySecretSource, MemoryTopic, RecordingTelemetry } from './memory-ports.ts';

export const SECRET = 'whsec_of_the_tests';

/** What outlives a process: table, topic, secrets, time, log. */
export class WebhookWorld {
  readonly table = new MemoryDynamoDb();
  readonly topic = new MemoryTopic();
  readonly secretSource = new MemorySecretSource(SECRET);
  readonly clock = new FakeClock();
  readonly telemetry = new RecordingTelemetry();

  /** The ports of a freshly started process. */
  start(): WebhookPorts {
    const { clock, telemetry, topic } = this;
    return {
      store: new DynamoDbSessionStore({ client: this.table.asClient(), tableName: 'sessions', clock }),
      topic,
      secrets: new SecretCache(this.secretSource, clock),
      thresholds: { high: 0.8, review: 0.5 },
      ttlDays: 30,
      telemetry,
      clock,
    };
  }

  injectFaults(faults: Faults): void {
    this.table.faults = faults;
    this.topic.faults = faults;
  }
}

export function sign(body: string | Uint8Array, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** A proxy event for a body, correctly signed unless overridden. */
export function toRequest(body: string, overrides: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    path: '/webhook',
    resource: '/webhook',
    headers: { 'X-Sonotheia-Signature': sign(body), 'Content-Type': 'application/json' },
    multiValueHeaders: {},
    body,
    isBase64Encoded: false,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'request-1' } as APIGatewayProxyEvent['requestContext'],
    ...overrides,
  };
}

export function readSampleEvent(name: string): string {
  return readFileSync(new URL(`../../../scripts/local/events/${name}.json`, import.meta.url), 'utf8');
}
