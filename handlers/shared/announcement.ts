// Builds the message for the results topic from a stored event: compact, without personal data.
import type { Announcement, Source } from './announcement-v1.ts';
import { errorCodeOf, readCode } from './codes.ts';
import { readScore } from './read-values.ts';
import { type RiskThresholds, riskOf } from './risk.ts';
import type { SessionEvent } from './session-event.ts';

export interface AnnouncementContext {
  readonly source: Readonly<Source>;
  /** For an event that an earlier release stored without its risk. */
  readonly thresholds: RiskThresholds;
}

/**
 * Builds the message for an event. Only the members of {@link Announcement} leave the table: no user ids, no free text,
 * no nested data.
 */
export function buildAnnouncement(
  event: SessionEvent,
  { source, thresholds }: AnnouncementContext,
): Announcement {
  const { data, eventType } = event;
  const score = readScore(data.score);
  const risk = event.risk ?? riskOf(eventType, data, thresholds);
  const label = readCode(data.label);
  const recommendation = readCode(data.recommended_action);
  const decision = readCode(data.decision) ?? recommendation;
  const errorCode = errorCodeOf(data);
  return {
    schema_version: '1',
    source,
    event_id: event.eventId,
    event_type: eventType,
    session_id: event.sessionId,
    timestamp: event.timestamp,
    occurred_at: toIsoTime(event.timestamp),
    received_at: event.receivedAt,
    test: event.isTest,
    ...(score === undefined ? {} : { score }),
    ...(risk === undefined ? {} : { risk }),
    ...(label === undefined ? {} : { label }),
    ...readVerdict(data.verified),
    ...(decision === undefined ? {} : { decision }),
    ...(recommendation === undefined ? {} : { recommendation }),
    ...(errorCode === undefined ? {} : { error_code: errorCode }),
  };
}

/** Reads the time from a sort key. DynamoDB removes zeros at the end of a number. */
function toIsoTime(sortKey: string): string {
  const [seconds, fraction = ''] = sortKey.split('.');
  return new Date(Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))).toISOString();
}

function readVerdict(verified: unknown): Pick<Announcement, 'verified' | 'verdict'> {
  return typeof verified === 'boolean' ? { verified, verdict: verified ? 'verified' : 'not_verified' } : {};
}
