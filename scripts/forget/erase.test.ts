// Between the plan and the erasure lies the question for the id, which may take minutes.
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { failWith } from '../../test/support/handlers/fake-aws.ts';
import type { Operation } from '../operator/operation.ts';
import { eraseTraces } from './erase.ts';
import type { Traces } from './find-traces.ts';

test.each([
  ['null', 'mine', 1],
  ['null', 'of another', 0],
  ['null', 'a delete marker', 0],
  ['v1', 'of another', 1],
])('version %s, whose key now has the object %s, is erased %i times', async (versionId, now, times) => {
  const deleted: unknown[] = [];
  const client = {
    send: async (command: object) => {
      if (command instanceof HeadObjectCommand) {
        if (now === 'a delete marker') throw failWith(405, 'MethodNotAllowed');
        return { ETag: `"${now}"` };
      }
      if (command instanceof DeleteObjectCommand) deleted.push(command.input);
      return {};
    },
  };
  const operation = {
    aws: { client: () => client, findCaller: async () => ({ accountId: '123456789012' }) },
    signal: new AbortController().signal,
    terminal: { startProgress: () => ({ update: () => undefined, clear: () => undefined }) },
  } as unknown as Operation;
  const stack = { region: { name: 'eu-west-1' } };
  const version = { bucket: 'b', key: 'incoming/call.wav', versionId, isLatest: true, etag: 'mine', stack };
  const traces = {
    stack,
    versions: [{ ...version, isDeleteMarker: false }],
    leads: { sources: [], uploads: [], subjects: [] },
    archived: [],
    locked: new Map(),
    messages: [],
    entries: [],
    events: [],
  } as unknown as Traces;
  await eraseTraces(operation, traces, { queues: [], onMore: () => undefined });
  expect(deleted).toHaveLength(times);
});
