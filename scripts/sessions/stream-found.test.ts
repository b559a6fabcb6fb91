// Streaming from a table that is far larger than a page; no AWS.
import type { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { Terminal } from '../../generator/command-line/terminal.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { openSpec, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { checkSearch } from './search.ts';
import { type Streaming, streamFound } from './stream-found.ts';

const PAGES = 10;
const PAGE_ITEMS = 1_000;
const SEGMENTS = 4;
const ITEMS = SEGMENTS * PAGES * PAGE_ITEMS;

const spec = openSpec('sonotheia.config.yaml');
const [stack] = selectStacks(selectEnvironment(spec, ['dev']), [], { accountId: '123456789012' });
const search = checkSearch({ types: [], labels: [], decisions: ['deny'] });
const scan = {
  kind: 'scan',
  isConsistent: false,
  bytes: 0,
  readUnits: 0,
  usd: 0,
  provisionedUnits: 0,
  hint: undefined,
} as const;

/** Counts the pages that were asked for, and how many of them were not written yet. */
async function stream(format: Streaming['format'], limit?: number, closesAfter = Number.POSITIVE_INFINITY) {
  const seen = { pages: 0, writes: 0, mostWaiting: 0, lines: 0, bytes: 0 };
  const client = {
    send: async ({ input }: ScanCommand) => {
      const page = Number(input.ExclusiveStartKey?.page?.N ?? 0);
      seen.pages += 1;
      seen.mostWaiting = Math.max(seen.mostWaiting, seen.pages - seen.writes);
      const items = Array.from({ length: PAGE_ITEMS }, (_, index) => ({
        session_id: { S: `sess_${input.Segment}_${page}_${index}` },
        timestamp: { N: `1760000000.${String(page * PAGE_ITEMS + index).padStart(25, '0')}` },
        event_type: { S: 'deepfake.completed' },
        event_id: { S: `evt_${index}` },
        data: { M: { decision: { S: 'deny' }, score: { N: '0.82' } } },
      }));
      return {
        Items: items,
        ...(page + 1 < PAGES ? { LastEvaluatedKey: { page: { N: String(page + 1) } } } : {}),
      };
    },
  };
  const terminal = {
    stream: async (text: string) => {
      await new Promise(setImmediate);
      seen.writes += text.length > 2 ? 1 : 0;
      seen.lines += text.split('\n').length - 1;
      seen.bytes = Math.max(seen.bytes, text.length);
      return seen.writes < closesAfter;
    },
  } as unknown as Terminal;
  if (stack === undefined) throw new Error('the example has an environment dev');
  const aws = { client: () => client } as unknown as AwsAccess;
  const operation = { aws, terminal, signal: new AbortController().signal } as Operation;
  await streamFound(operation, [{ stack, access: scan }], { search, limit, format });
  return seen;
}

test(`${ITEMS} events pass with one page of each segment in memory`, async () => {
  const seen = await stream('ndjson');
  expect(seen.lines).toBe(ITEMS);
  expect(seen.mostWaiting).toBeLessThanOrEqual(SEGMENTS);
  expect(seen.bytes).toBeLessThan(PAGE_ITEMS * 400);
});

test('a limit, and a reader that leaves, end the reading', async () => {
  const limited = await stream('csv', 1_500);
  expect(limited.lines).toBe(1_501);
  expect(limited.pages).toBeLessThanOrEqual(2 * SEGMENTS);
  const left = await stream('json', undefined, 3);
  expect(left.pages).toBeLessThanOrEqual(3 * SEGMENTS);
});
