// How long an event is kept, and how long it is known again: what a captured body can still do is bounded by both.
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { readNumber } from '../shared/read-values.ts';

const DAY_MS = 86_400_000;
/**
 * An event whose own time is longer ago is refused, and every event is recognised at least as long: a captured body
 * is never taken twice. Far longer than the sender tries (an hour), because Sonotheia's list of undelivered events may be
 * replayed much later, and a refused event is lost.
 */
const REPLAY_WINDOW_MS = 400 * DAY_MS;
/** Between our clock, the sender's and DynamoDB's. */
const CLOCK_TOLERANCE_MS = DAY_MS;
/** A hundred years: what asks for more has a mistake in it. */
const MAX_RETENTION_DAYS = 36_500;
/** Five years, as 31 CFR 1020.320(d) asks, for a report that does not say how long it must be kept. */
const REPORT_RETENTION_DAYS = 1_827;

/** Whether the event says that it is too old to be known again. */
export function isTooOld(timeMs: number | undefined, nowMs: number): boolean {
  return timeMs !== undefined && nowMs - timeMs > REPLAY_WINDOW_MS;
}

/**
 * Unix seconds until which the event must be recognised; null, for good, when it bears no time of its own, since then
 * nothing but its marker can tell that it is old.
 */
export function recognizedUntil(timeMs: number | undefined, nowMs: number): number | null {
  if (timeMs === undefined) return null;
  return Math.ceil((Math.max(timeMs, nowMs) + REPLAY_WINDOW_MS + CLOCK_TOLERANCE_MS) / 1000);
}

/** Days for which the event is kept: as the stack says, or longer where the event says so or is a report. */
export function retentionDays(eventType: string, data: JsonObject, configuredDays: number): number {
  const compliance = isJsonObject(data.compliance) ? data.compliance : data;
  const asked = readNumber(compliance.retention_period_days);
  const own = asked !== undefined && asked > 0 ? Math.min(Math.ceil(asked), MAX_RETENTION_DAYS) : undefined;
  return Math.max(configuredDays, own ?? (eventType.startsWith('sar.') ? REPORT_RETENTION_DAYS : 0));
}
