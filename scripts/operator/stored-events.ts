// Finds events in the table, above all those that were never announced: a function died in between, and the sender gave up.
// It scans ($0.02 a GB), since an index would cost two more writes for each event. Items stay attribute values, as the functions read
// them: toSessionEvent keeps every digit of their numbers.
import {
  type AttributeValue,
  DynamoDBClient,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  DynamoDbSessionStore,
  toSessionEvent,
} from '../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SnsResultsTopic } from '../../handlers/shared/adapters/sns-results-topic.ts';
import { type AnnouncePorts, announceEvent } from '../../handlers/shared/announce-event.ts';
import { startDeadline } from '../../handlers/shared/deadline.ts';
import type { SessionEvent } from '../../handlers/shared/session-event.ts';
import { systemClock } from '../../handlers/shared/system-clock.ts';
import type { AwsAccess } from './aws-access.ts';
import { doTogether } from './for-each.ts';
import type { Stack } from './open-spec.ts';
import { withBackOff } from './with-back-off.ts';

/** The sender retries for 65 minutes; the next delivery may still announce a younger event. */
const SETTLED_AFTER_MS = 2 * 3_600_000;
const SEGMENTS = 4;

export interface StoredEvents {
  /** Oldest first. */
  readonly events: readonly SessionEvent[];
  /** False if the scan stopped early, at `max` events or at its time limit. */
  readonly isComplete: boolean;
  readonly hasTable: boolean;
}

interface FindOptions {
  readonly signal: AbortSignal;
  /** Stop after this many events. */
  readonly max: number;
  /** Stop after this time. */
  readonly timeoutMs?: number;
}

/** Finds them in the table. A missing table has no events. */
export async function findStoredEvents(
  aws: AwsAccess,
  stack: Stack,
  { signal, max, timeoutMs }: FindOptions,
): Promise<StoredEvents> {
  const deadline = timeoutMs === undefined ? undefined : startDeadline(systemClock, timeoutMs, signal);
  const events: SessionEvent[] = [];
  const before = new Date(Date.now() - SETTLED_AFTER_MS).toISOString();
  const isStored: ScanFilter = {
    FilterExpression: '#status = :stored AND received_at < :before',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':stored': { S: 'stored' }, ':before': { S: before } },
  };
  let isComplete = false;
  try {
    isComplete = await scanEvents(aws, stack, isStored, {
      signal: deadline?.signal ?? signal,
      onEvents: (page) => {
        events.push(...page);
        return events.length < max;
      },
    });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { events: [], isComplete: true, hasTable: false };
    if (signal.aborted || deadline?.signal.aborted !== true) throw error;
  } finally {
    deadline?.clear();
  }
  events.sort((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  return { events: events.slice(0, max), isComplete: isComplete && events.length <= max, hasTable: true };
}

export type ScanFilter = Required<Pick<ScanCommandInput, 'FilterExpression' | 'ExpressionAttributeNames'>> &
  Pick<ScanCommandInput, 'ConsistentRead' | 'ExpressionAttributeValues'>;

/** The partitions of the functions' own entries, into which no sender can write. */
export const INTERNAL_NAMESPACE = 'delivery#';

export type StoredItem = Readonly<Record<string, AttributeValue>>;

interface ScanOptions {
  readonly signal: AbortSignal;
  /** Receives the events of each page that fit the filter; returns false to stop. */
  readonly onEvents: (events: readonly SessionEvent[]) => boolean;
}

/** Scans the table for events. Returns false if `onEvents` stopped it before the end. */
export async function scanEvents(
  aws: AwsAccess,
  stack: Stack,
  filter: ScanFilter,
  { signal, onEvents }: ScanOptions,
): Promise<boolean> {
  const onItems = (items: readonly StoredItem[]) => onEvents(items.map((item) => toSessionEvent(item)));
  return await scanItems(aws, stack, filter, { signal, onItems });
}

export interface ItemOptions {
  readonly signal: AbortSignal;
  /** Receives the items of each page that fit; returns false to stop. The next page waits for it. */
  readonly onItems: (items: readonly StoredItem[]) => boolean | Promise<boolean>;
}

/** Scans the table with parallel segments. Returns false if `onItems` stopped it before the end. */
export async function scanItems(
  aws: AwsAccess,
  { region, names }: Stack,
  filter: ScanFilter,
  { signal, onItems }: ItemOptions,
): Promise<boolean> {
  const client = aws.client(DynamoDBClient, region.name);
  let isComplete = true;
  let passing = Promise.resolve();
  /** One page at a time, although the segments are read together. */
  const pass = async (items: readonly StoredItem[]): Promise<boolean> => {
    const passed = passing.then(async () => isComplete && (await onItems(items)));
    passing = passed.then(
      () => undefined,
      () => undefined,
    );
    return await passed;
  };
  const scan = async (Segment: number, either: AbortSignal): Promise<void> => {
    const request = { TableName: names.table, Segment, TotalSegments: SEGMENTS, ...filter };
    let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const command = new ScanCommand({ ...request, ExclusiveStartKey });
      const page = await withBackOff(either, () => client.send(command, { abortSignal: either }));
      ExclusiveStartKey = page.LastEvaluatedKey;
      const goesOn = await pass(page.Items ?? []);
      if (ExclusiveStartKey === undefined || goesOn) continue;
      isComplete = false;
      return;
    } while (ExclusiveStartKey !== undefined);
  };
  await doTogether(
    signal,
    Array.from({ length: SEGMENTS }, (_, segment) => (either: AbortSignal) => scan(segment, either)),
  );
  return isComplete;
}

/** Opens the stack's table and results topic, and returns them with the facts that its functions put into messages. */
export async function openAnnouncing(aws: AwsAccess, stack: Stack): Promise<AnnouncePorts> {
  const { environment, region, names } = stack;
  const { high_threshold: high, review_threshold: review } = region.settings.risk;
  const client = aws.client(DynamoDBClient, region.name);
  const topicArn = await findTopicArn(aws, stack);
  return {
    store: new DynamoDbSessionStore({ client, tableName: names.table, clock: systemClock }),
    topic: new SnsResultsTopic(aws.client(SNSClient, region.name), topicArn),
    source: { project: environment.projectName, environment: environment.name, region: region.name },
    thresholds: { high, review },
  };
}

export async function findTopicArn(
  aws: AwsAccess,
  { region, names }: Stack,
  topic = names.resultsTopic,
): Promise<string> {
  const { accountId, partition } = await aws.findCaller(region.name);
  return `arn:${partition}:sns:${region.name}:${accountId}:${topic}`;
}

/** Announces an event as its function would have done. */
export async function announceStoredEvent(
  event: SessionEvent,
  { aws, stack, signal }: { readonly aws: AwsAccess; readonly stack: Stack; readonly signal: AbortSignal },
): Promise<void> {
  await announceEvent(event, await openAnnouncing(aws, stack), signal);
}

/** Describes the result in one line of a report. */
export function describeStoredEvents({ events, isComplete }: StoredEvents): string {
  const [oldest] = events;
  if (oldest === undefined)
    return isComplete ? 'all were announced' : 'none found so far: the table is large';
  const count = `${events.length}${isComplete ? '' : ' or more'}`;
  return `${count} in the table ${events.length === 1 ? 'was' : 'were'} never announced, the oldest of ${oldest.receivedAt}`;
}
