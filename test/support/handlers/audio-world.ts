// Everything the audio processor needs, in memory: a bucket, an API, and S3 notifications about uploads.
import { createHash } from 'node:crypto';
import {
  DynamoDbAttempts,
  DynamoDbTurns,
} from '../../../handlers/audio_processor/adapters/dynamodb-pacing.ts';
import type { TimeBudget } from '../../../handlers/audio_processor/analyze-audio.ts';
import { ApiHealth } from '../../../handlers/audio_processor/api-health.ts';
import type { DeadLetter, DeadLetterQueue } from '../../../handlers/audio_processor/pacing-ports.ts';
import type {
  ApiReply,
  AudioObject,
  AudioStore,
  SonotheiaApi,
  Target,
} from '../../../handlers/audio_processor/ports.ts';
import { SOURCE_ETAG_METADATA } from '../../../handlers/audio_processor/ports.ts';
import type { AudioPorts } from '../../../handlers/audio_processor/process-audio.ts';
import { RateLimiter } from '../../../handlers/audio_processor/rate-limit.ts';
import type { UploadedObject } from '../../../handlers/audio_processor/s3-event.ts';
import type { DeadLetterPolicy } from '../../../handlers/audio_processor/settle-record.ts';
import { DynamoDbSessionStore } from '../../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SecretCache } from '../../../handlers/shared/secret-cache.ts';
import { MemoryDynamoDb } from '../../../scripts/local/services/memory-dynamodb.ts';
import { API_KEY } from '../../../scripts/local/sonotheia-api.ts';
import { BUCKET } from '../../../scripts/local/upload-message.ts';
import { Faults } from './faults.ts';
import { FakeClock, MemorySecretSource, MemoryTopic, RecordingTelemetry, SOURCE } from './memory-ports.ts';

export interface Upload {
  readonly key: string;
  readonly bytes?: Uint8Array;
  readonly metadata?: Record<string, string>;
  readonly contentType?: string;
  /** Overrides the size that the bucket reports. */
  readonly sizeBytes?: number;
}

type StoredAudio = AudioObject & { readonly bytes: Uint8Array };

/** A bucket without S3's refusals, for histories of many files; the in-process S3 has them. */
export class MemoryAudioStore implements AudioStore {
  readonly objects = new Map<string, StoredAudio>();
  faults = new Faults();

  put({ key, bytes = Buffer.from('RIFF'), metadata = {}, contentType, sizeBytes }: Upload): AudioObject {
    const object = {
      key,
      bytes,
      etag: createHash('md5').update(bytes).digest('hex'),
      sizeBytes: sizeBytes ?? bytes.length,
      contentType,
      metadata,
    };
    this.objects.set(key, object);
    return object;
  }

  head(key: string): Promise<AudioObject | undefined> {
    return this.faults.around(() => this.objects.get(key));
  }

  headTarget(key: string): Promise<AudioObject | undefined> {
    return this.head(key);
  }

  read({ key, etag }: AudioObject): Promise<Uint8Array | undefined> {
    return this.faults.around(() => this.#matching(key, etag)?.bytes);
  }

  copy(source: AudioObject, target: Target): Promise<boolean> {
    return this.faults.around(() => {
      const object = this.#matching(source.key, source.etag);
      return object !== undefined && this.#file(object, target);
    });
  }

  write(source: AudioObject, bytes: Uint8Array, target: Target): Promise<boolean> {
    return this.faults.around(() => this.#file({ ...source, bytes }, target));
  }

  remove({ key, etag }: Pick<AudioObject, 'key' | 'etag'>): Promise<void> {
    return this.faults.around(() => {
      if (this.#matching(key, etag)) this.objects.delete(key);
    });
  }

  #file(source: StoredAudio, { key, sourceEtag }: Target): boolean {
    if (this.objects.has(key)) return false;
    const metadata = {
      ...source.metadata,
      ...(sourceEtag === undefined ? {} : { [SOURCE_ETAG_METADATA]: sourceEtag }),
    };
    this.objects.set(key, { ...source, key, metadata });
    return true;
  }

  #matching(key: string, etag: string) {
    const object = this.objects.get(key);
    return object?.etag === etag ? object : undefined;
  }
}

export const GOOD_REPLY: ApiReply = {
  status: 200,
  headers: {},
  body: { score: 0.91, label: 'likely_synthetic', latency_ms: 640, recommended_action: 'deny' },
};

/** Returns the given replies in order and repeats the last one; an Error means no response. */
class ScriptedApi implements SonotheiaApi {
  replies: (ApiReply | Error)[] = [GOOD_REPLY];
  readonly calls: {
    readonly apiKey: string;
    readonly timeoutMs: number;
    readonly sessionId: string | undefined;
  }[] = [];
  faults = new Faults();

  async detectDeepfake(
    { sessionId }: { sessionId: string | undefined },
    { apiKey, timeoutMs }: { apiKey: string; timeoutMs: number },
  ): Promise<ApiReply> {
    this.calls.push({ apiKey, timeoutMs, sessionId });
    const reply = (this.replies.length > 1 ? this.replies.shift() : this.replies[0]) ?? GOOD_REPLY;
    return this.faults.around(() => {
      if (reply instanceof Error) throw reply;
      return reply;
    });
  }
}

export class MemoryDeadLetters implements DeadLetterQueue {
  readonly letters: DeadLetter[] = [];
  faults = new Faults();

  send(letter: DeadLetter): Promise<void> {
    return this.faults.around(() => void this.letters.push(letter));
  }
}

/** State outside of the process: table, bucket, topic, API, secrets, time, log. */
export class AudioWorld {
  readonly table = new MemoryDynamoDb();
  readonly topic = new MemoryTopic();
  readonly clock = new FakeClock();
  readonly audio = new MemoryAudioStore();
  readonly api = new ScriptedApi();
  readonly deadLetters = new MemoryDeadLetters();
  readonly secretSource = new MemorySecretSource(API_KEY);
  readonly telemetry = new RecordingTelemetry();
  #sequence = 0;

  /** The ports of a freshly started process. */
  start({ callsPerMinute = 1_000_000 } = {}): AudioPorts {
    const { clock, telemetry, topic, audio, api } = this;
    const turns = new DynamoDbTurns({ client: this.table.asClient(), tableName: 'sessions', clock });
    return {
      store: new DynamoDbSessionStore({ client: this.table.asClient(), tableName: 'sessions', clock }),
      topic,
      audio,
      api,
      apiKeys: new SecretCache(this.secretSource, clock),
      limiter: new RateLimiter({ requestsPerMinute: callsPerMinute, turns, clock }),
      turns,
      health: new ApiHealth(clock),
      source: SOURCE,
      thresholds: { high: 0.8, review: 0.5 },
      bucketName: BUCKET,
      ttlDays: 30,
      telemetry,
      clock,
    };
  }

  /** The rules for the dead-letter queue. */
  deadLetterPolicy({ maxAttempts = 5, maxAgeMs = Number.POSITIVE_INFINITY } = {}): DeadLetterPolicy {
    const { clock, deadLetters } = this;
    const attempts = new DynamoDbAttempts({ client: this.table.asClient(), tableName: 'sessions', clock });
    return { attempts, deadLetters, maxAttempts, maxAgeMs };
  }

  injectFaults(faults: Faults): void {
    this.table.calls = faults;
    this.topic.faults = faults;
    this.audio.faults = faults;
    this.api.faults = faults;
  }

  /** Puts an object and returns the content of S3's notification. */
  upload(upload: Upload): UploadedObject {
    this.clock.timeMs += 10;
    this.#sequence += 1;
    const { key, etag, sizeBytes } = this.audio.put(upload);
    const sequencer = this.#sequence.toString(16).padStart(16, '0');
    return { bucket: BUCKET, key, etag, sizeBytes, sequencer, eventTimeMs: this.clock.timeMs };
  }

  budget(milliseconds = 25_000): TimeBudget {
    const endsAtMs = this.clock.timeMs + milliseconds;
    return { endsAtMs, latestTurnMs: endsAtMs - 2_000, signal: new AbortController().signal };
  }

  keys(): string[] {
    return [...this.audio.objects.keys()].sort();
  }
}

/** EventBridge's message about one upload: the key is not encoded, names are in lower case. */
export function toEventBridge(upload: UploadedObject): string {
  const { bucket, key, etag, sizeBytes, sequencer, eventTimeMs } = upload;
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: new Date(eventTimeMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: sizeBytes, etag, sequencer },
      reason: 'PutObject',
    },
  });
}

/** The envelope of a topic's message without raw delivery. */
export function wrapInSns(message: string): string {
  const TopicArn = 'arn:aws:sns:us-east-1:111122223333:uploads';
  return JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn, Message: message });
}
