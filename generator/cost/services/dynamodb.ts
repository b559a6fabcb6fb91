import { DAYS_PER_MONTH, HOURS_PER_MONTH, SECONDS_PER_DAY } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, toGigabytes, type Usage } from '../service.ts';

const BYTES_PER_WRITE_UNIT = 1024;
/** Bytes of an item beyond those of the event's body: status, times, the names of keys. */
export const ITEM_EXTRA_BYTES = 100;
const AUDIO_ITEM_BYTES = 700;
export const MARKER_BYTES = 150;
/**
 * Lifetime of an event's marker (handlers/shared/replay-window.ts); an upload's marker lives as long as its item.
 */
export const RECOGNIZED_DAYS = 401;
/** DynamoDB bills this overhead for every item of a table or index. */
const STORED_EXTRA_BYTES = 100;
/** A transaction prepares and commits: each item counts twice. The index is written once, afterwards. */
const TRANSACTION_FACTOR = 2;
const READS_PER_EVENT = 0.5;
/** Of a recording whose metadata names its session. */
const READS_PER_FILE = 2;
const SECONDS_PER_MONTH = DAYS_PER_MONTH * SECONDS_PER_DAY;

/**
 * The sessions table. Per event, one transaction puts marker and item, and `status = announced` updates the item. The
 * optional index gets the item and its updates, too; the marker is not in it. Each event takes an
 * eventually consistent read for a tombstone of its session, half a unit; a file takes up to two of these, before and after
 * its analysis, a consistent read for an earlier result, and a second update with its location. Deletion by ttl is free. Storage is that of a
 * steady month, with items of every age.
 */
export const DYNAMODB: CostService = {
  id: 'dynamodb',
  title: 'DynamoDB',
  listUsage: (stack) => [
    ...(stack.settings.dynamodb.billing_mode === 'PROVISIONED'
      ? [...listCapacity('write', stack), ...listCapacity('read', stack)]
      : listRequests(stack)),
    ...listStorage(stack),
  ],
};

interface ItemKind {
  readonly name: string;
  readonly perMonth: number;
  readonly bytes: number;
  /** Write units of the item in the table, and the same again in the index. */
  readonly units: number;
  readonly updates: number;
  /** Write units of the rate limiter for API calls, in the table only. */
  readonly pacing: number;
}

function listItems({ settings, traffic }: Stack): readonly [ItemKind, ItemKind] {
  const toKind = (
    name: string,
    perMonth: number,
    bytes: number,
    { updates, pacing }: Pick<ItemKind, 'updates' | 'pacing'>,
  ): ItemKind => ({
    name,
    perMonth,
    bytes,
    units: Math.ceil(bytes / BYTES_PER_WRITE_UNIT),
    updates,
    pacing,
  });
  return [
    toKind('events', traffic.webhooks, settings.traffic.event_size_bytes + ITEM_EXTRA_BYTES, {
      updates: 1,
      pacing: 0,
    }),
    toKind('files', traffic.files, AUDIO_ITEM_BYTES, { updates: 2, pacing: 2 }),
  ];
}

/**
 * Marker and item in the transaction, then the updates; for a file also the rate limiter's writes before and after its
 * API call.
 */
function tableUnits({ units, updates, pacing }: ItemKind): number {
  return TRANSACTION_FACTOR * (1 + units) + updates * units + pacing;
}

/** The item, then the updates. */
function indexUnits({ units, updates }: ItemKind, { settings }: Stack): number {
  return settings.dynamodb.event_type_index ? (1 + updates) * units : 0;
}

function countReads({ traffic: { webhooks, files } }: Stack): number {
  return webhooks * READS_PER_EVENT + files * READS_PER_FILE;
}

function listRequests(stack: Stack): readonly Usage[] {
  const writes = listItems(stack).map((kind): Usage => {
    const { name, perMonth, units, updates, pacing } = kind;
    const inIndex = indexUnits(kind, stack);
    const parts = [
      `marker ${TRANSACTION_FACTOR} + item ${TRANSACTION_FACTOR * units} + updates ${updates * units}`,
      ...(pacing === 0 ? [] : [`pacing ${pacing}`]),
      ...(inIndex === 0 ? [] : [`index ${inIndex}`]),
    ].join(' + ');
    const perItem = tableUnits(kind) + inIndex;
    return {
      id: `${name}-writes`,
      title: `On-demand writes of ${name}`,
      price: 'dynamodb.write-request-units',
      quantity: perMonth * perItem,
      derivation: `${count(perMonth)} ${name} x ${perItem}: ${parts}`,
    };
  });
  const { webhooks, files } = stack.traffic;
  return [
    ...writes,
    {
      id: 'reads',
      title: 'On-demand reads',
      price: 'dynamodb.read-request-units',
      quantity: countReads(stack),
      derivation: `${count(webhooks)} events x ${READS_PER_EVENT} + ${count(files)} files x ${READS_PER_FILE}: looks for a tombstone, of a file also for an earlier result`,
    },
  ];
}

/** The minimum capacity of the table and its index, and the capacity that autoscaling adds for evenly distributed traffic. */
function listCapacity(kind: 'write' | 'read', stack: Stack): readonly Usage[] {
  const { dynamodb } = stack.settings;
  const [least, most] =
    kind === 'write'
      ? [dynamodb.min_write_capacity, dynamodb.max_write_capacity]
      : [dynamodb.min_read_capacity, dynamodb.max_read_capacity];
  const price = `dynamodb.${kind}-capacity-hours`;
  const items = listItems(stack);
  const perMonth = (unitsOf: (item: ItemKind) => number): number =>
    items.reduce((sum, item) => sum + item.perMonth * unitsOf(item), 0);
  const [table, index] =
    kind === 'write'
      ? [perMonth(tableUnits), perMonth((item) => indexUnits(item, stack))]
      : [countReads(stack), 0];
  const target = dynamodb.target_utilization_percent / 100;
  const above = (units: number): number =>
    Math.max(0, Math.min(most, Math.ceil(units / SECONDS_PER_MONTH / target)) - least);
  const added = above(table) + (dynamodb.event_type_index ? above(index) : 0);
  const copies = dynamodb.event_type_index ? 2 : 1;
  const flow = `${count((table + index) / SECONDS_PER_MONTH)} units a second at ${dynamodb.target_utilization_percent} %`;
  return [
    {
      id: `least-${kind}-capacity`,
      title: `Least ${kind} capacity`,
      price,
      quantity: copies * least * HOURS_PER_MONTH,
      derivation: `${copies === 1 ? `${least} for the table` : `(${least} for the table + ${least} for the index)`} x ${HOURS_PER_MONTH} h`,
      fixed: true,
    },
    {
      id: `added-${kind}-capacity`,
      title: `Added ${kind} capacity`,
      price,
      quantity: added * HOURS_PER_MONTH,
      derivation: `${added} above the least, for ${flow}, x ${HOURS_PER_MONTH} h`,
    },
  ];
}

function listStorage(stack: Stack): readonly Usage[] {
  const { ttl_days, point_in_time_recovery, event_type_index } = stack.settings.dynamodb;
  const [events, files] = listItems(stack);
  const days = ({ perMonth }: ItemKind, count: number): number => (perMonth / DAYS_PER_MONTH) * count;
  const itemBytes = (copies: number): number =>
    [events, files].reduce(
      (sum, kind) => sum + days(kind, ttl_days) * copies * (kind.bytes + STORED_EXTRA_BYTES),
      0,
    );
  const markerBytes =
    (days(events, RECOGNIZED_DAYS) + days(files, ttl_days)) * (MARKER_BYTES + STORED_EXTRA_BYTES);
  const explain = (copies: number, what: string): string =>
    `${count(days(events, 1) + days(files, 1))} items a day x ${ttl_days} days: ${count(itemBytes(copies))} bytes of ${what}; markers, of events for ${RECOGNIZED_DAYS} days: ${count(markerBytes)} bytes`;
  return [
    {
      id: 'storage',
      title: 'Storage',
      price: 'dynamodb.storage',
      quantity: toGigabytes(itemBytes(event_type_index ? 2 : 1) + markerBytes),
      derivation: event_type_index ? explain(2, 'items and their copies in the index') : explain(1, 'items'),
    },
    {
      id: 'point-in-time-recovery',
      title: 'Point-in-time recovery of the table',
      price: 'dynamodb.point-in-time-recovery',
      quantity: point_in_time_recovery ? toGigabytes(itemBytes(1) + markerBytes) : 0,
      derivation: explain(1, 'items'),
    },
  ];
}
