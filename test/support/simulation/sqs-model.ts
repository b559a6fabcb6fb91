// A standard queue as SQS documents it: visibility, receives, redrive, retention, the limit of messages in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
import { PriorityQueue } from './priority-queue.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface QueueSettings {
  readonly visibilityMs: number;
  readonly retentionMs: number;
  readonly maxReceiveCount: number;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  /** ApproximateReceiveCount. */
  receives: number;
  visibleAtMs: number;
}

/** AWS's own limits. */
const MAX_IN_FLIGHT = 120_000;
const MAX_RECEIVED_AT_ONCE = 10;
/** The stack's queue has the most that SQS allows: no message lives long enough to be received so often. */
export const MAX_RECEIVE_COUNT = 1_000;
const MAX_VISIBILITY_MS = 12 * 3_600_000;
const MAX_RETENTION_MS = 14 * 86_400_000;

export class SqsModel {
  /** Moved by SQS itself, because of too many receives. */
  readonly redriven: QueuedMessage[] = [];
  /** Deleted by SQS at the end of their retention. */
  readonly expired: QueuedMessage[] = [];
  requests = 0;
  receives = 0;
  mostReceives = 0;
  readonly #clock: VirtualClock;
  readonly #settings: QueueSettings;
  readonly #waiting = new PriorityQueue<QueuedMessage>(({ visibleAtMs }) => visibleAtMs);
  readonly #present = new Set<QueuedMessage>();
  #wake: (() => void)[] = [];

  constructor(clock: VirtualClock, settings: QueueSettings) {
    const { visibilityMs, retentionMs, maxReceiveCount } = settings;
    if (visibilityMs < 0 || visibilityMs > MAX_VISIBILITY_MS) throw new RangeError('VisibilityTimeout');
    if (retentionMs < 60_000 || retentionMs > MAX_RETENTION_MS) {
      throw new RangeError('MessageRetentionPeriod');
    }
    if (maxReceiveCount < 1 || maxReceiveCount > MAX_RECEIVE_COUNT) throw new RangeError('maxReceiveCount');
    this.#clock = clock;
    this.#settings = settings;
  }

  /** The number of messages that wait or are in flight. */
  get size(): number {
    return this.#present.size;
  }

  send(id: string, body: string): void {
    const nowMs = this.#clock.nowMs();
    const message = { id, body, sentMs: nowMs, receives: 0, visibleAtMs: nowMs };
    this.#present.add(message);
    this.#waiting.push(message);
    this.#clock.after(this.#settings.retentionMs, () => {
      if (this.#present.delete(message)) this.expired.push(message);
    });
    for (const wake of this.#wake.splice(0)) wake();
  }

  receive(maxMessages: number): QueuedMessage[] {
    if (maxMessages < 1 || maxMessages > MAX_RECEIVED_AT_ONCE) throw new RangeError('MaxNumberOfMessages');
    this.requests += 1;
    const nowMs = this.#clock.nowMs();
    const received: QueuedMessage[] = [];
    while (received.length < maxMessages && this.#present.size - this.#waiting.size < MAX_IN_FLIGHT) {
      const message = this.#waiting.peek();
      if (message === undefined || message.visibleAtMs > nowMs) break;
      this.#waiting.pop();
      if (!this.#present.has(message)) continue;
      if (message.receives >= this.#settings.maxReceiveCount) {
        this.#present.delete(message);
        this.redriven.push(message);
        continue;
      }
      message.receives += 1;
      message.visibleAtMs = nowMs + this.#settings.visibilityMs;
      received.push(message);
    }
    this.receives += received.length;
    this.mostReceives = Math.max(this.mostReceives, ...received.map(({ receives }) => receives));
    return received;
  }

  delete(messages: readonly QueuedMessage[]): void {
    if (messages.length > 0) this.requests += 1;
    for (const message of messages) this.#present.delete(message);
  }

  /** These stay in flight until their visibility timeout is over. */
  leave(messages: readonly QueuedMessage[]): void {
    for (const message of messages) if (this.#present.has(message)) this.#waiting.push(message);
  }

  /** Resolves when a message is, or may be, visible. */
  untilVisible(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      const next = this.#waiting.peek();
      if (next) this.#clock.after(Math.max(1, next.visibleAtMs - this.#clock.nowMs()), resolve);
    });
  }
}
