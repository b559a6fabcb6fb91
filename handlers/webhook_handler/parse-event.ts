// Parses a verified body into an event. Uses the unsigned id header only when the body has no id.
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
  /** Partition key of the event's case, when it differs from the session's. */
  readonly caseKey?: string;
  /** Time in the body, in milliseconds since the epoch; undefined without a valid one. */
  readonly timeMs: number | undefined;
  readonly data: JsonObject;
  readonly metadata?: JsonObject;
  readonly isTest: boolean;
}

/**
 * Member of the envelope with which the operators' commands mark what they send. It is signed, and it is not in `data` or
 * `metadata`, into which Sonotheia may copy what a caller chose: nobody can hide a result by it.
 */
export const TEST_MEMBER = 'sonotheia_terraform_test';

/** Far deeper than real events, and far below a stack overflow. */
const MAX_DEPTH = 200;
// Printable ASCII: SNS refuses control characters in message attributes.
const EVENT_TYPE = /^[\x21-\x7e]{1,128}$/;
const HEADER_ID = /^[\x21-\x7e]{1,128}$/;
const MAX_EVENT_ID_CHARACTERS = 256;

/**
 * Parses an event in either envelope (`event_id`/`event_type`/`timestamp`, or the older `id`/`type`/
 * `data.timestamp`). Accepts unknown types and fields; returns undefined for a malformed event.
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
    isTest: envelope[TEST_MEMBER] === true,
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
 * Returns the event's id and its dedupeKey. The dedupeKey comes only from the signed body: from the id, or from the
 * body's digest when it has none. The id in the header is not signed, so it may only name an event without an id: one
 * body never becomes two events, and the item's key does not depend on the header.
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

/** Events without a session use their enrollment, case or event id: a constant key would overload one partition. */
function deriveSessionId(data: JsonObject, ownId: string): string {
  const sessionId = toSessionKey(data.session_id);
  if (sessionId !== undefined) return sessionId;
  if (toSessionKey(data.enrollment_id) !== undefined) return `enrollment#${readId(data.enrollment_id)}`;
  return deriveCaseKey(data) ?? `event#${ownId}`;
}

function deriveCaseKey(data: JsonObject): string | undefined {
  return toSessionKey(data.case_id) === undefined ? undefined : `case#${readId(data.case_id)}`;
}
