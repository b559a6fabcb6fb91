// How long an event is kept, and how long a redelivery is recognised. Both limit the replay of a captured body.
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { readNumber } from '../shared/read-values.ts';

const DAY_MS = 86_400_000;
/**
 * Older events are refused, and every event is recognised for at least this long, so a captured body is never accepted
 * twice. Far longer than the sender's retries (an hour), because Sonotheia's list of undelivered events may be replayed
 * much later, and a refused event is lost.
 */
const REPLAY_WINDOW_MS = 400 * DAY_MS;
/** Clock skew between Lambda, the sender and DynamoDB. */
const CLOCK_TOLERANCE_MS = DAY_MS;
/** A hundred years; more is treated as a mistake. */
const MAX_RETENTION_DAYS = 36_500;
/** Five years (31 CFR 1020.320(d)), for a report that does not state its retention period. */
const REPORT_RETENTION_DAYS = 1_827;

/** Whether the time in the event is before the replay window. */
export function isTooOld(timeMs: number | undefined, nowMs: number): boolean {
  return timeMs !== undefined && nowMs - timeMs > REPLAY_WINDOW_MS;
}

/**
 * Returns the Unix seconds until which a redelivery must be recognised; null (forever) for an event without a time,
 * because then only its marker identifies a replay.
 */
export function recognizedUntil(timeMs: number | undefined, nowMs: number): number | null {
  if (timeMs === undefined) return null;
  return Math.ceil((Math.max(timeMs, nowMs) + REPLAY_WINDOW_MS + CLOCK_TOLERANCE_MS) / 1000);
}

/** Returns the days to keep the event: as configured, or longer when the event asks for it or is a report. */
export function retentionDays(eventType: string, data: JsonObject, configuredDays: number): number {
  const compliance = isJsonObject(data.compliance) ? data.compliance : data;
  const asked = readNumber(compliance.retention_period_days);
  const own = asked !== undefined && asked > 0 ? Math.min(Math.ceil(asked), MAX_RETENTION_DAYS) : undefined;
  return Math.max(configuredDays, own ?? (eventType.startsWith('sar.') ? REPORT_RETENTION_DAYS : 0));
}
