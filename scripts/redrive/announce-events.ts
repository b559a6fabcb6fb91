// Lists stored events that were never announced, and announces them.

import type { SessionEvent } from '../../handlers/shared/session-event.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { pace } from '../operator/pace.ts';
import { announceStoredEvent, type StoredEvents } from '../operator/stored-events.ts';

export interface Unannounced extends StoredEvents {
  readonly stack: Stack;
}

/** Uses the columns of the dead letters. */
export function describeEvents({ stack, events }: Unannounced): string[][] {
  return events.map(({ receivedAt, eventId, eventType }) => {
    const received = receivedAt.slice(0, 16).replace('T', ' ');
    const reason = `${eventType} is in the table but was never announced`;
    return [stack.region.name, 'stored', received, '-', eventId, reason];
  });
}

/** Announces `rate` events a second. After a kill at most one is announced twice, which subscribers recognise. */
export async function announceEvents(
  { aws, signal, terminal, onInterrupt }: Operation,
  stack: Stack,
  { events, rate }: { readonly events: readonly SessionEvent[]; readonly rate: number },
): Promise<void> {
  const progress = terminal.startProgress();
  for (const [index, event] of events.entries()) {
    const startedAtMs = Date.now();
    await announceStoredEvent(event, { aws, stack, signal });
    onInterrupt(`${index + 1} were announced; the others are as before.`);
    progress.update(`${stack.names.table}: ${index + 1} of ${events.length} announced`);
    await pace(startedAtMs, rate, signal);
  }
  progress.clear();
}
