import { expect, test } from 'vitest';
import { forEachConcurrently } from './for-each.ts';

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
