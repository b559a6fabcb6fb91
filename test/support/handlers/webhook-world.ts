// The ports of the webhook handler, in memory.
import { DynamoDbSessionStore } from '../../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SecretCache } from '../../../handlers/shared/secret-cache.ts';
import type { WebhookPorts } from '../../../handlers/webhook_handler/receive-event.ts';
import { MemoryDynamoDb } from '../../../scripts/local/services/memory-dynamodb.ts';
import { SECRET } from '../../../scripts/local/webhook-request.ts';
import type { Faults } from './faults.ts';
import { FakeClock, MemorySecretSource, MemoryTopic, RecordingTelemetry, SOURCE } from './memory-ports.ts';

/** State outside of the process: table, topic, secrets, time, log. */
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
      source: SOURCE,
      thresholds: { high: 0.8, review: 0.5 },
      ttlDays: 30,
      telemetry,
      clock,
    };
  }

  injectFaults(faults: Faults): void {
    this.table.calls = faults;
    this.topic.faults = faults;
  }
}
