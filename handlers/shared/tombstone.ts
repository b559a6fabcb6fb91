// Tombstones: entries of the sessions table with which the functions refuse what was forgotten. They hold digests, no ids.
import { recognizedUntil } from './replay-window.ts';
import { sha256Hex } from './session-event.ts';

/** A recording is named by its key under incoming/. */
export type ForgottenKind = 'session' | 'recording';

/** Structurally DynamoDB's attribute values. */
export interface TombstoneKey {
  readonly session_id: { readonly S: string };
  readonly timestamp: { readonly N: string };
}

export interface Tombstone extends TombstoneKey {
  /** Absent for one that is kept forever. */
  readonly ttl?: { readonly N: string };
}

/** No other use of SHA-256 in this product has the same input. */
const DOMAIN = 'sonotheia-terraform/forgotten/v1';
/** Of a recording without a session id; see `toAudioEvent`. */
const OF_A_KEY = 'audio#';

/**
 * The key of a tombstone: `delivery#forgotten#<digest>`, 0. No sender can write there, and every reader skips it. The
 * digest has no salt, because the functions must find it from the id alone: whoever knows an id can tell that it was
 * forgotten, and nobody else learns it.
 */
export function tombstoneKey(kind: ForgottenKind, id: string): TombstoneKey {
  const digest = sha256Hex(`${DOMAIN}/${kind}\n${id}`);
  return { session_id: { S: `delivery#forgotten#${digest}` }, timestamp: { N: '0' } };
}

/**
 * Whether events of this partition are refused once a tombstone names it. A recording without a session id has a partition
 * of its key, which the next recording of another person may use again: there only uploads are forgotten, by their markers.
 */
export function isForgettable(sessionId: string): boolean {
  return !sessionId.startsWith(OF_A_KEY);
}

export interface ForgottenItems {
  readonly nowMs: number;
  /** Time of the latest event; absent without one. An event may be dated in the future. */
  readonly latestMs?: number;
  /** Whether a marker of the session has no `ttl`: an event without a time can be replayed at any time. */
  readonly isUndated?: boolean;
}

/**
 * Builds the item that makes the functions refuse everything of a session (its partition key, `session_id` as stored) or
 * of an upload that is gone (its key under incoming/). Put it into the table of EVERY region, without a condition, BEFORE
 * anything is deleted. A delivery that did not see it yet (the functions' reads are eventually consistent) ends within a few
 * seconds, that of a recording within the audio processor's timeout (`lambda.timeout`): look again after that. Then
 * - delete the markers that name the session (`event_session_id`), except those of uploads, `delivery#audio#…`: apply
 *   FORGET_MARKER to these, which makes them tombstones of their uploads; their keys are digests already;
 * - write no tombstone of a session that is not `isForgettable`.
 * Writing one again only makes it last longer.
 */
export function buildTombstone(
  kind: ForgottenKind,
  id: string,
  { nowMs, latestMs = nowMs, isUndated = false }: ForgottenItems,
): Tombstone {
  const until = recognizedUntil(isUndated ? undefined : latestMs, nowMs);
  return { ...tombstoneKey(kind, id), ...(until === null ? {} : { ttl: { N: String(until) } }) };
}

/**
 * The update that takes the session out of an upload's marker and leaves the digest and the `ttl`: a late notification is
 * then recognised, neither analyzed nor stored. Also right for a marker that was forgotten before.
 */
export const FORGET_MARKER = {
  UpdateExpression: 'SET forgotten = :true REMOVE event_session_id, event_timestamp',
  ConditionExpression: 'attribute_exists(session_id)',
  ExpressionAttributeValues: { ':true': { BOOL: true } },
} as const;
