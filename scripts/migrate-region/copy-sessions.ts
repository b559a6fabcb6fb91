// Copies items between tables: events first, then the markers of their deliveries. With a marker but no event, the new
// region would treat a redelivery as done. Uses DynamoDB's attribute values, since a conversion to JavaScript and back would
// not copy every number and set exactly.
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { forEachConcurrently } from '../operator/for-each.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import { type Pass, startTally, type Tally } from './tally.ts';

export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
}

type Item = Record<string, AttributeValue>;

/** AWS's limit for BatchGetItem. */
const BATCH = 100;
const PAGES_AT_ONCE = 2;
const WRITES_AT_ONCE = 25;
/** AWS advises exponential pauses before unprocessed keys are asked for again. */
const PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;
const MARKER = 'delivery#';

/** Copies `events` or `markers`, and compares the items that the target has already. */
export async function passSessions(
  source: Table,
  target: Table,
  kind: 'events' | 'markers',
  pass: Pass,
): Promise<Tally> {
  const { isCopying, signal, onProgress } = pass;
  const tally = startTally(kind === 'events' ? 'events' : 'markers of deliveries');
  await forEachConcurrently(listItems(source, kind, signal), PAGES_AT_ONCE, signal, async (items) => {
    tally.source += items.length;
    const present = await findItems(target, items, signal);
    const absent = items.filter((item) => !present.has(nameOf(item)));
    for (const item of items) {
      const found = present.get(nameOf(item));
      if (found === undefined) continue;
      if (isSame(item, found)) tally.same += 1;
      else tally.different.push(nameOf(item));
    }
    if (!isCopying) tally.missing += absent.length;
    else
      await forEachConcurrently(absent, WRITES_AT_ONCE, signal, async (item) => {
        if (await put(target, item, signal)) tally.copied += 1;
        // Another writer was faster: the verifying pass compares the item.
        else tally.same += 1;
      });
    onProgress(tally);
  });
  return tally;
}

/** Yields batches of items that have not expired. */
async function* listItems(
  { client, name }: Table,
  kind: 'events' | 'markers',
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  const request = {
    TableName: name,
    ConsistentRead: true,
    FilterExpression: `${kind === 'events' ? 'NOT ' : ''}begins_with(session_id, :marker)`,
    ExpressionAttributeValues: { ':marker': { S: MARKER } },
  };
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const command = new ScanCommand({ ...request, ExclusiveStartKey });
    const { Items = [], LastEvaluatedKey } = await withBackOff(signal, () =>
      client.send(command, { abortSignal: signal }),
    );
    ExclusiveStartKey = LastEvaluatedKey;
    const nowSeconds = Date.now() / 1_000;
    const alive = Items.filter(({ ttl }) => ttl?.N === undefined || Number(ttl.N) > nowSeconds);
    for (let start = 0; start < alive.length; start += BATCH) yield alive.slice(start, start + BATCH);
  } while (ExclusiveStartKey !== undefined);
}

async function findItems(
  { client, name }: Table,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  let Keys: Item[] | undefined = items.map(keyOf);
  // DynamoDB may return fewer items than requested: 16 MB at most, and as its capacity allows.
  for (let tries = 0; Keys !== undefined && Keys.length > 0; tries += 1) {
    if (tries > 0) await setTimeout(Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** tries), undefined, { signal });
    const RequestItems = { [name]: { Keys, ConsistentRead: true } };
    const { Responses = {}, UnprocessedKeys = {} } = await withBackOff(
      signal,
      (): Promise<BatchGetItemCommandOutput> =>
        client.send(new BatchGetItemCommand({ RequestItems }), { abortSignal: signal }),
    );
    for (const item of Responses[name] ?? []) found.set(nameOf(item), item);
    Keys = UnprocessedKeys[name]?.Keys;
  }
  return found;
}

/** Returns false if the item exists by now. */
async function put({ client, name }: Table, item: Item, signal: AbortSignal): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: name,
    Item: item,
    ConditionExpression: 'attribute_not_exists(session_id)',
  });
  try {
    await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function keyOf({ session_id, timestamp }: Item): Item {
  if (session_id === undefined || timestamp === undefined) throw new Error('an item without its keys');
  return { session_id, timestamp };
}

function nameOf({ session_id, timestamp }: Item): string {
  return `${session_id?.S} at ${timestamp?.N}`;
}

/** Ignores attributes that change after the copy: an event gets announced, its recording filed. */
function isSame(one: Item, other: Item): boolean {
  return isDeepStrictEqual(toLastingPart(one), toLastingPart(other));
}

function toLastingPart({ status: _, filing: __, data, ...item }: Item): object {
  const { target_key: ___, ...members } = data?.M ?? {};
  return { ...item, members };
}
