// The requests to the webhook and their answers, with the reason of each answer.
import { parseEvent } from '../../../handlers/webhook_handler/parse-event.ts';
import type { Answered } from '../gateway/local-gateway.ts';

export interface ExchangeRecord {
  readonly at: string;
  readonly eventType?: string;
  readonly sessionId?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Base64, if the bytes are not UTF-8. */
  readonly bytes?: string;
  /** The body was too long to be kept whole. */
  readonly isCut: boolean;
  readonly status: number;
  readonly answer: string;
  readonly durationMs: number;
  readonly why: string;
}

/** The function's limit of a body is 256 KB. */
const MAX_KEPT_BYTES = 64 * 1024;
const MAX_ANSWER_CHARACTERS = 4_096;

const WHY: Readonly<Record<string, string>> = {
  stored: 'The signature is valid, and the event was stored and announced.',
  duplicate: 'The event is in the table already: it was neither stored nor announced again.',
  unauthenticated: 'The signature fits neither the current nor the previous secret.',
  undecided: 'The signature does not fit, and the secret could not be read again: the sender retries.',
  forgotten: 'The session was forgotten: the event is acknowledged, and neither stored nor announced.',
  malformed: 'The body is no JSON object, or has no event type.',
  too_old: 'The event is older than the function accepts.',
  too_large: 'The body has more than 256 KB.',
  unavailable: 'The function did not finish in time: the sender retries.',
  REQUEST_TOO_LARGE: 'API Gateway takes bodies of 10 MB at most.',
  MISSING_AUTHENTICATION_TOKEN: 'The API has no such route.',
  THROTTLED: 'The throttle of the stage: the sender retries.',
  INTEGRATION_TIMEOUT: 'The function did not answer within 29 seconds.',
  DEFAULT_5XX: 'The function crashed or timed out: the sender retries.',
};

/** `outcome` is from the function's log line about the request. */
export function describeExchange(
  { headers, body, answer, durationMs, gatewayResponse }: Answered,
  at: string,
  outcome: string | undefined,
): ExchangeRecord {
  const text = body.toString();
  const event = parseEvent(body, undefined);
  const kept = body.length > MAX_KEPT_BYTES ? body.subarray(0, MAX_KEPT_BYTES) : body;
  const isText = Buffer.from(text).equals(body);
  return {
    at,
    ...(event === undefined ? {} : { eventType: event.eventType, sessionId: event.sessionId }),
    headers,
    body: kept.toString(),
    ...(isText ? {} : { bytes: kept.toString('base64') }),
    isCut: kept.length < body.length,
    status: answer.status,
    answer: answer.body.toString().slice(0, MAX_ANSWER_CHARACTERS),
    durationMs: Math.round(durationMs),
    why: WHY[gatewayResponse ?? outcome ?? ''] ?? `The function answered ${answer.status}.`,
  };
}
