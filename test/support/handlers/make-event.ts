import { type SessionEvent, toSortKey } from '../../../handlers/shared/session-event.ts';

/** A result received now. */
export function makeEvent(eventId: string, more: Partial<SessionEvent> = {}): SessionEvent {
  const nowMs = Date.now();
  return {
    sessionId: 'sess_1',
    timestamp: toSortKey(nowMs, `event#${eventId}`),
    eventId,
    dedupeKey: `event#${eventId}`,
    eventType: 'deepfake.completed',
    data: { score: 0.9 },
    status: 'stored',
    isTest: false,
    receivedAt: new Date(nowMs).toISOString(),
    ttl: 4_000_000_000,
    ...more,
  };
}
