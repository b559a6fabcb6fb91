// What the table holds, and the rules for its keys. Receives ids and times, promises keys that never collide.
import { createHash } from 'node:crypto';
import { isWellFormed, type JsonObject } from './json.ts';
import { readId } from './read-values.ts';

/** `stored`: in the table, not yet known to be announced. `announced`: everything about it is done. */
export type EventStatus = 'stored' | 'announced';

/** Where a recording ended, once that is known. */
export interface Filing {
  /** `copied`: under its target key, and still under incoming/, too. `unfiled`: only where it was. */
  readonly status: 'filed' | 'copied' | 'unfiled';
  /** What stood in the way, and at which step. */
  readonly code?: string;
  readonly step?: string;
  /** Kept as `data.target_key`. */
  readonly targetKey?: string;
}

export interface SessionEvent {
  /** Partition key: the sender's session id, or a namespaced one (`case#…`). */
  readonly sessionId: string;
  /** Sort key: Unix seconds as decimal text, with a fraction of 25 digits that a double could not hold. */
  readonly timestamp: string;
  /** What consumers deduplicate by. */
  readonly eventId: string;
  /** What we deduplicate by: the event id within the namespace of where it came from. */
  readonly dedupeKey: string;
  readonly eventType: string;
  readonly data: JsonObject;
  readonly metadata?: JsonObject;
  readonly status: EventStatus;
  readonly filing?: Filing;
  /** When the handler first saw it, ISO 8601. */
  readonly receivedAt: string;
  /** Unix seconds after which DynamoDB deletes the item. */
  readonly ttl: number;
  /** Unix seconds until which a redelivery is recognised; `null`: for good; absent: as long as the item lives. */
  readonly recognizedUntil?: number | null;
  /** Another partition that refers to the item, so that a case's events are found together. */
  readonly caseKey?: string;
}

const RESERVED_NAMESPACE = /^(?:session|enrollment|case|event|audio|delivery)#/;
const MAX_SESSION_ID_CHARACTERS = 256;
const FRACTION_DIGITS = 22;

/**
 * Accepts a session id from outside as a partition key. One that looks like a key of ours is prefixed, so
 * that no sender can write into `delivery#…` or `case#…`. Returns undefined for what cannot be a key.
 */
export function toSessionKey(value: unknown): string | undefined {
  const id = readId(value);
  if (id === undefined || id.length > MAX_SESSION_ID_CHARACTERS || !isWellFormed(id)) return undefined;
  return RESERVED_NAMESPACE.test(id) ? `session#${id}` : id;
}

/**
 * Sort key for an event: Unix seconds with milliseconds, then 22 digits drawn from the event's identity. Two
 * events of one session in one millisecond differ; DynamoDB keeps 38 digits, a JavaScript number about 16.
 */
export function toSortKey(timeMs: number, dedupeKey: string): string {
  const seconds = Math.floor(timeMs / 1000);
  const milliseconds = String(Math.floor(timeMs % 1000)).padStart(3, '0');
  const digest = BigInt(`0x${sha256Hex(dedupeKey)}`) % 10n ** BigInt(FRACTION_DIGITS);
  return `${seconds}.${milliseconds}${String(digest).padStart(FRACTION_DIGITS, '0')}`;
}

/** Unix seconds at which an item received at `nowMs` expires. */
export function expiryOf(nowMs: number, ttlDays: number): number {
  return Math.floor(nowMs / 1000) + ttlDays * 86_400;
}

export function sha256Hex(input: string | Uint8Array): string {
  return createHash('sha256').update(input).digest('hex');
}
