// Receives verified bytes, promises a well-formed event or undefined; headers serve only as a last resort.
import {
  isDeeperThan,
  isJsonObject,
  isWellFormed,
  type JsonObject,
  type JsonValue,
  parseJson,
} from '../shared/json.ts';
import { parseTimeMs, readId } from '../shared/read-values.ts';
import { sha256Hex, toSessionKey } from '../shared/session-event.ts';

export interface WebhookEvent {
  readonly eventId: string;
  readonly dedupeKey: string;
  readonly eventType: string;
  readonly sessionId: string;
  /** The partition of the case that the event is about, where that is not its session. */
  readonly caseKey?: string;
  /** The body's own time; undefined when it bears none that makes sense. */
  readonly timeMs: number | undefined;
  readonly data: JsonObject;
  readonly metadata?: JsonObject;
}

/** Far more than any event needs, far less than what overflows the stack. */
const MAX_DEPTH = 200;
// Printable ASCII: SNS refuses control characters in message attributes.
const EVENT_TYPE = /^[\x21-\x7e]{1,128}$/;
const HEADER_ID = /^[\x21-\x7e]{1,128}$/;
const MAX_EVENT_ID_CHARACTERS = 256;

/**
 * Parses an event in either envelope (`event_id`/`event_type`/`timestamp`, or the older `id`/`type`/
 * `data.timestamp`). Unknown types and fields are fine.
 */
export function parseEvent(body: Uint8Array, headerId: string | undefined): WebhookEvent | undefined {
  const envelope = parseObject(body);
  if (!envelope) return undefined;
  const { data, metadata } = envelope;
  const eventType = envelope.event_type ?? envelope.type;
  if (typeof eventType !== 'string' || !EVENT_TYPE.test(eventType) || !isJsonObject(data)) return undefined;
  const identity = identifyEvent(envelope, headerId, body);
  if (!identity) return undefined;
  const { ownId, ...ids } = identity;
  const sessionId = deriveSessionId(data, ownId);
  const caseKey = deriveCaseKey(data);
  return {
    ...ids,
    eventType,
    sessionId,
    ...(caseKey !== undefined && caseKey !== sessionId ? { caseKey } : {}),
    timeMs: parseTimeMs(envelope.timestamp) ?? parseTimeMs(data.timestamp),
    data,
    ...(isJsonObject(metadata) ? { metadata } : {}),
  };
}

function parseObject(body: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isJsonObject(value) && !isDeeperThan(value, MAX_DEPTH) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The event's id, and the key it is deduplicated by. Both come from the signed body. A body without an id is known by
 * its digest; the header's id, which nobody signed, then only names the event: it makes no second event of one body,
 * and has no part in the item's key.
 */
function identifyEvent(
  envelope: JsonObject,
  headerId: string | undefined,
  body: Uint8Array,
): (Pick<WebhookEvent, 'eventId' | 'dedupeKey'> & { readonly ownId: string }) | undefined {
  const given = [envelope.event_id, envelope.id].find(
    (id) => id !== undefined && id !== null && !isBlank(id),
  );
  if (given !== undefined) {
    const id = readId(given);
    if (id === undefined || id.length > MAX_EVENT_ID_CHARACTERS || !isWellFormed(id)) return undefined;
    return { eventId: id, ownId: id, dedupeKey: `event#${id}` };
  }
  const digest = sha256Hex(body);
  const ownId = `body_${digest.slice(0, 32)}`;
  const isNamed = headerId !== undefined && HEADER_ID.test(headerId);
  return { eventId: isNamed ? headerId : ownId, ownId, dedupeKey: `body#${digest}` };
}

function isBlank(value: JsonValue): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** Events without a session are filed under what they are about, never under one constant key. */
function deriveSessionId(data: JsonObject, ownId: string): string {
  const sessionId = toSessionKey(data.session_id);
  if (sessionId !== undefined) return sessionId;
  if (toSessionKey(data.enrollment_id) !== undefined) return `enrollment#${readId(data.enrollment_id)}`;
  return deriveCaseKey(data) ?? `event#${ownId}`;
}

function deriveCaseKey(data: JsonObject): string | undefined {
  return toSessionKey(data.case_id) === undefined ? undefined : `case#${readId(data.case_id)}`;
}
