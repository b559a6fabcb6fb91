import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from './journal.ts';
import { LocalQueue, type QueueOptions } from './local-queue.ts';
import { MovableClock } from './movable-clock.ts';

const NEVER = new AbortController().signal;
let clock: MovableClock;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new MovableClock();
});

afterEach(() => vi.useRealTimers());

function createQueue(options: Partial<QueueOptions> = {}): LocalQueue {
  return new LocalQueue({
    name: 'audio',
    arn: 'arn:aws:sqs:us-east-1:123456789012:audio',
    clock,
    messages: Journal.open().map('queue'),
    visibilityTimeoutSeconds: 60,
    retentionSeconds: 86_400,
    onChange: () => {},
    ...options,
  });
}

const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);

describe('a queue', () => {
  it('hides a received message until its visibility timeout ends, and counts the receives', () => {
    const queue = createQueue();
    queue.send('a');
    expect(queue.receive(10)).toMatchObject([{ body: 'a', receiveCount: 1 }]);
    expect(queue.count()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    clock.move(59_000);
    expect(queue.receive(10)).toEqual([]);
    clock.move(1_000);
    expect(queue.receive(10)).toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  it('gives ten messages at most, oldest first', () => {
    const queue = createQueue();
    for (let index = 0; index < 12; index += 1) queue.send(String(index));
    expect(bodies(queue.receive(100))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(bodies(queue.receive(1))).toEqual(['10']);
  });

  it('deletes and changes by the latest receipt handle only', () => {
    const queue = createQueue({ visibilityTimeoutSeconds: 0 });
    queue.send('a');
    const [first] = queue.receive(1);
    const [second] = queue.receive(1);
    expect(queue.delete(first?.receiptHandle ?? '')).toBe(false);
    expect(queue.changeVisibility(second?.receiptHandle ?? '', 30)).toBe(true);
    expect(queue.receive(1)).toEqual([]);
    expect(queue.delete(second?.receiptHandle ?? '')).toBe(true);
    expect(queue.list()).toEqual([]);
  });

  it('delays, and forgets messages after its retention', () => {
    const queue = createQueue();
    queue.send('a', {}, 10);
    expect(queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    clock.move(10_000);
    expect(queue.count().visible).toBe(1);
    clock.move(86_400_000);
    expect(queue.list()).toEqual([]);
  });

  it('moves a message that was received too often, with its age', () => {
    const letters = createQueue({ name: 'dlq' });
    const queue = createQueue({
      redrive: { queue: letters, maxReceiveCount: 2 },
      visibilityTimeoutSeconds: 0,
    });
    const { enqueuedAtMs } = queue.send('a');
    queue.receive(1);
    queue.receive(1);
    clock.move(5_000);
    expect(queue.receive(1)).toEqual([]);
    expect(letters.list()).toMatchObject([{ body: 'a', receiveCount: 2, enqueuedAtMs }]);
    expect(queue.list()).toEqual([]);
  });
});

describe('a long poll', () => {
  it('ends when a message arrives, becomes visible, or the clock moves', async () => {
    const queue = createQueue();
    const arriving = queue.receiveWhenVisible(1, NEVER);
    queue.send('a');
    expect(bodies(await arriving)).toEqual(['a']);

    const returning = queue.receiveWhenVisible(1, NEVER);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bodies(await returning)).toEqual(['a']);

    const moved = queue.receiveWhenVisible(1, NEVER);
    clock.move(60_000);
    expect(bodies(await moved)).toEqual(['a']);
  });

  it('ends empty when it is aborted', async () => {
    const abort = new AbortController();
    const polling = createQueue().receiveWhenVisible(1, abort.signal);
    abort.abort();
    expect(await polling).toEqual([]);
  });

  it('gives one message to one of several pollers', async () => {
    const queue = createQueue();
    const abort = new AbortController();
    const polls = [1, 2, 3].map(() => queue.receiveWhenVisible(1, abort.signal));
    queue.send('a');
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    expect((await Promise.all(polls)).flat()).toHaveLength(1);
  });
});
