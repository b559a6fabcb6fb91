// Receives verified bytes, promises a well-formed event or undefined; headers serve only as a last resort.
import {
  isDeeperThan,
  isJsonObject,
  isWellFormed,
  type JsonObject,
  type JsonValue,
  parseJson,
} from '../shared/json.ts';
import { parseTimeMs, sha256Hex, toSessionKey } from '../shared/session-event.ts';

export interface WebhookEvent {
  readonly eventId: string;
  readonly dedupeKey: string;
  readonly eventType: string;
  readonly sessionId: string;
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
  const identity = identifyEvent(envelope.event_id ?? envelope.id, headerId, body);
  if (!identity) return undefined;
  return {
    ...identity,
    eventType,
    sessionId: deriveSessionId(data, identity.eventId),
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
 * The event's id, and the key it is deduplicated by. A header is not covered by the signature: an id
 * from there counts only together with the body, else a replayed body could claim another event's id and
 * have the genuine one taken for a duplicate.
 */
function identifyEvent(
  bodyId: JsonValue | undefined,
  headerId: string | undefined,
  body: Uint8Array,
): Pick<WebhookEvent, 'eventId' | 'dedupeKey'> | undefined {
  if (bodyId !== undefined && bodyId !== null) {
    const valid =
      typeof bodyId === 'string' &&
      bodyId !== '' &&
      bodyId.length <= MAX_EVENT_ID_CHARACTERS &&
      isWellFormed(bodyId);
    return valid ? { eventId: bodyId, dedupeKey: `event#${bodyId}` } : undefined;
  }
  const bodyDigest = sha256Hex(body);
  if (headerId !== undefined && HEADER_ID.test(headerId)) {
    return { eventId: headerId, dedupeKey: `header#${sha256Hex(`${headerId}\n${bodyDigest}`)}` };
  }
  return { eventId: `body_${bodyDigest.slice(0, 32)}`, dedupeKey: `body#${bodyDigest}` };
}

/** Events without a session are filed under what they are about, never under one constant key. */
function deriveSessionId(data: JsonObject, eventId: string): string {
  const sessionId = toSessionKey(data.session_id);
  if (sessionId !== undefined) return sessionId;
  if (toSessionKey(data.enrollment_id) !== undefined) return `enrollment#${data.enrollment_id}`;
  if (toSessionKey(data.case_id) !== undefined) return `case#${data.case_id}`;
  return `event#${eventId}`;
}
