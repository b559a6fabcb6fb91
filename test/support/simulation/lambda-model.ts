// Lambda's event source mapping of a queue: batches, maximum concurrency, partial responses, time-outs, instances that are
// reused and recycled. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Random } from '../handlers/random.ts';
import type { QueuedMessage, SqsModel } from './sqs-model.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface FunctionInstance {
  handle(event: SQSEvent, remainingMs: () => number): Promise<SQSBatchResponse>;
  /** Ends the instance: its further calls have no effect. */
  kill(): void;
  /** Resolves when the process has crashed. */
  readonly died: Promise<void>;
}

interface LambdaSettings {
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
}

export interface LambdaOptions {
  readonly clock: VirtualClock;
  readonly queue: SqsModel;
  readonly random: Random;
  readonly settings: LambdaSettings;
  readonly startInstance: () => FunctionInstance;
  readonly isThrottled: (nowMs: number) => boolean;
}

const COLD_START_MS = 400;
const THROTTLED_WAIT_MS = 5_000;
/** Sometimes Lambda starts a new instance although an old one is idle. */
const RECYCLED_SHARE = 0.02;

export class LambdaModel {
  invocations = 0;
  billedMs = 0;
  killed = 0;
  readonly #options: LambdaOptions;
  readonly #idle: FunctionInstance[] = [];

  constructor(options: LambdaOptions) {
    const { batchSize, maxConcurrency, timeoutMs } = options.settings;
    if (batchSize < 1 || batchSize > 10) throw new RangeError('batch_size');
    if (maxConcurrency < 2 || maxConcurrency > 1_000) throw new RangeError('maximum_concurrency');
    if (timeoutMs < 1_000 || timeoutMs > 900_000) throw new RangeError('timeout');
    this.#options = options;
    for (let poller = 0; poller < maxConcurrency; poller += 1) void this.#poll();
  }

  async #poll(): Promise<void> {
    const { clock, queue, settings, isThrottled } = this.#options;
    for (;;) {
      const messages = queue.receive(settings.batchSize);
      if (messages.length === 0) {
        await queue.untilVisible();
      } else if (isThrottled(clock.nowMs())) {
        queue.leave(messages);
        await clock.sleep(THROTTLED_WAIT_MS);
      } else {
        const failedIds = await this.#invoke(messages);
        queue.delete(messages.filter(({ id }) => !failedIds.has(id)));
        queue.leave(messages.filter(({ id }) => failedIds.has(id)));
      }
    }
  }

  /** Returns the ids that stay in the queue. */
  async #invoke(messages: readonly QueuedMessage[]): Promise<ReadonlySet<string>> {
    const { clock, settings } = this.#options;
    const instance = this.#takeInstance();
    if (instance.isNew) await clock.sleep(COLD_START_MS);
    const startedAtMs = clock.nowMs();
    const remainingMs = () => Math.max(0, startedAtMs + settings.timeoutMs - clock.nowMs());
    let cancel = () => {};
    const timeout = new Promise<undefined>((resolve) => {
      cancel = clock.after(settings.timeoutMs, () => resolve(undefined));
    });
    const answer = await Promise.race([
      instance.value.handle(toEvent(messages), remainingMs),
      instance.value.died.then(() => undefined),
      timeout,
    ]);
    cancel();
    this.invocations += 1;
    this.billedMs += clock.nowMs() - startedAtMs + (instance.isNew ? COLD_START_MS : 0);
    if (answer === undefined) {
      this.killed += 1;
      instance.value.kill();
      return new Set(messages.map(({ id }) => id));
    }
    this.#idle.push(instance.value);
    return new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }

  #takeInstance(): { value: FunctionInstance; isNew: boolean } {
    const { random, startInstance } = this.#options;
    const idle = random.next() < RECYCLED_SHARE ? undefined : this.#idle.pop();
    return { value: idle ?? startInstance(), isNew: idle === undefined };
  }
}

function toEvent(messages: readonly QueuedMessage[]): SQSEvent {
  const Records = messages.map(({ id, body, sentMs, receives }) => ({
    messageId: id,
    receiptHandle: `${id}-${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentMs),
      SenderId: 'S3',
      ApproximateFirstReceiveTimestamp: String(sentMs),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:audio',
    awsRegion: 'us-east-1',
  }));
  return { Records };
}
