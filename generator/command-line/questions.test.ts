// Answers from a pipe.
import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { Questions } from './questions.ts';
import type { Streams } from './streams.ts';

test('any number of questions leaves no listener', async () => {
  const { signal } = new AbortController();
  const stdin = new PassThrough();
  const streams = { ...captureStreams().streams, stdin } as unknown as Streams;
  const questions = new Questions(signal, () => undefined, streams);
  stdin.end(Array.from({ length: 12 }, (_, index) => `answer ${index}\n`).join(''));
  for (let index = 0; index < 12; index += 1)
    expect(await questions.ask(`Question ${index}: `)).toBe(`answer ${index}`);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
