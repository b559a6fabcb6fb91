// Responses of DynamoDB that neither the in-memory table nor the local AWS can produce on demand.
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { MemoryDynamoDb } from '../../../scripts/local/services/memory-dynamodb.ts';
import { FakeClock } from '../../../test/support/handlers/memory-ports.ts';
import { type SessionEvent, toSortKey } from '../session-event.ts';
import { DynamoDbSessionStore } from './dynamodb-session-store.ts';

const signal = new AbortController().signal;
const EVENT: SessionEvent = {
  sessionId: 'sess_1',
  timestamp: toSortKey(1_767_616_496_789, 'event#evt_1'),
  eventId: 'evt_1',
  dedupeKey: 'event#evt_1',
  eventType: 'deepfake.completed',
  data: { score: 0.82 },
  metadata: { request_id: 'req_1' },
  status: 'stored',
  risk: 'high',
  isTest: false,
  receivedAt: '2026-01-05T12:34:56.789Z',
  ttl: 2_000_000_000,
};

type Reasons = TransactionCanceledException['CancellationReasons'];

function cancel(reasons: Reasons): Error {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    ...(reasons === undefined ? {} : { CancellationReasons: reasons }),
  });
}

/** A client whose first writes fail with the given errors; it records every command and its options. */
function createStore(...failures: readonly Error[]) {
  const table = new MemoryDynamoDb();
  const clock = new FakeClock();
  const sent: { readonly command: unknown; readonly signal: AbortSignal | undefined }[] = [];
  const left = [...failures];
  const client = {
    send(command: unknown, options?: { readonly abortSignal?: AbortSignal }): Promise<object> {
      sent.push({ command, signal: options?.abortSignal });
      const failure = command instanceof TransactWriteItemsCommand ? left.shift() : undefined;
      return failure === undefined ? table.send(command) : Promise.reject(failure);
    },
  } as unknown as DynamoDBClient;
  const store = new DynamoDbSessionStore({ client, tableName: 'sessions', clock });
  return { store, table, clock, sent };
}

const countWrites = (sent: ReturnType<typeof createStore>['sent']): number =>
  sent.filter(({ command }) => command instanceof TransactWriteItemsCommand).length;

describe('a write that DynamoDB cancels', () => {
  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'for %s is retried with growing delays',
    async (Code) => {
      const conflict = cancel([{ Code: 'None' }, { Code }]);
      const { store, clock, sent } = createStore(conflict, conflict, conflict);
      expect(await store.store(EVENT, signal)).toEqual({ outcome: 'stored' });
      expect(countWrites(sent)).toBe(4);
      expect(clock.sleepsMs).toHaveLength(3);
      for (const [index, sleepMs] of clock.sleepsMs.entries()) {
        expect(sleepMs).toBeGreaterThanOrEqual(0);
        expect(sleepMs).toBeLessThanOrEqual(50 * 2 ** (index + 1));
      }
    },
  );

  test('is retried three times at most', async () => {
    const conflict = cancel([{ Code: 'TransactionConflict' }, { Code: 'None' }]);
    const { store, sent, table } = createStore(conflict, conflict, conflict, conflict);
    await expect(store.store(EVENT, signal)).rejects.toBe(conflict);
    expect(countWrites(sent)).toBe(4);
    expect(table.items.size).toBe(0);
  });

  test('is retried after a random delay of milliseconds', async () => {
    const conflict = cancel([{ Code: 'TransactionConflict' }]);
    const sleeps: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const { store, clock } = createStore(conflict, conflict, conflict);
      await store.store(EVENT, signal);
      sleeps.push(clock.sleepsMs[2] ?? 0);
    }
    expect(new Set(sleeps).size).toBeGreaterThan(20);
    // Up to 400 ms: the probability that none of thirty exceeds 100 ms is 1 in 10^18.
    expect(Math.max(...sleeps)).toBeGreaterThan(100);
  });

  test.each([
    ['a reason that stays', [{ Code: 'ValidationError' }, { Code: 'None' }]],
    ['a reason without a code', [{}, {}]],
    ['no reasons', undefined],
    ['no reason at all', []],
    ['an item of another event', [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }]],
  ] as [string, Reasons][])('for %s is not repeated', async (_, reasons) => {
    const cancelled = cancel(reasons);
    const { store, sent } = createStore(cancelled);
    await expect(store.store(EVENT, signal)).rejects.toBe(cancelled);
    expect(countWrites(sent)).toBe(1);
  });

  test('is not retried after another error', async () => {
    const error = Object.assign(new Error('broken'), { CancellationReasons: [{ Code: 'ThrottlingError' }] });
    const { store, sent } = createStore(error);
    await expect(store.store(EVENT, signal)).rejects.toBe(error);
    expect(countWrites(sent)).toBe(1);
  });
});

describe('a duplicate', () => {
  test('whose item has expired before its marker counts as announced', async () => {
    const { store, table } = createStore();
    await store.store(EVENT, signal);
    for (const [key, item] of table.items) if (item.event_id !== undefined) table.items.delete(key);
    expect(await store.store(EVENT, signal)).toEqual({
      outcome: 'duplicate',
      event: { ...EVENT, status: 'announced' },
    });
  });

  test('whose marker has expired before its item is recognised by its event id', async () => {
    const { store, table } = createStore();
    await store.store(EVENT, signal);
    for (const [key, item] of table.items) if (item.event_id === undefined) table.items.delete(key);
    expect(await store.store(EVENT, signal)).toEqual({ outcome: 'duplicate', event: EVENT });
  });

  test('is not assumed when the item is returned for another reason', async () => {
    const { store, table } = createStore();
    await store.store(EVENT, signal);
    const Item = table.events()[0];
    const cancelled = cancel([{ Code: 'None' }, { Code: 'ValidationError', ...(Item && { Item }) }]);
    const other = createStore(cancelled);
    await expect(other.store.store(EVENT, signal)).rejects.toBe(cancelled);
  });
});

test('find returns the event that was stored', async () => {
  const { store } = createStore();
  const { metadata: _, ...bare } = EVENT;
  const other = { ...bare, eventId: 'evt_2', dedupeKey: 'event#evt_2', sessionId: 'sess_2' };
  await store.store(EVENT, signal);
  await store.store(other, signal);
  expect(await store.find('event#evt_1', signal)).toEqual(EVENT);
  expect(await store.find('event#evt_2', signal)).toEqual(other);
  await store.markAnnounced(EVENT, signal);
  expect(await store.find('event#evt_1', signal)).toEqual({ ...EVENT, status: 'announced' });
});

test('the marker expires with its event and holds its key', async () => {
  const { store, table } = createStore();
  await store.store(EVENT, signal);
  const marker = [...table.items.values()].find(({ event_id }) => event_id === undefined);
  expect(marker).toEqual({
    session_id: { S: 'delivery#event#evt_1' },
    timestamp: { N: '0' },
    event_session_id: { S: 'sess_1' },
    event_timestamp: { N: EVENT.timestamp },
    ttl: { N: '2000000000' },
  });
});

test('every call passes the abort signal, and reads are consistent, except for tombstones', async () => {
  const { store, sent } = createStore();
  await store.store(EVENT, signal);
  await store.store(EVENT, signal);
  await store.markAnnounced(EVENT, signal);
  expect(sent.length).toBeGreaterThan(4);
  for (const call of sent) expect(call.signal).toBe(signal);
  const reads = sent.map(({ command }) => command).filter((command) => command instanceof GetItemCommand);
  expect(reads.length).toBeGreaterThan(0);
  for (const { input } of reads)
    expect(input.ConsistentRead ?? false).toBe(!input.Key?.session_id?.S?.startsWith('delivery#forgotten#'));
});

test('markAnnounced rejects with errors other than an expired item', async () => {
  const failing = { send: () => Promise.reject(new Error('no network')) } as unknown as DynamoDBClient;
  const store = new DynamoDbSessionStore({ client: failing, tableName: 'sessions', clock: new FakeClock() });
  await expect(store.markAnnounced(EVENT, signal)).rejects.toThrow('no network');
});

test('the in-memory table refuses an item that the schema does not describe', async () => {
  const { store, table } = createStore();
  const event = { ...EVENT, risk: 'severe' as 'high' };
  await expect(store.store(event, signal)).rejects.toThrow('data/risk must be equal to one of');
  expect(table.items.size).toBe(0);
});
