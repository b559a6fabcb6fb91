// One instance of the audio processor: its own gate, limiter and health; once it has ended, its calls have no effect.
import {
  DynamoDbAttempts,
  DynamoDbTurns,
} from '../../../handlers/audio_processor/adapters/dynamodb-pacing.ts';
import { ApiHealth } from '../../../handlers/audio_processor/api-health.ts';
import { ConcurrencyGate } from '../../../handlers/audio_processor/concurrency-gate.ts';
import { countFilesInMemory } from '../../../handlers/audio_processor/config.ts';
import { handleBatch } from '../../../handlers/audio_processor/handle-batch.ts';
import type { AudioPorts } from '../../../handlers/audio_processor/process-audio.ts';
import { RateLimiter } from '../../../handlers/audio_processor/rate-limit.ts';
import { DynamoDbSessionStore } from '../../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SecretCache } from '../../../handlers/shared/secret-cache.ts';
import type { MemoryDynamoDb } from '../../../scripts/local/services/memory-dynamodb.ts';
import { API_KEY } from '../../../scripts/local/sonotheia-api.ts';
import { BUCKET } from '../../../scripts/local/upload-message.ts';
import type { MemoryAudioStore, MemoryDeadLetters } from '../handlers/audio-world.ts';
import { MemorySecretSource, type MemoryTopic, SOURCE } from '../handlers/memory-ports.ts';
import { type ApiModel, ProcessDied } from './api-model.ts';
import type { FunctionInstance } from './lambda-model.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedWorld {
  readonly clock: VirtualClock;
  readonly table: MemoryDynamoDb;
  readonly topic: MemoryTopic;
  readonly audio: MemoryAudioStore;
  readonly api: ApiModel;
  readonly deadLetters: MemoryDeadLetters;
}

export interface InstanceSettings {
  readonly requestsPerMinute: number;
  readonly memoryMb: number;
  readonly maxAttempts: number;
  readonly maxAgeMs: number;
}

const SILENT = { info() {}, warn() {}, error() {}, count() {}, duration() {} };

export function startInstance(world: SimulatedWorld, settings: InstanceSettings): FunctionInstance {
  const { clock } = world;
  const process = new SimulatedProcess();
  const table = { client: process.guard(world.table).asClient(), tableName: 'sessions', clock };
  const turns = new DynamoDbTurns({ ...table, client: process.guard(table.client) });
  const ports: AudioPorts = {
    store: new DynamoDbSessionStore({ ...table, client: process.guard(table.client) }),
    topic: process.guard(world.topic),
    audio: process.guard(world.audio),
    api: process.guard(world.api),
    apiKeys: new SecretCache(new MemorySecretSource(API_KEY), clock),
    turns,
    limiter: new RateLimiter({ requestsPerMinute: settings.requestsPerMinute, turns, clock }),
    health: new ApiHealth(clock),
    source: SOURCE,
    thresholds: { high: 0.8, review: 0.5 },
    bucketName: BUCKET,
    ttlDays: 30,
    telemetry: SILENT,
    clock,
  };
  const deadLetterPolicy = {
    attempts: new DynamoDbAttempts({ ...table, client: process.guard(table.client) }),
    deadLetters: process.guard(world.deadLetters),
    maxAttempts: settings.maxAttempts,
    maxAgeMs: settings.maxAgeMs,
  };
  const gate = new ConcurrencyGate(countFilesInMemory(settings.memoryMb));
  return {
    died: process.died,
    kill: () => process.kill(),
    handle: (event, remainingMs) => handleBatch(event, { ports, deadLetterPolicy, gate, remainingMs }),
  };
}

class SimulatedProcess {
  readonly died: Promise<void>;
  #isAlive = true;
  #die = () => {};

  constructor() {
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  kill(): void {
    this.#isAlive = false;
    this.#die();
  }

  /** Wraps a port for this process: after its end, calls have no effect and never settle. */
  guard<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          if (!this.#isAlive) return new Promise(() => {});
          const result: unknown = member.apply(target, args);
          return result instanceof Promise ? this.#deliver(result) : result;
        };
      },
    });
  }

  async #deliver(result: Promise<unknown>): Promise<unknown> {
    const settled = await result.then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error }),
    );
    if (settled.error instanceof ProcessDied) this.kill();
    if (!this.#isAlive) return new Promise(() => {});
    if (settled.error !== undefined) throw settled.error;
    return settled.value;
  }
}
