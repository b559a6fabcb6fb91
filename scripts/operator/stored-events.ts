// Events that are in the table but were never announced: a function died in between, and the sender gave up. Found by a scan
// ($0.02 a GB), since an index would cost two more writes for each event. Items stay attribute values, as the functions read
// them: toSessionEvent keeps every digit of their numbers.
import { DynamoDBClient, paginateScan, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  DynamoDbSessionStore,
  toSessionEvent,
} from '../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SnsResultsTopic } from '../../handlers/shared/adapters/sns-results-topic.ts';
import { announceEvent } from '../../handlers/shared/announce-event.ts';
import type { SessionEvent } from '../../handlers/shared/session-event.ts';
import { systemClock } from '../../handlers/shared/system-clock.ts';
import type { AwsAccess } from './aws-access.ts';
import type { Stack } from './open-spec.ts';

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

/** Scans the table with parallel segments. A missing table has no events. */
export async function findStoredEvents(
  aws: AwsAccess,
  { region, names }: Stack,
  { signal, max, timeoutMs = Number.POSITIVE_INFINITY }: FindOptions,
): Promise<StoredEvents> {
  const client = aws.client(DynamoDBClient, region.name);
  const endsAtMs = Date.now() + timeoutMs;
  const events: SessionEvent[] = [];
  let isComplete = true;
  const scan = async (Segment: number): Promise<void> => {
    const request = {
      TableName: names.table,
      Segment,
      TotalSegments: SEGMENTS,
      FilterExpression: '#status = :stored AND received_at < :before',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':stored': { S: 'stored' },
        ':before': { S: new Date(Date.now() - SETTLED_AFTER_MS).toISOString() },
      },
    };
    for await (const { Items = [], LastEvaluatedKey } of paginateScan({ client }, request)) {
      signal.throwIfAborted();
      for (const item of Items) events.push(toSessionEvent(item));
      if (LastEvaluatedKey === undefined || (events.length < max && Date.now() < endsAtMs)) continue;
      isComplete = false;
      return;
    }
  };
  try {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scan(segment)));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return { events: [], isComplete: true, hasTable: false };
  }
  events.sort((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  return { events: events.slice(0, max), isComplete: isComplete && events.length <= max, hasTable: true };
}

/** Announces an event as its function would have done. */
export async function announceStoredEvent(
  event: SessionEvent,
  { aws, stack, signal }: { readonly aws: AwsAccess; readonly stack: Stack; readonly signal: AbortSignal },
): Promise<void> {
  const { environment, region, names } = stack;
  const { accountId, partition } = await aws.findCaller(region.name);
  const topicArn = `arn:${partition}:sns:${region.name}:${accountId}:${names.resultsTopic}`;
  const client = aws.client(DynamoDBClient, region.name);
  const { high_threshold: high, review_threshold: review } = region.settings.risk;
  await announceEvent(
    event,
    {
      store: new DynamoDbSessionStore({ client, tableName: names.table, clock: systemClock }),
      topic: new SnsResultsTopic(aws.client(SNSClient, region.name), topicArn),
      source: { project: environment.projectName, environment: environment.name, region: region.name },
      thresholds: { high, review },
    },
    signal,
  );
}

/** Describes the result in one line of a report. */
export function describeStoredEvents({ events, isComplete }: StoredEvents): string {
  const [oldest] = events;
  if (oldest === undefined)
    return isComplete ? 'all were announced' : 'none found so far: the table is large';
  const count = `${events.length}${isComplete ? '' : ' or more'}`;
  return `${count} in the table ${events.length === 1 ? 'was' : 'were'} never announced, the oldest of ${oldest.receivedAt}`;
}
