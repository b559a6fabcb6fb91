// Reads the table by key: a partition, a type in the index, single items; exactly and page by page.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { ItemOptions, StoredItem } from '../operator/stored-events.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import type { Search } from './search.ts';

/** Every item of a partition, as it is: also references to events of other partitions. */
export async function readPartition(
  aws: AwsAccess,
  stack: Stack,
  partition: string,
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const all: StoredItem[] = [];
  const condition = { text: 'session_id = :partition', values: { ':partition': { S: partition } } };
  const search: Search = { types: [], labels: [], decisions: [] };
  await query(aws, stack, { condition, search, signal, isConsistent: true }, (items) => {
    all.push(...items);
    return true;
  });
  return all;
}

export interface Reading {
  readonly condition: {
    readonly text: string;
    readonly values: StoredItem;
    readonly index?: string;
  };
  readonly search: Search;
  readonly signal: AbortSignal;
  readonly isConsistent: boolean;
}

/** Returns false if `onItems` stopped it before the end. */
export async function query(
  aws: AwsAccess,
  { region, names }: Stack,
  { condition, search, signal, isConsistent }: Reading,
  onItems: ItemOptions['onItems'],
): Promise<boolean> {
  const range = toRange(search);
  const request: QueryCommandInput = {
    TableName: names.table,
    ...(condition.index === undefined ? {} : { IndexName: condition.index }),
    ...(isConsistent ? { ConsistentRead: true } : {}),
    KeyConditionExpression: `${condition.text}${range === undefined ? '' : ' AND #time BETWEEN :from AND :to'}`,
    ...(range === undefined ? {} : { ExpressionAttributeNames: { '#time': 'timestamp' } }),
    ExpressionAttributeValues: { ...condition.values, ...range },
  };
  const client = aws.client(DynamoDBClient, region.name);
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const command = new QueryCommand({ ...request, ExclusiveStartKey });
    const page = await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
    if (!(await onItems(page.Items ?? []))) return false;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return true;
}

/** AWS's limit for BatchGetItem. */
const BATCH = 100;
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 5_000;

/** Reads items by their keys; those that are gone are left out. */
export async function getItems(
  aws: AwsAccess,
  { region, names }: Stack,
  keys: readonly StoredItem[],
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const client = aws.client(DynamoDBClient, region.name);
  const items: StoredItem[] = [];
  if (keys.length === 1 && keys[0] !== undefined) {
    const get = new GetItemCommand({ TableName: names.table, Key: keys[0], ConsistentRead: true });
    const { Item } = await withBackOff(signal, () => client.send(get, { abortSignal: signal }));
    return Item === undefined ? [] : [Item];
  }
  for (let start = 0; start < keys.length; start += BATCH) {
    let Keys: StoredItem[] | undefined = keys.slice(start, start + BATCH);
    for (let tries = 0; Keys !== undefined && Keys.length > 0; tries += 1) {
      // Unprocessed keys are a full answer of 16 MB, or throttling.
      if (tries > 0) await sleep(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), undefined, { signal });
      const RequestItems = { [names.table]: { Keys, ConsistentRead: true } };
      const command = new BatchGetItemCommand({ RequestItems });
      const ask = () => client.send(command, { abortSignal: signal });
      const page: BatchGetItemCommandOutput = await withBackOff(signal, ask);
      items.push(...(page.Responses?.[names.table] ?? []));
      Keys = page.UnprocessedKeys?.[names.table]?.Keys;
    }
  }
  return items;
}

/** The events of other partitions to which entries of this one refer, as in the partition of a case. */
export async function getReferenced(
  aws: AwsAccess,
  stack: Stack,
  items: readonly StoredItem[],
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const keys = items.flatMap(({ event_session_id: session_id, event_timestamp: timestamp }) =>
    session_id === undefined || timestamp === undefined ? [] : [{ session_id, timestamp }],
  );
  return await getItems(aws, stack, keys, signal);
}

/** Sort keys have three decimals of milliseconds and 22 more. */
export function toRange({ window }: Search): { ':from': { N: string }; ':to': { N: string } } | undefined {
  if (window === undefined) return undefined;
  const toSeconds = (ms: number): string =>
    `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`;
  return {
    ':from': { N: toSeconds(window.fromMs) },
    ':to': { N: `${toSeconds(window.toMs)}${'9'.repeat(22)}` },
  };
}
