// Finds the events of a search in one table, page by page, so that a million of them need no more room than one page.
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { toSessionEvent } from '../../handlers/shared/adapters/dynamodb-session-store.ts';
import { buildAnnouncement } from '../../handlers/shared/announcement.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { type ItemOptions, type ScanFilter, type StoredItem, scanItems } from '../operator/stored-events.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import { TYPE_INDEX, type Way } from './choose-way.ts';
import { hasProperties, type Search } from './search.ts';

export interface Found {
  readonly stack: Stack;
  /** As in the table: numbers keep all their digits. */
  readonly item: StoredItem;
  /** The facts of the event, as its subscribers got them. */
  readonly announcement: Announcement;
}

interface FindOptions {
  readonly signal: AbortSignal;
  /** Receives the events of each page; returns false to stop. The next page waits for it. */
  readonly onFound: (found: readonly Found[]) => boolean | Promise<boolean>;
}

/**
 * Finds the events of a table that fit; entries of the functions are none. Those of one partition or one type come in
 * the order of their time, those of a scan in none.
 */
export async function findItems(
  aws: AwsAccess,
  stack: Stack,
  { way, search }: { readonly way: Way; readonly search: Search },
  { signal, onFound }: FindOptions,
): Promise<void> {
  const onItems = async (items: readonly StoredItem[]): Promise<boolean> => {
    const found = items
      .filter((item) => item.event_type !== undefined && hasKeys(item, search))
      .map((item) => ({ stack, item, announcement: announce(stack, item) }))
      .filter(({ announcement }) => hasProperties(announcement, search));
    return await onFound(found);
  };
  await readItems(aws, stack, { way, search }, { signal, onItems });
}

/** The facts of an item, by the thresholds of its stack. */
export function announce({ environment, region }: Stack, item: StoredItem): Announcement {
  const { high_threshold: high, review_threshold: review } = region.settings.risk;
  const source = { project: environment.projectName, environment: environment.name, region: region.name };
  return buildAnnouncement(toSessionEvent(item), { source, thresholds: { high, review } });
}

async function readItems(
  aws: AwsAccess,
  stack: Stack,
  { way, search }: { readonly way: Way; readonly search: Search },
  { signal, onItems }: ItemOptions,
): Promise<void> {
  if (way.kind === 'missing') return;
  if (way.kind === 'item') return void (await onItems(await getItems(aws, stack, [way.key], signal)));
  if (way.kind === 'scan') return void (await scanItems(aws, stack, toFilter(search), { signal, onItems }));
  if (way.kind === 'partition') {
    const condition = { text: 'session_id = :partition', values: { ':partition': { S: way.partition } } };
    await query(aws, stack, { condition, search, signal, isConsistent: true }, async (items) =>
      onItems(await resolveReferences(aws, stack, items, signal)),
    );
    return;
  }
  for (const type of way.types) {
    const condition = { text: 'event_type = :type', values: { ':type': { S: type } }, index: TYPE_INDEX };
    const goesOn = await query(aws, stack, { condition, search, signal, isConsistent: false }, onItems);
    if (!goesOn) return;
  }
}

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

interface Reading {
  readonly condition: {
    readonly text: string;
    readonly values: StoredItem;
    readonly index?: string;
  };
  readonly search: Search;
  readonly signal: AbortSignal;
  readonly isConsistent: boolean;
}

async function query(
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

/** In the partition of a case, entries refer to the events of other sessions. */
async function resolveReferences(
  aws: AwsAccess,
  stack: Stack,
  items: readonly StoredItem[],
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const keys = items.flatMap(({ event_session_id: session_id, event_timestamp: timestamp }) =>
    session_id === undefined || timestamp === undefined ? [] : [{ session_id, timestamp }],
  );
  const resolved = await getItems(aws, stack, keys, signal);
  return [...items, ...resolved].sort(byTime);
}

function byTime(one: StoredItem, other: StoredItem): number {
  return Number(one.timestamp?.N) - Number(other.timestamp?.N);
}

/** AWS's limit for BatchGetItem. */
const BATCH = 100;

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
    const { Item } = await client.send(get, { abortSignal: signal });
    return Item === undefined ? [] : [Item];
  }
  for (let start = 0; start < keys.length; start += BATCH) {
    let Keys: StoredItem[] | undefined = keys.slice(start, start + BATCH);
    while (Keys !== undefined && Keys.length > 0) {
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

/** For a scan: only what fits leaves DynamoDB. It refuses an empty map of values. */
function toFilter(search: Search): ScanFilter {
  const { eventId, recording, types } = search;
  const range = toRange(search);
  const typeValues = Object.fromEntries(types.map((type, index) => [`:type${index}`, { S: type }]));
  const values = {
    ...range,
    ...typeValues,
    ...(eventId === undefined ? {} : { ':event': { S: eventId } }),
    ...(recording === undefined ? {} : { ':key': { S: recording } }),
  };
  return {
    FilterExpression: [
      'attribute_exists(#type)',
      ...(range === undefined ? [] : ['#time BETWEEN :from AND :to']),
      ...(types.length === 0 ? [] : [`#type IN (${Object.keys(typeValues).join(', ')})`]),
      ...(eventId === undefined ? [] : ['event_id = :event']),
      ...(recording === undefined ? [] : ['(#data.#key = :key OR #data.target_key = :key)']),
    ].join(' AND '),
    ExpressionAttributeNames: {
      '#type': 'event_type',
      ...(range === undefined ? {} : { '#time': 'timestamp' }),
      ...(recording === undefined ? {} : { '#data': 'data', '#key': 'key' }),
    },
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
}

/** Sort keys have three decimals of milliseconds and 22 more. */
function toRange({ window }: Search): { ':from': { N: string }; ':to': { N: string } } | undefined {
  if (window === undefined) return undefined;
  const toSeconds = (ms: number): string =>
    `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`;
  return {
    ':from': { N: toSeconds(window.fromMs) },
    ':to': { N: `${toSeconds(window.toMs)}${'9'.repeat(22)}` },
  };
}

/** Also after a look-up by key, where no filter has tested it. */
function hasKeys({ event_id, data, timestamp }: StoredItem, { eventId, recording, window }: Search): boolean {
  const seconds = Number(timestamp?.N);
  return (
    (eventId === undefined || event_id?.S === eventId) &&
    (recording === undefined || [data?.M?.key?.S, data?.M?.target_key?.S].includes(recording)) &&
    (window === undefined || (seconds >= window.fromMs / 1_000 && seconds < (window.toMs + 1) / 1_000))
  );
}
