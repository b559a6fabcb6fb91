import { getMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { doTogether, forEachConcurrently } from './for-each.ts';

test('waits for started work when listing the items fails', async () => {
  async function* list() {
    yield 1;
    yield 2;
    throw new Error('the listing failed');
  }
  const done: number[] = [];
  const all = forEachConcurrently(list(), 5, new AbortController().signal, async (item) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    done.push(item);
  });
  await expect(all).rejects.toThrow('the listing failed');
  expect(done).toEqual([1, 2]);
});

test('after an error, aborts the others, waits until they have cleaned up, and throws it', async () => {
  let isReleased = false;
  const reading = async (signal: AbortSignal): Promise<void> => {
    try {
      // As many requests as there may be, without a warning.
      expect(getMaxListeners(signal)).toBe(0);
      await sleep(60_000, undefined, { signal });
    } finally {
      await sleep(10);
      isReleased = true;
    }
  };
  const failing = async (): Promise<void> => {
    throw new Error('denied');
  };
  await expect(doTogether(new AbortController().signal, [reading, failing])).rejects.toThrow('denied');
  expect(isReleased).toBe(true);
  expect(await doTogether(new AbortController().signal, [async () => 1, async () => 2])).toEqual([1, 2]);
});
