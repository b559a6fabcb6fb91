// Builds the message for the results topic from a stored event: compact, without personal data.
import type { JsonObject } from './json.ts';
import { readScore } from './read-values.ts';
import type { SessionEvent } from './session-event.ts';

type Risk = 'high' | 'review' | 'low';

/** Scores from 0 to 1: at or above `high` the risk is high, at or above `review` a person should review it. */
export interface RiskThresholds {
  readonly high: number;
  readonly review: number;
}

export interface Announcement {
  readonly event_id: string;
  readonly event_type: string;
  readonly session_id: string;
  /** Sort key of the item, whose partition key is session_id. Text, because a JSON number would lose digits. */
  readonly timestamp: string;
  readonly score?: number;
  readonly label?: string;
  readonly risk?: Risk;
  /** Outcome of a voice verification. */
  readonly verified?: boolean;
  readonly verdict?: 'verified' | 'not_verified';
  readonly decision?: string;
  readonly error_code?: string;
}

/** Labels and codes must match, else they are omitted: free text could contain a person's name. */
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

function riskOf(score: number, thresholds: RiskThresholds): Risk {
  if (score >= thresholds.high) return 'high';
  return score >= thresholds.review ? 'review' : 'low';
}

/**
 * Builds the message for an event. Only the members of {@link Announcement} leave the table: no user ids, no free text,
 * no nested data.
 */
export function buildAnnouncement(event: SessionEvent, thresholds: RiskThresholds): Announcement {
  const { data } = event;
  const score = readScore(data.score);
  const label = readCode(data.label);
  const decision = readCode(data.decision) ?? readCode(data.recommended_action);
  const errorCode =
    readCode((data.error as JsonObject | null | undefined)?.code) ?? readCode(data.error_code);
  return {
    event_id: event.eventId,
    event_type: event.eventType,
    session_id: event.sessionId,
    timestamp: event.timestamp,
    ...(score === undefined ? {} : { score, risk: riskOf(score, thresholds) }),
    ...(label === undefined ? {} : { label }),
    ...readVerdict(data.verified),
    ...(decision === undefined ? {} : { decision }),
    ...(errorCode === undefined ? {} : { error_code: errorCode }),
  };
}

function readVerdict(verified: unknown): Pick<Announcement, 'verified' | 'verdict'> {
  return typeof verified === 'boolean' ? { verified, verdict: verified ? 'verified' : 'not_verified' } : {};
}

function readCode(value: unknown): string | undefined {
  return typeof value === 'string' && CODE.test(value) ? value : undefined;
}
