// Copies between tables whose requests AWS throttles at first.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { passSessions, type Table } from './copy-sessions.ts';

beforeAll(() => {
  vi.spyOn(timers, 'setTimeout').mockResolvedValue(undefined);
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

type Item = Record<string, AttributeValue>;
interface Request {
  readonly constructor: { readonly name: string };
  readonly input: {
    readonly ExclusiveStartKey?: Item;
    readonly Item?: Item;
    readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  };
}

/** A table that refuses every other request, pages with one item, and processes one key of a batch. */
function openTable(items: Item[]): Table {
  let requests = 0;
  const find = (key: Item | undefined): number =>
    items.findIndex((item) => item.session_id?.S === key?.session_id?.S);
  const send = async ({ constructor: { name }, input }: Request): Promise<object> => {
    requests += 1;
    if (requests % 2 === 1) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    if (name === 'ScanCommand') {
      const index = find(input.ExclusiveStartKey) + 1;
      const more = index + 1 < items.length ? { LastEvaluatedKey: items[index] } : {};
      return { Items: items.slice(index, index + 1), ...more };
    }
    if (name === 'PutItemCommand') {
      if (input.Item === undefined || find(input.Item) >= 0)
        throw new ConditionalCheckFailedException({ message: 'exists', $metadata: {} });
      items.push(input.Item);
      return {};
    }
    const [first, ...rest] = input.RequestItems?.sessions?.Keys ?? [];
    const found = items[find(first)];
    const UnprocessedKeys = rest.length === 0 ? {} : { sessions: { Keys: rest } };
    return { Responses: { sessions: found === undefined ? [] : [found] }, UnprocessedKeys };
  };
  return { client: { send }, name: 'sessions' } as unknown as Table;
}

test('a copy goes on while AWS throttles scans, reads and writes', async () => {
  const items = ['a', 'b', 'c'].map((id) => ({ session_id: { S: id }, timestamp: { N: '1' } }));
  const copies: Item[] = items.slice(0, 1);
  const pass = { isCopying: true, signal: new AbortController().signal, onProgress: () => {} };
  const tally = await passSessions(openTable(items), openTable(copies), 'events', pass);
  expect(tally).toMatchObject({ source: 3, same: 1, copied: 2, different: [] });
  expect(copies).toEqual(items);
});
