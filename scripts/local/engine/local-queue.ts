// A standard queue with SQS's rules: visibility timeout, receive count, retention, redrive to a dead-letter queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { JournaledMap } from './journal.ts';
import type { MovableClock } from './movable-clock.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAtMs: number;
  /** The queue's retention counts from here: a move to a dead-letter queue keeps it. */
  readonly enqueuedAtMs: number;
  readonly visibleAtMs: number;
  readonly receiveCount: number;
  readonly firstReceivedAtMs?: number;
  /** Of the latest receipt. */
  readonly receiptHandle?: string;
}

export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  readonly clock: MovableClock;
  readonly messages: JournaledMap<QueuedMessage>;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  /** Moves a message that was received more often than this. */
  readonly redrive?: { readonly queue: LocalQueue; readonly maxReceiveCount: number };
  readonly onChange: () => void;
  /** Called with each message that is sent or moved here. */
  readonly onAdd?: (message: QueuedMessage) => void;
}

/** SQS's limit of one receive. */
export const MAX_BATCH = 10;

export class LocalQueue {
  readonly options: QueueOptions;
  readonly #waiting = new Set<() => void>();

  constructor(options: QueueOptions) {
    this.options = options;
    options.clock.onMove(() => this.#wake());
  }

  get name(): string {
    return this.options.name;
  }

  /** In the order of sending. */
  list(): QueuedMessage[] {
    this.#expire();
    return [...this.options.messages.values()];
  }

  send(body: string, attributes: QueuedMessage['attributes'] = {}, delaySeconds = 0): QueuedMessage {
    const nowMs = this.options.clock.nowMs();
    const times = { sentAtMs: nowMs, enqueuedAtMs: nowMs, visibleAtMs: nowMs + delaySeconds * 1000 };
    const message = { id: randomUUID(), body, attributes, ...times, receiveCount: 0 };
    this.add(message);
    return message;
  }

  /** Adds a message as it is, such as one from another queue. */
  add(message: QueuedMessage): void {
    this.options.messages.set(message.id, message);
    this.options.onAdd?.(message);
    this.#wake();
    this.options.onChange();
  }

  receive(max: number, visibilityTimeoutSeconds = this.options.visibilityTimeoutSeconds): QueuedMessage[] {
    const nowMs = this.options.clock.nowMs();
    const received: QueuedMessage[] = [];
    for (const message of this.list()) {
      if (received.length >= Math.min(max, MAX_BATCH)) break;
      if (message.visibleAtMs > nowMs || this.#redrive(message)) continue;
      const next = {
        ...message,
        visibleAtMs: nowMs + visibilityTimeoutSeconds * 1000,
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
        receiptHandle: randomUUID(),
      };
      this.options.messages.set(message.id, next);
      received.push(next);
    }
    if (received.length > 0) this.options.onChange();
    return received;
  }

  /** Like `receive`, but waits until a message is visible or the signal is aborted. */
  async receiveWhenVisible(
    max: number,
    signal: AbortSignal,
    visibilityTimeoutSeconds?: number,
  ): Promise<QueuedMessage[]> {
    for (;;) {
      const messages = this.receive(max, visibilityTimeoutSeconds);
      if (messages.length > 0 || signal.aborted) return messages;
      await this.#untilVisible(signal);
    }
  }

  /** Returns whether the handle is of the latest receipt; SQS ignores an older one. */
  delete(receiptHandle: string): boolean {
    const message = this.#find(receiptHandle);
    if (message !== undefined) this.remove(message.id);
    return message !== undefined;
  }

  remove(id: string): void {
    if (this.options.messages.delete(id)) this.options.onChange();
  }

  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#find(receiptHandle);
    if (message === undefined) return false;
    const visibleAtMs = this.options.clock.nowMs() + seconds * 1000;
    this.options.messages.set(message.id, { ...message, visibleAtMs });
    this.#wake();
    this.options.onChange();
    return true;
  }

  count(): { visible: number; inFlight: number; delayed: number } {
    const nowMs = this.options.clock.nowMs();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const message of this.list()) counts[stateOf(message, nowMs)] += 1;
    return counts;
  }

  #find(receiptHandle: string): QueuedMessage | undefined {
    return [...this.options.messages.values()].find((message) => message.receiptHandle === receiptHandle);
  }

  #redrive(message: QueuedMessage): boolean {
    const { redrive, clock } = this.options;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    this.remove(message.id);
    redrive.queue.add({ ...message, visibleAtMs: clock.nowMs() });
    return true;
  }

  /** Deletes messages older than the retention. */
  #expire(): void {
    const oldestMs = this.options.clock.nowMs() - this.options.retentionSeconds * 1000;
    for (const { id, enqueuedAtMs } of this.options.messages.values())
      if (enqueuedAtMs < oldestMs) this.remove(id);
  }

  #untilVisible(signal: AbortSignal): Promise<void> {
    const { messages, clock } = this.options;
    const next = Math.min(...[...messages.values()].map(({ visibleAtMs }) => visibleAtMs));
    return new Promise((resolve) => {
      const timer = Number.isFinite(next)
        ? setTimeout(() => wake(), clampDelay(next - clock.nowMs()))
        : undefined;
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

export function stateOf(message: QueuedMessage, nowMs: number): 'visible' | 'inFlight' | 'delayed' {
  if (message.visibleAtMs <= nowMs) return 'visible';
  return message.receiveCount === 0 ? 'delayed' : 'inFlight';
}

export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Timers stop while a laptop sleeps, but the clock does not: the queue looks again once a minute. */
function clampDelay(ms: number): number {
  return Math.min(Math.max(ms, 1), 60_000);
}
