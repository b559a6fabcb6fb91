import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withBackOff } from './with-back-off.ts';

const pauses: number[] = [];
beforeEach(() => {
  pauses.splice(0);
  vi.spyOn(timers, 'setTimeout').mockImplementation(async (ms, _, options) => {
    options?.signal?.throwIfAborted();
    pauses.push(ms ?? 0);
    return undefined as never;
  });
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

const { signal } = new AbortController();
const named = (name: string): Error => Object.assign(new Error(name), { name });

/** Throws the errors one after the other, then answers. */
function failWith(...errors: readonly Error[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'answer';
  };
}

test.each([
  named('ThrottlingException'),
  named('ProvisionedThroughputExceededException'),
  named('RequestLimitExceeded'),
  Object.assign(new Error('busy'), { $metadata: { httpStatusCode: 429 } }),
])('repeats a throttled request: %s', async (error) => {
  await expect(withBackOff(signal, failWith(error, error))).resolves.toBe('answer');
  expect(pauses).toEqual([1_000, 2_000]);
});

test('throws any other error at once', async () => {
  await expect(withBackOff(signal, failWith(named('AccessDenied')))).rejects.toThrow('AccessDenied');
  expect(pauses).toEqual([]);
});

test('gives up after two minutes', async () => {
  const errors = Array.from({ length: 20 }, () => named('ThrottlingException'));
  await expect(withBackOff(signal, failWith(...errors))).rejects.toThrow('ThrottlingException');
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('ends a pause when it is aborted', async () => {
  const request = failWith(named('ThrottlingException'));
  await expect(withBackOff(AbortSignal.abort(), request)).rejects.toThrow('aborted');
});
