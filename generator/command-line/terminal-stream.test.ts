// Streaming to a reader that is slow, or leaves.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Streams } from './streams.ts';
import { Terminal } from './terminal.ts';

function open(stdout: PassThrough): Terminal {
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() } as unknown as Streams;
  return new Terminal(new AbortController().signal, () => undefined, streams);
}

test('waits for a slow reader, and leaves no listener', async () => {
  const stdout = new PassThrough({ highWaterMark: 10 });
  const terminal = open(stdout);
  const listeners = stdout.listenerCount('drain');
  const texts: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const written = terminal.stream('x'.repeat(100));
    setTimeout(() => texts.push(String(stdout.read())), 1);
    expect(await written).toBe(true);
    expect(stdout.readableLength).toBe(0);
  }
  expect(texts.join('')).toHaveLength(2_000);
  expect(stdout.listenerCount('drain')).toBe(listeners);
  terminal.close();
  expect(stdout.listenerCount('error')).toBe(0);
});

test('ends when the reader closes the pipe, also while it waits', async () => {
  const stdout = new PassThrough({ highWaterMark: 10 });
  const terminal = open(stdout);
  const written = terminal.stream('x'.repeat(100));
  stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(await written).toBe(false);
  expect(await terminal.stream('more')).toBe(false);
});
