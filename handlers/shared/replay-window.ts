// How long a captured body could be delivered again, and so how long its marker, or a tombstone, must be kept.
const DAY_MS = 86_400_000;
/**
 * Older events are refused, and every event is recognised for at least this long, so a captured body is never accepted
 * twice. Far longer than the sender's retries (an hour), because Sonotheia's list of undelivered events may be replayed
 * much later, and a refused event is lost.
 */
const REPLAY_WINDOW_MS = 400 * DAY_MS;
/** Clock skew between Lambda, the sender and DynamoDB. */
const CLOCK_TOLERANCE_MS = DAY_MS;

/** Whether the time in the event is before the replay window. */
export function isTooOld(timeMs: number | undefined, nowMs: number): boolean {
  return timeMs !== undefined && nowMs - timeMs > REPLAY_WINDOW_MS;
}

/**
 * Returns the Unix seconds until which a redelivery must be recognised; null (forever) for an event without a time,
 * because then only its marker or tombstone identifies a replay.
 */
export function recognizedUntil(timeMs: number | undefined, nowMs: number): number | null {
  if (timeMs === undefined) return null;
  return Math.ceil((Math.max(timeMs, nowMs) + REPLAY_WINDOW_MS + CLOCK_TOLERANCE_MS) / 1000);
}
