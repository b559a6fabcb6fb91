// Decides how to find the events of a search in one table: by their key, in the index, or by a scan of the table.
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { findPrice, PRICE_LIST } from '../../generator/cost/price-list.ts';
import { AUDIO_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { formatBytes } from '../operator/format-bytes.ts';
import type { Stack } from '../operator/open-spec.ts';
import { INTERNAL_NAMESPACE, type StoredItem } from '../operator/stored-events.ts';
import type { Search } from './search.ts';

export const TYPE_INDEX = 'event_type-timestamp-index';

export type TableAccess =
  /** The environment is not deployed in this region. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'partition'; readonly partition: string }
  | { readonly kind: 'item'; readonly key: StoredItem }
  | { readonly kind: 'index'; readonly types: readonly string[] }
  | ScanAccess;

export interface ScanAccess {
  readonly kind: 'scan';
  /** Also shows what was written a moment ago, at twice the price. */
  readonly isConsistent: boolean;
  /** Up to six hours old. */
  readonly bytes: number;
  readonly readUnits: number;
  /** Undefined for provisioned capacity, which is paid by the hour and shared with the functions. */
  readonly usd: number | undefined;
  readonly provisionedUnits: number;
  /** How the next search can avoid it. */
  readonly hint: string | undefined;
}

type Region = Stack['region']['name'];

const AUDIO_TYPES = Object.values(AUDIO_EVENT_TYPES);

/** An index is never consistent: it may lag behind the table. */
export async function chooseAccess(
  aws: AwsAccess,
  stack: Stack,
  { search, isConsistent }: { readonly search: Search; readonly isConsistent: boolean },
  signal: AbortSignal,
): Promise<TableAccess> {
  const { sessionId, caseId, eventId, recording, types } = search;
  const table = await describeTable(aws, stack, signal);
  if (table === undefined) return { kind: 'missing' };
  const partition = caseId === undefined ? sessionId : `case#${caseId}`;
  if (partition !== undefined) return { kind: 'partition', partition };
  const key = eventId === undefined ? undefined : await findMarked(aws, stack, eventId, signal);
  if (key !== undefined) return { kind: 'item', key };
  const isAudio = recording !== undefined || eventId?.startsWith('audio_') === true;
  const region = stack.region.name;
  if (isConsistent)
    return { kind: 'scan', isConsistent, ...estimateScan(table, region, isConsistent), hint: undefined };
  return chooseIndex(table, region, isAudio ? AUDIO_TYPES : types);
}

/** The table as it is, since the spec may be ahead of the last deployment; undefined if there is none. */
async function describeTable(
  aws: AwsAccess,
  { region, names }: Stack,
  signal: AbortSignal,
): Promise<TableDescription | undefined> {
  const client = aws.client(DynamoDBClient, region.name);
  try {
    const command = new DescribeTableCommand({ TableName: names.table });
    return (await client.send(command, { abortSignal: signal })).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The marker of an event holds its key. Recordings, and events without an id of their own, have markers of other names. */
async function findMarked(
  aws: AwsAccess,
  { region, names }: Stack,
  eventId: string,
  signal: AbortSignal,
): Promise<StoredItem | undefined> {
  const Key = { session_id: { S: `${INTERNAL_NAMESPACE}event#${eventId}` }, timestamp: { N: '0' } };
  const { Item } = await aws
    .client(DynamoDBClient, region.name)
    .send(new GetItemCommand({ TableName: names.table, Key, ConsistentRead: true }), { abortSignal: signal });
  const { event_session_id: session_id, event_timestamp: timestamp } = Item ?? {};
  return session_id === undefined || timestamp === undefined ? undefined : { session_id, timestamp };
}

function chooseIndex(table: TableDescription, region: Region, types: readonly string[]): TableAccess {
  const hasIndex = (table.GlobalSecondaryIndexes ?? []).some(
    ({ IndexName, IndexStatus }) => IndexName === TYPE_INDEX && IndexStatus === 'ACTIVE',
  );
  if (hasIndex && types.length > 0) return { kind: 'index', types };
  const estimate = estimateScan(table, region, false);
  return { kind: 'scan', isConsistent: false, ...estimate, hint: adviseIndex(hasIndex, types) };
}

function adviseIndex(hasIndex: boolean, types: readonly string[]): string | undefined {
  if (hasIndex) return 'With --type it reads only the index of event types.';
  return types.length === 0
    ? undefined
    : '`dynamodb.event_type_index: true` adds an index, which avoids the scan for --type.';
}

/** A consistent read of 4 KB is one unit; otherwise it is 8 KB. */
const BYTES_PER_UNIT = 4_096;

function estimateScan(
  table: TableDescription,
  region: Region,
  isConsistent: boolean,
): Pick<ScanAccess, 'bytes' | 'readUnits' | 'usd' | 'provisionedUnits'> {
  const bytes = table.TableSizeBytes ?? 0;
  const readUnits = Math.ceil(bytes / (isConsistent ? 1 : 2) / BYTES_PER_UNIT);
  const provisionedUnits = table.ProvisionedThroughput?.ReadCapacityUnits ?? 0;
  const [tier] = findPrice(PRICE_LIST, 'dynamodb.read-request-units', region).tiers;
  const { usd = 0, per = 1 } = tier?.price ?? {};
  return {
    bytes,
    readUnits,
    provisionedUnits,
    usd: provisionedUnits > 0 ? undefined : (readUnits * usd) / per,
  };
}

export function describeScan({ region, names }: Stack, access: ScanAccess): string {
  const units = `${access.readUnits} read units`;
  const cost =
    access.usd === undefined
      ? `${units}; the functions share the table's ${access.provisionedUnits} units a second`
      : `${units}, ${access.usd < 0.01 ? 'less than 0.01' : `about ${access.usd.toFixed(2)}`} USD`;
  return `reads the whole table ${names.table} in ${region.name}: ${formatBytes(access.bytes)} by its last count, ${cost}`;
}
