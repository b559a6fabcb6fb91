// Amazon's parts of one stack on the kept state, without a process: table, bucket, queues, topic, secrets, telemetry.

import { INCOMING_PREFIX } from '../../../handlers/audio_processor/file-away.ts';
import { readSessionMetadata } from '../../../handlers/shared/recording-metadata.ts';
import type { AwsServices } from '../services/aws-endpoint.ts';
import { MemoryDynamoDb, takeAny } from '../services/memory-dynamodb.ts';
import { S3Service } from '../services/s3-service.ts';
import type { Secret } from '../services/secrets-service.ts';
import { toMessage } from '../upload-message.ts';
import { METRICS } from './alarms.ts';
import type { ChangeFeed } from './change-feed.ts';
import { Downloads } from './downloads.ts';
import type { LocalQueue, QueuedMessage } from './local-queue.ts';
import { ACCOUNT_ID, type LocalStack, queueUrl } from './local-stack.ts';
import { createSecret, type LocalState } from './local-state.ts';
import { createLetterQueue, createUploadQueue } from './queues.ts';
import { Recordings } from './recordings.ts';
import { ResultsTopic } from './results-topic.ts';
import { applyRetention } from './retention.ts';
import { SessionIndex } from './session-index.ts';
import { Telemetry } from './telemetry.ts';

export class AwsParts {
  readonly table: MemoryDynamoDb;
  readonly sessions: SessionIndex;
  readonly telemetry: Telemetry;
  readonly recordings: Recordings;
  readonly topic: ResultsTopic;
  readonly queue: LocalQueue;
  readonly deadLetters: LocalQueue;
  readonly webhookDeadLetters: LocalQueue;
  readonly s3: S3Service;
  readonly downloads: Downloads;
  readonly #stack: LocalStack;
  readonly #state: LocalState;
  readonly #feed: ChangeFeed;
  #uploads = 0;
  /** The key of the real API; the state does not contain it. */
  #realApiKey: string | undefined;

  constructor(stack: LocalStack, state: LocalState, feed: ChangeFeed) {
    this.#stack = stack;
    this.#state = state;
    this.#feed = feed;
    const { clock, items, objects } = state;
    const { names } = stack;
    this.table = new MemoryDynamoDb(undefined, items, takeAny);
    this.sessions = new SessionIndex(items);
    this.downloads = new Downloads(objects);
    this.recordings = new Recordings(state.recordings);
    const { logs, minutes } = state;
    this.telemetry = new Telemetry({ clock, logs, minutes, onChange: (topic) => feed.change(topic) });
    this.topic = this.#createTopic();
    const onChange = (): void => feed.change('queues', 'recordings', 'overview');
    const onLetter = (letter: QueuedMessage): void => this.recordings.fail(letter);
    this.webhookDeadLetters = createLetterQueue(stack, state, {
      name: names.webhookDeadLetterQueue,
      onChange,
    });
    this.deadLetters = createLetterQueue(stack, state, {
      name: names.deadLetterQueue,
      onChange,
      onAdd: onLetter,
    });
    this.queue = createUploadQueue(stack, state, { deadLetters: this.deadLetters, onChange });
    const onCreated = (key: string): void => this.#onCreated(key);
    this.s3 = new S3Service({ name: stack.names.bucket, region: stack.region, objects, onCreated });
    this.#createSecrets();
    items.onChange((_key, item) => {
      if (item !== undefined) this.recordings.settle(item);
      feed.change('sessions', 'recordings', 'overview');
    });
    clock.onMove(() => this.age());
  }

  get queues(): readonly LocalQueue[] {
    return [this.queue, this.deadLetters, this.webhookDeadLetters];
  }

  /** For a server at this address. */
  services(endpoint: string): AwsServices {
    const { names, region, settings, topicArn } = this.#stack;
    const index = { name: 'event_type-timestamp-index', hash: 'event_type', range: 'timestamp' };
    return {
      table: {
        name: names.table,
        arn: `arn:aws:dynamodb:${region}:${ACCOUNT_ID}:table/${names.table}`,
        table: this.table,
        partition: (sessionId) => this.sessions.partition(sessionId),
        indexes: settings.dynamodb.event_type_index ? [index] : [],
      },
      s3: this.s3,
      findSecret: (id) => this.#findSecret(id.replace(/^arn:.*:secret:/, '')),
      topicArn,
      publish: (message) => {
        this.topic.publish(message);
        this.#feed.change('deliveries');
      },
      sqs: { queues: this.queues, urlOf: ({ name }) => queueUrl(endpoint, name) },
    };
  }

  /** Puts an object, as a client of S3 does. */
  upload(
    key: string,
    object: { bytes: Uint8Array; contentType: string; metadata: Record<string, string> },
  ): void {
    this.#state.objects.set(key, object);
    this.#onCreated(key);
  }

  /** Takes the current value of a secret: `api_key` or `webhook_secret`. */
  readSecret(field: 'api_key' | 'webhook_secret'): string {
    const secret = this.#state.secrets.get(this.#nameOf(field));
    return (JSON.parse(secret?.current ?? '{}') as Record<string, string>)[field] ?? '';
  }

  /** Replaces the key of the stand-in for this run. */
  useRealApiKey(apiKey: string): void {
    this.#realApiKey = apiKey;
  }

  rotateSecret(field: 'api_key' | 'webhook_secret', value: string): void {
    const name = this.#nameOf(field);
    const previous = this.#state.secrets.get(name)?.current;
    const current = JSON.stringify({ [field]: value });
    this.#state.secrets.set(name, { current, ...(previous === undefined ? {} : { previous }) });
  }

  /** Deletes and archives what is due, and reports the queues' metrics of this minute. */
  age(): void {
    const { clock, objects } = this.#state;
    applyRetention(this.#stack, { table: this.table, objects }, clock.nowMs());
    for (const queue of this.queues) {
      const visible = queue.count().visible;
      this.telemetry.count(METRICS.queue(queue.name, 'ApproximateNumberOfMessagesVisible'), visible);
    }
    const waiting = this.queue.list().map(({ sentAtMs }) => sentAtMs);
    const ageSeconds = waiting.length === 0 ? 0 : (clock.nowMs() - Math.min(...waiting)) / 1000;
    this.telemetry.count(METRICS.queue(this.queue.name, 'ApproximateAgeOfOldestMessage'), ageSeconds);
    this.#feed.change('recordings', 'queues', 'sessions', 'metrics', 'overview');
  }

  /** Sends S3's notification of an upload under incoming/. */
  #onCreated(key: string): void {
    const { objects, clock } = this.#state;
    const object = objects.get(key);
    if (object === undefined || !key.startsWith(INCOMING_PREFIX)) return;
    this.#uploads += 1;
    const eventTimeMs = clock.nowMs();
    const bytes = object.sizeBytes ?? object.bytes.length;
    const sessionId = readSessionMetadata(object.metadata);
    this.recordings.begin(key, {
      bytes,
      uploadedAt: clock.nowIso(),
      ...(sessionId === undefined ? {} : { sessionId }),
    });
    const upload = {
      bucket: this.#stack.names.bucket,
      key,
      etag: object.etag ?? '',
      sizeBytes: bytes,
      // Grows with every upload, also after a restart.
      sequencer: (eventTimeMs * 1000 + (this.#uploads % 1000)).toString(16).toUpperCase().padStart(18, '0'),
      eventTimeMs,
    };
    this.#feed.move('bucket', 'queue', key);
    this.#feed.change('recordings');
    this.queue.send(toMessage(upload));
  }

  #createTopic(): ResultsTopic {
    const { clock, deliveries, deliveryCounts: counts } = this.#state;
    return new ResultsTopic({
      stack: this.#stack,
      clock,
      deliveries,
      counts,
      onDelivery: ({ outcome, subscription }) => {
        if (outcome === 'delivered') this.#feed.move('topic', 'subscribers', subscription);
      },
    });
  }

  #findSecret(name: string): Secret | undefined {
    if (this.#realApiKey !== undefined && name === this.#nameOf('api_key'))
      return { current: JSON.stringify({ api_key: this.#realApiKey }) };
    return this.#state.secrets.get(name);
  }

  #createSecrets(): void {
    if (!this.#state.secrets.has(this.#nameOf('api_key')))
      this.rotateSecret('api_key', createSecret('sk_local_'));
    if (!this.#state.secrets.has(this.#nameOf('webhook_secret')))
      this.rotateSecret('webhook_secret', createSecret('whsec_local_'));
  }

  #nameOf(field: 'api_key' | 'webhook_secret'): string {
    const { apiKeySecret, webhookSecret } = this.#stack.names;
    return field === 'api_key' ? apiKeySecret : webhookSecret;
  }
}
