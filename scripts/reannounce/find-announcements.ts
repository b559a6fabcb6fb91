// Finds the events of a window and builds their messages as the functions do, marked as sent again.

import { Problem } from '../../generator/command-line/problem.ts';
import { buildAnnouncement } from '../../handlers/shared/announcement.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import type { EventKey, EventStatus, SessionEvent } from '../../handlers/shared/session-event.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import type { Window } from '../operator/read-window.ts';
import { openAnnouncing, type ScanFilter, scanEvents } from '../operator/stored-events.ts';

export interface Found {
  readonly stack: Stack;
  readonly announcement: Announcement;
  readonly key: EventKey;
  readonly status: EventStatus;
}

/** They are kept until all are sent, in the order of their receipt: about 100 MB. */
const MAX_EVENTS = 100_000;

/** Scans each stack's table. Returns the events of all stacks in the order of their receipt. */
export async function findAnnouncements(
  { aws, signal, terminal }: Operation,
  stacks: readonly Stack[],
  { window, eventTypes }: { readonly window: Window; readonly eventTypes: readonly string[] },
): Promise<Found[]> {
  const found: Found[] = [];
  const progress = terminal.startProgress();
  for (const stack of stacks) {
    const context = await openAnnouncing(aws, stack);
    const onEvents = (events: readonly SessionEvent[]): boolean => {
      for (const event of events) {
        // DynamoDB deletes expired items late; the next reader of the table may not find them.
        if (event.ttl * 1_000 <= Date.now()) continue;
        const { sessionId, timestamp, status } = event;
        const announcement: Announcement = { ...buildAnnouncement(event, context), redelivery: true };
        found.push({ stack, announcement, key: { sessionId, timestamp }, status });
      }
      progress.update(`${stack.names.table}: ${found.length} events`);
      return found.length <= MAX_EVENTS;
    };
    await scanEvents(aws, stack, toFilter(window, eventTypes), { signal, onEvents });
    if (found.length > MAX_EVENTS)
      throw new Problem({
        what: `More than ${MAX_EVENTS} events were received from ${window.since} to ${window.until}.`,
        fix: 'announce them in parts: give --until an earlier time, --region or --event-type',
      });
  }
  progress.clear();
  return found.sort((a, b) => (sortText(a) < sortText(b) ? -1 : 1));
}

function toFilter({ since, until }: Window, eventTypes: readonly string[]): ScanFilter {
  const types = Object.fromEntries(eventTypes.map((type, index) => [`:type${index}`, { S: type }]));
  const isOfType = eventTypes.length === 0 ? '' : ` AND #type IN (${Object.keys(types).join(', ')})`;
  return {
    FilterExpression: `attribute_exists(#type) AND received_at BETWEEN :since AND :until${isOfType}`,
    ExpressionAttributeNames: { '#type': 'event_type' },
    ExpressionAttributeValues: { ':since': { S: since }, ':until': { S: until }, ...types },
  };
}

function sortText({ announcement: { received_at, event_id }, stack }: Found): string {
  return `${received_at} ${stack.region.name} ${event_id}`;
}
