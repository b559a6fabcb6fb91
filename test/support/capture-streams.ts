// Streams for a command that runs within the test's process: an empty stdin, and what was written, as pipes get it.
import { PassThrough } from 'node:stream';
import type { Streams } from '../../generator/command-line/streams.ts';

export interface Captured {
  readonly streams: Streams;
  readonly written: () => { readonly out: string; readonly error: string };
}

export function captureStreams(): Captured {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  const texts = { out: '', error: '' };
  return {
    streams: { stdin, stdout, stderr } as unknown as Streams,
    written: () => {
      texts.out += read(stdout);
      texts.error += read(stderr);
      return { ...texts };
    },
  };
}
