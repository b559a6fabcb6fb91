// The items of the sessions table, and the rules for their keys.
import { createHash } from 'node:crypto';
import { isWellFormed, type JsonObject } from './json.ts';
import { readId } from './read-values.ts';
import type { StoredEvent, Filing as StoredFiling } from './session-item-v1.ts';

/** `stored`: in the table, perhaps not announced yet. `announced`: published on the results topic. */
export type EventStatus = StoredEvent['status'];

/** The location of a recording after processing. */
export interface Filing extends Readonly<StoredFiling> {
  /** Stored as `data.target_key`. */
  readonly targetKey?: string;
}

export interface SessionEvent {
  /** Partition key: the sender's session id, or a namespaced one (`case#…`). */
  readonly sessionId: string;
  /** Sort key: Unix seconds as decimal text with 25 decimals, more than a double can hold. */
  readonly timestamp: string;
  /** The id by which consumers deduplicate. */
  readonly eventId: string;
  /** The key by which the functions deduplicate: the event id, prefixed with the namespace of its source. */
  readonly dedupeKey: string;
  readonly eventType: string;
  readonly data: JsonObject;
  readonly metadata?: JsonObject;
  readonly status: EventStatus;
  readonly filing?: Filing;
  /** By the thresholds at the time of receipt; absent for an event that is not about a risk, or of an earlier release. */
  readonly risk?: NonNullable<StoredEvent['risk']>;
  /** Sent by a person to try the stack: `smoke`, `webhook send`. */
  readonly isTest: boolean;
  /** Time of the first delivery, ISO 8601. */
  readonly receivedAt: string;
  /** Unix seconds after which DynamoDB deletes the item. */
  readonly ttl: number;
  /** Unix seconds until which a redelivery is recognised; `null`: forever; absent: as long as the item exists. */
  readonly recognizedUntil?: number | null;
  /** Partition key of the event's case, where a reference to the item makes all events of the case queryable. */
  readonly caseKey?: string;
}

/** The key of the event's item. */
export type EventKey = Pick<SessionEvent, 'sessionId' | 'timestamp'>;

const RESERVED_NAMESPACE = /^(?:session|enrollment|case|event|audio|delivery)#/;
const MAX_SESSION_ID_CHARACTERS = 256;
const FRACTION_DIGITS = 22;

/**
 * Turns a session id of a sender into a partition key. An id with a reserved prefix gets the prefix `session#`, so that
 * no sender can write into `delivery#…` or `case#…`. Undefined when it is not an id of at most 256 characters.
 */
export function toSessionKey(value: unknown): string | undefined {
  const id = readId(value);
  if (id === undefined || id.length > MAX_SESSION_ID_CHARACTERS || !isWellFormed(id)) return undefined;
  return RESERVED_NAMESPACE.test(id) ? `session#${id}` : id;
}

/**
 * Returns the sort key of an event: Unix seconds with milliseconds, then 22 digits of a digest of `dedupeKey`, so that
 * two events of one session in one millisecond differ. DynamoDB keeps 38 digits, a JavaScript number about 16.
 */
export function toSortKey(timeMs: number, dedupeKey: string): string {
  const seconds = Math.floor(timeMs / 1000);
  const milliseconds = String(Math.floor(timeMs % 1000)).padStart(3, '0');
  const digest = BigInt(`0x${sha256Hex(dedupeKey)}`) % 10n ** BigInt(FRACTION_DIGITS);
  return `${seconds}.${milliseconds}${String(digest).padStart(FRACTION_DIGITS, '0')}`;
}

/** Returns the Unix seconds at which an item received at `nowMs` expires. */
export function expiryOf(nowMs: number, ttlDays: number): number {
  return Math.floor(nowMs / 1000) + ttlDays * 86_400;
}

export function sha256Hex(input: string | Uint8Array): string {
  return createHash('sha256').update(input).digest('hex');
}
