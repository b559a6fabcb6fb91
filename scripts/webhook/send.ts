// Sends events to an endpoint as Sonotheia does: same headers, and a signature of the body's exact bytes.

import { randomUUID } from 'node:crypto';
import { Problem } from '../../generator/command-line/problem.ts';
import { withinTime } from '../../generator/command-line/within-time.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import { formatCount } from '../../generator/text/format-count.ts';
import { formatTable } from '../../generator/text/format-table.ts';
import { TEST_MEMBER } from '../../handlers/webhook_handler/parse-event.ts';
import deepfakeCompleted from '../local/events/deepfake.completed.json' with { type: 'json' };
import deepfakeFailed from '../local/events/deepfake.failed.json' with { type: 'json' };
import mfaCompleted from '../local/events/mfa.completed.json' with { type: 'json' };
import mfaEnrollment from '../local/events/mfa.enrollment.completed.json' with { type: 'json' };
import mfaFailed from '../local/events/mfa.failed.json' with { type: 'json' };
import sarFiled from '../local/events/sar.filed.json' with { type: 'json' };
import sarSubmitted from '../local/events/sar.submitted.json' with { type: 'json' };
import healthCheck from '../local/events/system.health_check.json' with { type: 'json' };
import { sign } from '../local/webhook-request.ts';
import { pace } from '../operator/pace.ts';
import { readNumber } from '../operator/read-number.ts';
import { readWindow } from '../operator/read-window.ts';
import { findEndpoint, openApi, requireSecret } from './endpoint.ts';
import type { WebhookOperation } from './options.ts';
import type { UndeliveredEvent } from './webhooks-api.ts';

export const SAMPLES: readonly UndeliveredEvent[] = [
  deepfakeCompleted,
  deepfakeFailed,
  mfaCompleted,
  mfaFailed,
  mfaEnrollment,
  sarSubmitted,
  sarFiled,
  healthCheck,
];
const SAMPLE_TYPES = SAMPLES.map(({ event_type }) => String(event_type));
/** Sonotheia gives up after five seconds; a request through a proxy may take longer. */
const LONGEST_ANSWER_MS = 15_000;

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** Sends a sample with an id and a session of its own; returns whether Sonotheia would count it as delivered. */
export async function sendSample(operation: WebhookOperation, spec: ResolvedSpec): Promise<boolean> {
  const { values, terminal } = operation;
  const sample = findSample(values.event);
  const endpoint = await findEndpoint(operation, spec);
  const secret = await requireSecret(operation, endpoint.stack, 'webhook_secret');
  const event = freshen(sample);
  const { status, text } = await post(operation, endpoint.url, event, secret);
  terminal.print(`${event.event_type} ${event.event_id}: ${status ?? 'no answer'} ${text}`);
  return isDelivered(status);
}

/**
 * Sends the events that Sonotheia gave up since `--since`, with their original ids. The function recognises those that are in
 * the table already, so a replay can be repeated.
 */
export async function replayUndelivered(operation: WebhookOperation, spec: ResolvedSpec): Promise<boolean> {
  const { values, terminal, signal, onInterrupt } = operation;
  const since = new Date(readWindow({ since: values.since, until: undefined }, Date.now()).since);
  const rate = readNumber('rate', values.rate, 100);
  const endpoint = await findEndpoint(operation, spec);
  const api = await openApi(operation, endpoint);
  const secret = await requireSecret(operation, endpoint.stack, 'webhook_secret');
  const { events, hasMore } = await api.listUndelivered(since);
  if (events.length === 0) {
    terminal.note(`Sonotheia has no undelivered events since ${since.toISOString()}.`);
    return true;
  }
  const name = endpoint.stack.environment.name;
  const question = `${formatCount(events.length, 'event')} since ${since.toISOString()}, to be sent to ${endpoint.url}.`;
  if (!values.yes) await terminal.confirm(question, name);
  const rows: string[][] = [];
  onInterrupt('Run it again: events that arrived are recognised.');
  for (const event of events) {
    signal.throwIfAborted();
    const startedAtMs = Date.now();
    const { status, text } = await post(operation, endpoint.url, event, secret);
    const outcome = isDelivered(status) ? 'delivered' : 'FAILED';
    const detail = outcome === 'FAILED' ? text.slice(0, 100) : '';
    rows.push([
      String(event.event_id ?? event.id ?? '-'),
      String(event.event_type ?? event.type ?? '-'),
      outcome,
      String(status ?? '-'),
      detail,
    ]);
    await pace(startedAtMs, rate, signal);
  }
  terminal.print(formatTable(['event', 'type', 'outcome', 'status', 'detail'], rows));
  const failed = rows.filter(([, , outcome]) => outcome === 'FAILED').length;
  if (failed > 0) terminal.note(`${failed} of ${rows.length} failed; run it again to try them once more.`);
  if (hasMore)
    terminal.note(
      'Sonotheia has more undelivered events, but gave no cursor for the next page: run it again.',
    );
  return failed === 0 && !hasMore;
}

function findSample([type = 'system.health_check', ...others]: readonly string[]): UndeliveredEvent {
  if (others.length > 0) throw new Problem({ what: 'One event at a time.', fix: 'give --event once' });
  const sample = SAMPLES.find(({ event_type }) => event_type === type);
  if (sample !== undefined) return sample;
  throw new Problem({
    what: `There is no sample of ${type}.${suggest(type, SAMPLE_TYPES)}`,
    fix: `give one of ${SAMPLE_TYPES.join(', ')}`,
  });
}

/** Replaces a sample's session, so that it cannot match a real one, and marks it as a test. */
export function freshen(sample: UndeliveredEvent): UndeliveredEvent {
  const id = randomUUID();
  const data = typeof sample.data === 'object' && sample.data !== null ? sample.data : {};
  const session = 'session_id' in data ? { session_id: `sample-${id}` } : {};
  return {
    ...sample,
    event_id: `evt_sample_${id}`,
    timestamp: new Date().toISOString(),
    [TEST_MEMBER]: true,
    data: { ...data, ...session },
  };
}

async function post(
  { signal }: WebhookOperation,
  url: string,
  event: UndeliveredEvent,
  secret: string,
): Promise<Answer> {
  const body = JSON.stringify(event);
  try {
    return await withinTime(LONGEST_ANSWER_MS, signal, async (limit) => {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-sonotheia-signature': sign(body, secret),
          'x-sonotheia-event': String(event.event_type ?? event.type ?? ''),
          'x-sonotheia-event-id': String(event.event_id ?? event.id ?? ''),
          'x-sonotheia-timestamp': new Date().toISOString(),
        },
        redirect: 'manual',
        signal: limit,
      });
      return { status: response.status, text: await response.text() };
    });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: undefined, text: cause instanceof Error ? cause.message : String(cause) };
  }
}

function isDelivered(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
