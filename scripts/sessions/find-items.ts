// Finds the events of a search in one table, page by page, so that a million of them need no more room than one page.
import { toSessionEvent } from '../../handlers/shared/adapters/dynamodb-session-store.ts';
import { buildAnnouncement } from '../../handlers/shared/announcement.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { type ItemOptions, type ScanFilter, type StoredItem, scanItems } from '../operator/stored-events.ts';
import { type TableAccess, TYPE_INDEX } from './choose-access.ts';
import { getItems, getReferenced, query, toRange } from './read-table.ts';
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
  { access, search }: { readonly access: TableAccess; readonly search: Search },
  { signal, onFound }: FindOptions,
): Promise<void> {
  const onItems = async (items: readonly StoredItem[]): Promise<boolean> => {
    const found = items
      .filter((item) => item.event_type !== undefined && hasKeys(item, search))
      .map((item) => ({ stack, item, announcement: announce(stack, item) }))
      .filter(({ announcement }) => hasProperties(announcement, search));
    return await onFound(found);
  };
  await readItems(aws, stack, { access, search }, { signal, onItems });
}

/** All that `findItems` finds, kept together: for the few events of one session. */
export async function listItems(
  aws: AwsAccess,
  stack: Stack,
  question: { readonly access: TableAccess; readonly search: Search },
  signal: AbortSignal,
): Promise<Found[]> {
  const all: Found[] = [];
  const onFound = (found: readonly Found[]): boolean => {
    all.push(...found);
    return true;
  };
  await findItems(aws, stack, question, { signal, onFound });
  return all;
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
  { access, search }: { readonly access: TableAccess; readonly search: Search },
  { signal, onItems }: ItemOptions,
): Promise<void> {
  if (access.kind === 'missing') return;
  if (access.kind === 'item') return void (await onItems(await getItems(aws, stack, [access.key], signal)));
  if (access.kind === 'scan')
    return void (await scanItems(
      aws,
      stack,
      { ...toFilter(search), ConsistentRead: access.isConsistent },
      { signal, onItems },
    ));
  if (access.kind === 'partition') {
    const condition = { text: 'session_id = :partition', values: { ':partition': { S: access.partition } } };
    await query(aws, stack, { condition, search, signal, isConsistent: true }, async (items) =>
      onItems([...items, ...(await getReferenced(aws, stack, items, signal))].sort(byTime)),
    );
    return;
  }
  for (const type of access.types) {
    const condition = { text: 'event_type = :type', values: { ':type': { S: type } }, index: TYPE_INDEX };
    const goesOn = await query(aws, stack, { condition, search, signal, isConsistent: false }, onItems);
    if (!goesOn) return;
  }
}

function byTime(one: StoredItem, other: StoredItem): number {
  return Number(one.timestamp?.N) - Number(other.timestamp?.N);
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

/** Also after a look-up by key, where no filter has tested it. */
function hasKeys({ event_id, data, timestamp }: StoredItem, { eventId, recording, window }: Search): boolean {
  const seconds = Number(timestamp?.N);
  return (
    (eventId === undefined || event_id?.S === eventId) &&
    (recording === undefined || [data?.M?.key?.S, data?.M?.target_key?.S].includes(recording)) &&
    (window === undefined || (seconds >= window.fromMs / 1_000 && seconds < (window.toMs + 1) / 1_000))
  );
}
