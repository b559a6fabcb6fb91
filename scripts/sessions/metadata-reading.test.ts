// The announcement of a long reading, with lists of S3 in the process.
import type { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openSpec, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { announceMetadataReading } from './metadata-reading.ts';

const environment = selectEnvironment(openSpec('sonotheia.config.yaml'), ['dev']);
const stacks = selectStacks(environment, [], { accountId: '123456789012' });

async function announce(pages: number, isAnswered: boolean): Promise<{ notes: string[]; asked: string[] }> {
  const notes: string[] = [];
  const asked: string[] = [];
  const Versions = Array.from({ length: 1_000 }, (_, index) => ({ Key: `incoming/${index}.wav` }));
  const send = async ({ input }: ListObjectVersionsCommand): Promise<object> => {
    if (input.Prefix !== 'incoming/' || pages === 0) return {};
    const page = Number(input.KeyMarker ?? 1);
    return { Versions, IsTruncated: page < pages, NextKeyMarker: String(page + 1) };
  };
  const operation = {
    aws: { client: () => ({ send }), findCaller: async () => ({ accountId: '123456789012' }) },
    signal: new AbortController().signal,
    terminal: {
      startProgress: () => ({ update: () => undefined, clear: () => undefined }),
      note: (text: string) => notes.push(text),
      confirm: async (_: string, expected: string) => asked.push(expected),
    },
  } as unknown as Operation;
  await announceMetadataReading(operation, stacks, { isAnswered, times: ', and again' });
  return { notes, asked };
}

test('says how much is read and what it costs, and asks from a cent on', async () => {
  const few = await announce(1, false);
  expect(few.notes[0]).toMatch(/^This reads the metadata of 1000 versions of recordings of \S+ in \S+: less/);
  expect(few.notes[0]).toContain('less than 0.01 USD, and again.');
  expect(few.asked).toEqual([]);
  const many = await announce(200, false);
  expect(many.notes[0]).toContain('200000 versions');
  expect(many.notes[0]).toContain('about 0.08 USD');
  expect(many.asked).toEqual(['dev']);
  expect((await announce(200, true)).asked).toEqual([]);
});
