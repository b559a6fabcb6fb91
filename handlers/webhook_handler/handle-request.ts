// Answers one API Gateway event within the deadline. Never throws.
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { errorCodeOf } from '../shared/codes.ts';
import { describeError } from '../shared/describe-error.ts';
import { toEventTypeDimension } from '../shared/event-types.ts';
import { matchRoute, readDelivery, respond } from './http.ts';
import { receiveEvent, type WebhookOutcome, type WebhookPorts } from './receive-event.ts';

/** The sender's timeout is 5 s; one second is reserved for the network and a cold start. */
const DEADLINE_MS = 4_000;
const ANSWER_MS = 500;

/** Returns the time for the work, in ms, of a function that Lambda stops after `remainingMs`. */
export function deadlineMs(remainingMs: number): number {
  return Math.max(0, Math.min(DEADLINE_MS, remainingMs - ANSWER_MS));
}

/** Answers a request. A failure that a retry may cure is a 503, which makes the sender retry. */
export async function handleRequest(
  event: APIGatewayProxyEvent,
  ports: WebhookPorts,
  limitMs: number,
): Promise<APIGatewayProxyResult> {
  switch (matchRoute(event)) {
    case 'webhook':
      return handleWebhook(event, ports, limitMs);
    case 'health':
      return respond(200, { status: 'healthy', timestamp: toWholeSeconds(ports.clock.nowMs()) });
    case 'method_not_allowed':
      return fail(405, 'method_not_allowed');
    default:
      return fail(404, 'not_found');
  }
}

async function handleWebhook(
  event: APIGatewayProxyEvent,
  ports: WebhookPorts,
  limitMs: number,
): Promise<APIGatewayProxyResult> {
  const delivery = readDelivery(event);
  const request = { request_id: event.requestContext?.requestId ?? 'unknown' };
  if (!delivery) {
    ports.telemetry.warn('Webhook refused', { ...request, outcome: 'too_large' });
    return fail(413, 'payload_too_large');
  }
  const startedAtMs = ports.clock.nowMs();
  const measure = () => ({
    ...request,
    size_bytes: delivery.body.length,
    duration_ms: ports.clock.nowMs() - startedAtMs,
  });
  try {
    const outcome = await withDeadline(limitMs, (signal) => receiveEvent(delivery, ports, signal));
    return answer(outcome, ports, measure());
  } catch (error) {
    ports.telemetry.error('Webhook not finished, the sender will retry', {
      ...measure(),
      outcome: 'unavailable',
      error: describeError(error),
    });
    return unavailable();
  }
}

function answer(
  outcome: WebhookOutcome,
  { telemetry }: WebhookPorts,
  fields: { request_id: string; size_bytes: number; duration_ms: number },
): APIGatewayProxyResult {
  switch (outcome.kind) {
    case 'unauthenticated':
      telemetry.count('VerificationFailures');
      telemetry.warn('Webhook refused', { ...fields, outcome: outcome.kind });
      return fail(401, 'invalid_signature');
    case 'undecided':
      telemetry.count('VerificationFailures');
      telemetry.warn('Webhook not verified, the sender will retry', { ...fields, outcome: outcome.kind });
      return unavailable();
    case 'malformed':
      telemetry.warn('Webhook refused', { ...fields, outcome: outcome.kind });
      return fail(400, 'invalid_payload');
    case 'too_old':
      telemetry.warn('Webhook refused', { ...fields, outcome: outcome.kind });
      return fail(400, 'event_too_old');
    case 'forgotten': {
      const { eventId, eventType } = outcome.event;
      telemetry.count('EventsReceived', { event_type: toEventTypeDimension(eventType) });
      telemetry.count('EventsForgotten');
      // Without ids: the log must not name again who was forgotten.
      telemetry.info('Webhook accepted', { ...fields, event_type: eventType, outcome: outcome.kind });
      return respond(200, { status: 'success', event_id: eventId });
    }
    case 'accepted': {
      const { eventId, eventType, sessionId, status, risk, data } = outcome.event;
      telemetry.count('EventsReceived', { event_type: toEventTypeDimension(eventType) });
      if (outcome.duplicate) telemetry.count('DuplicateEvents');
      // With its announcement, not again with each redelivery.
      if (status === 'stored' && risk === 'unknown' && errorCodeOf(data) === undefined)
        telemetry.count('ScoresMissing');
      telemetry.info('Webhook accepted', {
        ...fields,
        event_id: eventId,
        event_type: eventType,
        session_id: sessionId,
        outcome: outcome.duplicate ? 'duplicate' : 'stored',
      });
      return respond(200, { status: 'success', event_id: eventId });
    }
  }
}

function unavailable(): APIGatewayProxyResult {
  return fail(503, 'service_unavailable', { 'Retry-After': '5' });
}

function fail(statusCode: number, error: string, headers?: Record<string, string>): APIGatewayProxyResult {
  return respond(statusCode, { status: 'error', error }, headers);
}

/** Runs the work and rejects after `limitMs`, even if the work ignores the signal. */
async function withDeadline<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineError(`Not done within ${limitMs} ms`);
      controller.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    return await Promise.race([work(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

function toWholeSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
