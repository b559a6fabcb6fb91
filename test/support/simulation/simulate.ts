// Runs the real batch handler, store and pacing against models of SQS, Lambda and the API on a virtual clock.
import { deriveAudioPace } from '../../../generator/spec/audio-pace.ts';
import { MemoryDynamoDb } from '../../../scripts/local/services/memory-dynamodb.ts';
import { BUCKET, toMessage } from '../../../scripts/local/upload-message.ts';
import { MemoryAudioStore, MemoryDeadLetters } from '../handlers/audio-world.ts';
import { type Fault, Faults } from '../handlers/faults.ts';
import { MemoryTopic } from '../handlers/memory-ports.ts';
import { Random } from '../handlers/random.ts';
import { type ApiBehaviour, ApiModel, type Question, SCORED } from './api-model.ts';
import { type SimulatedWorld, startInstance } from './function-instance.ts';
import { LambdaModel } from './lambda-model.ts';
import { MAX_RECEIVE_COUNT, SqsModel } from './sqs-model.ts';
import { VirtualClock } from './virtual-clock.ts';

interface SimulationSettings {
  readonly requestsPerMinute: number;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly retentionDays: number;
  readonly maxAttempts: number;
}

/** The defaults of the schema. */
const DEFAULT_SETTINGS: SimulationSettings = {
  requestsPerMinute: 100,
  batchSize: 5,
  maxConcurrency: 5,
  timeoutSeconds: 30,
  memoryMb: 512,
  retentionDays: 4,
  maxAttempts: 5,
};

export interface Scenario {
  /** Number of files that are put at the start. */
  readonly files?: number;
  /** Files that are put one after another, evenly spaced. */
  readonly arrivals?: { readonly perMinute: number; readonly minutes: number };
  /** Malformed message bodies that are put at the start. */
  readonly malformed?: readonly string[];
  readonly settings?: Partial<SimulationSettings>;
  readonly answer?: (question: Question) => ApiBehaviour;
  /** The fault of a call of S3, DynamoDB, SNS or SQS at this minute. */
  readonly awsFault?: (minute: number, random: Random) => Fault;
  readonly isLambdaThrottled?: (minute: number) => boolean;
  /** The latest end; by default the simulation ends when the last message has left its queue. */
  readonly hours?: number;
  readonly seed?: number;
}

export interface Result {
  readonly scored: number;
  /** Dead letters, by file name or body. */
  readonly deadLetters: readonly string[];
  /** Moved by SQS itself, which cannot distinguish a faulty message from one that had to wait. */
  readonly redriven: number;
  /** Deleted by SQS at the end of their retention. */
  readonly expired: number;
  /** Until the queue was empty. */
  readonly minutes: number;
  readonly mostCallsInAnyMinute: number;
  readonly calls: number;
  readonly callsByFile: ReadonlyMap<string, number>;
  readonly mostReceives: number;
  readonly receives: number;
  readonly sqsRequests: number;
  readonly invocations: number;
  readonly killed: number;
  readonly billedSeconds: number;
  readonly seed: number;
}

export async function simulate(scenario: Scenario): Promise<Result> {
  const settings = { ...DEFAULT_SETTINGS, ...scenario.settings };
  const pace = derivePace(settings);
  const random = new Random(scenario.seed);
  const clock = new VirtualClock();
  const queue = new SqsModel(clock, {
    visibilityMs: pace.visibilityTimeoutSeconds * 1_000,
    retentionMs: settings.retentionDays * 86_400_000,
    maxReceiveCount: MAX_RECEIVE_COUNT,
  });
  const world = createWorld(scenario, clock, random);
  const lambda = new LambdaModel({
    clock,
    queue,
    random,
    settings: { ...pace, timeoutMs: settings.timeoutSeconds * 1_000 },
    startInstance: () => startInstance(world, { ...settings, maxAgeMs: pace.maxMessageAgeSeconds * 1_000 }),
    isThrottled: () => scenario.isLambdaThrottled?.(minuteOf(clock)) ?? false,
  });
  const planned = { left: 0 };
  sendAll(scenario, world, queue, planned);
  await clock.run(scenario.hours ?? 24 * 20, () => queue.size === 0 && planned.left === 0);
  const { api, topic, deadLetters } = world;
  return {
    scored: topic.eventIds.size,
    deadLetters: deadLetters.letters.map(({ body }) => nameIn(body)),
    redriven: queue.redriven.length,
    expired: queue.expired.length,
    minutes: minuteOf(clock),
    mostCallsInAnyMinute: api.mostInAnyMinute(),
    calls: api.startsMs.length,
    callsByFile: api.callsByFile,
    mostReceives: queue.mostReceives,
    receives: queue.receives,
    sqsRequests: queue.requests,
    invocations: lambda.invocations,
    killed: lambda.killed,
    billedSeconds: lambda.billedMs / 1_000,
    seed: random.seed,
  };
}

function derivePace(settings: SimulationSettings) {
  return deriveAudioPace({
    lambda: { timeout: settings.timeoutSeconds, memory_size: settings.memoryMb },
    audio: {
      batch_size: settings.batchSize,
      max_concurrency: settings.maxConcurrency,
      api_requests_per_minute: settings.requestsPerMinute,
      queue_retention_days: settings.retentionDays,
    },
  });
}

function createWorld({ answer, awsFault }: Scenario, clock: VirtualClock, random: Random): SimulatedWorld {
  const decide = () => awsFault?.(minuteOf(clock), random) ?? 'none';
  const faults = new Faults(decide, () => clock.sleep(5 + random.next() * 20));
  const audio = new MemoryAudioStore();
  const deadLetters = new MemoryDeadLetters();
  audio.faults = faults;
  deadLetters.faults = faults;
  return {
    clock,
    table: new MemoryDynamoDb(faults),
    topic: new MemoryTopic(faults),
    audio,
    api: new ApiModel(clock, random, answer ?? (() => SCORED)),
    deadLetters,
  };
}

function sendAll(
  { files = 0, arrivals = { perMinute: 0, minutes: 0 }, malformed = [] }: Scenario,
  { clock, audio }: SimulatedWorld,
  queue: SqsModel,
  planned: { left: number },
): void {
  const put = (index: number): void => {
    const name = `incoming/${index}.wav`;
    const { key, etag, sizeBytes } = audio.put({ key: name, bytes: Buffer.from(name) });
    const sequencer = index.toString(16).padStart(16, '0');
    const upload = { bucket: BUCKET, key, etag, sizeBytes, sequencer, eventTimeMs: clock.nowMs() };
    queue.send(String(index), toMessage(upload));
  };
  for (let index = 0; index < files; index += 1) put(index);
  for (const [index, body] of malformed.entries()) queue.send(`malformed-${index}`, body);
  const later = arrivals.perMinute * arrivals.minutes;
  planned.left = later;
  for (let index = 0; index < later; index += 1) {
    clock.after((index * 60_000) / arrivals.perMinute, () => {
      put(files + index);
      planned.left -= 1;
    });
  }
}

function minuteOf(clock: VirtualClock): number {
  return (clock.nowMs() - clock.startMs) / 60_000;
}

function nameIn(body: string): string {
  return /incoming\/\d+\.wav/.exec(body)?.[0] ?? body;
}
