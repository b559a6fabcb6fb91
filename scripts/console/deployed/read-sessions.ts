// Sessions from the table: the newest first where it has the index of event types, else in the order of the table.
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { AUDIO_EVENT_TYPES, SONOTHEIA_EVENT_TYPES } from '../../../handlers/shared/event-types.ts';
import { compareDecimals } from '../../local/services/compare-decimals.ts';
import { describeEvents, describeSession } from '../../local/source/describe-items.ts';
import type { AwsAccess } from '../../operator/aws-access.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { StoredItem } from '../../operator/stored-events.ts';
import { type TableAccess, TYPE_INDEX } from '../../sessions/choose-access.ts';
import { listItems } from '../../sessions/find-items.ts';
import type { Page, PageRequest } from '../source.ts';
import type { Session, SessionSummary } from '../source-data.ts';

export interface Reading {
  readonly aws: AwsAccess;
  readonly stack: Stack;
  readonly signal: AbortSignal;
}

const TYPES = [...SONOTHEIA_EVENT_TYPES, ...Object.values(AUDIO_EVENT_TYPES)];
const NO_CONDITIONS = { types: [], labels: [], decisions: [] } as const;
/** A page of a scan is at most this; it costs 128 read units. */
const MAX_SCANNED_ITEMS = 500;

export async function readSession(reading: Reading, sessionId: string): Promise<Session | undefined> {
  const items = await readPartition(reading, sessionId);
  return items.length === 0 ? undefined : { sessionId, events: describeEvents(items) };
}

/** `search` is a whole session id: the table finds no part of one. */
export async function readSessions(
  reading: Reading,
  hasIndex: boolean,
  { cursor, limit, search }: PageRequest,
): Promise<Page<SessionSummary>> {
  if (search !== undefined) {
    const items = await readPartition(reading, search);
    return { items: items.length === 0 ? [] : [describeSession(search, items)] };
  }
  const { items, next } = hasIndex
    ? await readNewest(reading, cursor, limit)
    : await scanPage(reading, cursor);
  return { items: groupBySession(items), ...(next === undefined ? {} : { cursor: next }) };
}

async function readPartition({ aws, stack, signal }: Reading, partition: string): Promise<StoredItem[]> {
  const access: TableAccess = { kind: 'partition', partition };
  const found = await listItems(aws, stack, { access, search: NO_CONDITIONS }, signal);
  return found.map(({ item }) => item);
}

interface Read {
  readonly items: readonly StoredItem[];
  readonly next: string | undefined;
}

/** The newest events of all types before the sort key `before`. */
async function readNewest(
  { aws, stack, signal }: Reading,
  before: string | undefined,
  limit: number,
): Promise<Read> {
  const client = aws.client(DynamoDBClient, stack.region.name);
  const ofType = async (type: string): Promise<readonly StoredItem[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: stack.names.table,
        IndexName: TYPE_INDEX,
        KeyConditionExpression: `event_type = :type${before === undefined ? '' : ' AND #time < :before'}`,
        ...(before === undefined ? {} : { ExpressionAttributeNames: { '#time': 'timestamp' } }),
        ExpressionAttributeValues: {
          ':type': { S: type },
          ...(before === undefined ? {} : { ':before': { N: before } }),
        },
        ScanIndexForward: false,
        Limit: limit,
      }),
      { abortSignal: signal },
    );
    return Items;
  };
  const items = (await Promise.all(TYPES.map(ofType))).flat().sort(byNewest).slice(0, limit);
  return { items, next: items.length < limit ? undefined : items.at(-1)?.timestamp?.N };
}

async function scanPage({ aws, stack, signal }: Reading, cursor: string | undefined): Promise<Read> {
  const { Items = [], LastEvaluatedKey } = await aws.client(DynamoDBClient, stack.region.name).send(
    new ScanCommand({
      TableName: stack.names.table,
      Limit: MAX_SCANNED_ITEMS,
      ...(cursor === undefined ? {} : { ExclusiveStartKey: JSON.parse(cursor) as StoredItem }),
    }),
    { abortSignal: signal },
  );
  const items = Items.filter(({ event_type }) => event_type !== undefined).sort(byNewest);
  return { items, next: LastEvaluatedKey === undefined ? undefined : JSON.stringify(LastEvaluatedKey) };
}

function byNewest(one: StoredItem, other: StoredItem): number {
  return compareDecimals(other.timestamp?.N ?? '0', one.timestamp?.N ?? '0');
}

function groupBySession(items: readonly StoredItem[]): SessionSummary[] {
  const sessions = new Map<string, StoredItem[]>();
  for (const item of items) {
    const id = item.session_id?.S ?? '';
    sessions.set(id, [...(sessions.get(id) ?? []), item]);
  }
  return [...sessions].map(([id, events]) => describeSession(id, events));
}
