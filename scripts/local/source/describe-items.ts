// Sessions, their events and verdicts, from the table's items.

import type { SessionSummary, TimelineEvent, Verdict } from '../../console/source-data.ts';
import { formatItem } from '../format-item.ts';
import { compareDecimals } from '../services/compare-decimals.ts';
import type { Item } from '../services/dynamodb-values.ts';
import { codesOf } from './item-fields.ts';

export function describeVerdict(item: Item): Verdict {
  const { score, label, decision } = codesOf(item);
  const risk = item.risk?.S as Verdict['risk'];
  const errorCode = item.error_code?.S;
  return {
    ...(score === undefined ? {} : { score }),
    ...(label === undefined ? {} : { label }),
    ...(risk === undefined ? {} : { risk }),
    ...(decision === undefined ? {} : { decision }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}

/** `events` are those of one session, in any order. */
export function describeSession(sessionId: string, events: readonly Item[]): SessionSummary {
  const latest = sortByTime(events).at(-1) ?? {};
  return {
    sessionId,
    events: events.length,
    latestType: latest.event_type?.S ?? '',
    latestAt: latest.received_at?.S ?? '',
    ...describeVerdict(latest),
  };
}

export function describeEvents(events: readonly Item[]): TimelineEvent[] {
  return sortByTime(events).map((item) => ({
    eventId: item.event_id?.S ?? '',
    eventType: item.event_type?.S ?? '',
    timestamp: item.timestamp?.N ?? '',
    occurredAt: toIso(Number(item.timestamp?.N ?? 0)),
    receivedAt: item.received_at?.S ?? '',
    status: item.status?.S ?? '',
    isTest: item.test?.BOOL === true,
    expiresAt: toIso(Number(item.ttl?.N ?? 0)),
    item: formatItem(item),
    ...describeVerdict(item),
  }));
}

function sortByTime(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compareDecimals(a.timestamp?.N ?? '0', b.timestamp?.N ?? '0'));
}

function toIso(seconds: number): string {
  const date = new Date(Math.floor(seconds * 1000));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
