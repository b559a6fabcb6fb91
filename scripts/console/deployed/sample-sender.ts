// Sends test events to the deployed webhook, and keeps the answers for the page.

import { randomUUID } from 'node:crypto';
import { Problem } from '../../../generator/command-line/problem.ts';
import { withinTime } from '../../../generator/command-line/within-time.ts';
import { TEST_MEMBER } from '../../../handlers/webhook_handler/parse-event.ts';
import { sign } from '../../local/webhook-request.ts';
import { freshen, SAMPLES } from '../../webhook/send.ts';
import type { Exchange, SampleEvent, SendRequest } from '../source-data.ts';

const MAX_KEPT = 200;
const LONGEST_ANSWER_MS = 15_000;

export interface Target {
  readonly url: string;
  readonly secret: string;
}

const WHY: Readonly<Record<number, string>> = {
  200: 'The signature is valid, and the event is in the table.',
  400: 'The body is no event, or the event is too old.',
  401: 'The signature fits neither the current nor the previous secret.',
  403: 'The firewall, the allow list or API Gateway refused the request.',
  413: 'The body is too large.',
  429: 'The throttle of the stage: the sender retries.',
  503: 'The function did not finish in time: the sender retries.',
};

export class SampleSender {
  readonly #findTarget: () => Promise<Target>;
  #target: Promise<Target> | undefined;
  /** Newest first. */
  readonly exchanges: Exchange[] = [];

  constructor(findTarget: () => Promise<Target>) {
    this.#findTarget = findTarget;
  }

  /** With ids of their own, marked as tests. */
  samples(): readonly SampleEvent[] {
    return SAMPLES.map((sample) => ({
      name: String(sample.event_type),
      body: JSON.stringify(freshen(sample), null, 2),
    }));
  }

  /** @throws Problem for an event that is not marked as a test */
  async send(request: SendRequest): Promise<readonly Exchange[]> {
    const earlier = 'replay' in request ? this.exchanges.find(({ id }) => id === request.replay) : undefined;
    if ('replay' in request && earlier === undefined)
      throw new Problem({ what: 'This request is no longer kept.' });
    const body = 'body' in request ? request.body : (earlier?.request.body ?? '');
    checkIsTest(body);
    const { url, secret } = await this.#openTarget();
    const headers =
      earlier?.request.headers ??
      describeHeaders(body, 'body' in request ? request.signature : 'valid', secret);
    const sent: Exchange[] = [];
    for (let time = 0; time < ('times' in request ? request.times : 1); time += 1)
      sent.push(await post(url, headers, body));
    this.exchanges.unshift(...sent.toReversed());
    this.exchanges.length = Math.min(this.exchanges.length, MAX_KEPT);
    return sent;
  }

  async #openTarget(): Promise<Target> {
    this.#target ??= this.#findTarget();
    this.#target.catch(() => {
      this.#target = undefined;
    });
    return await this.#target;
  }
}

/** A real-looking event in a real table would reach the subscribers as one. */
function checkIsTest(body: string): void {
  const event = parse(body);
  if (event?.[TEST_MEMBER] === true) return;
  throw new Problem({
    what: 'Only events that are marked as tests are sent to a deployed environment.',
    why: 'Its subscribers would take it for a real one.',
    fix: `keep "${TEST_MEMBER}": true in the body`,
  });
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function describeHeaders(
  body: string,
  signature: 'valid' | 'forged' | 'missing',
  secret: string,
): Record<string, string> {
  const event = parse(body);
  const text = (name: string): string => String(event?.[name] ?? '').replace(/[^\x20-\x7e]/g, '');
  return {
    'content-type': 'application/json',
    ...(signature === 'missing'
      ? {}
      : { 'x-sonotheia-signature': sign(body, signature === 'valid' ? secret : 'not the secret') }),
    'x-sonotheia-event': text('event_type'),
    'x-sonotheia-event-id': text('event_id'),
    'x-sonotheia-timestamp': new Date().toISOString(),
  };
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Exchange> {
  const startedAt = Date.now();
  const event = parse(body);
  const data = event?.data as { readonly session_id?: unknown } | undefined;
  const answer = await withinTime(LONGEST_ANSWER_MS, undefined, async (signal) => {
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    return { status: response.status, body: await response.text() };
  }).catch((error: unknown) => ({
    status: 0,
    body: error instanceof Error ? String(error.cause ?? error) : String(error),
  }));
  return {
    id: randomUUID(),
    at: new Date(startedAt).toISOString(),
    ...(typeof event?.event_type === 'string' ? { eventType: event.event_type } : {}),
    ...(typeof data?.session_id === 'string' ? { sessionId: data.session_id } : {}),
    request: { headers, body },
    answer: { ...answer, durationMs: Date.now() - startedAt },
    why:
      answer.status === 0
        ? 'There was no answer.'
        : (WHY[answer.status] ?? `The endpoint answered ${answer.status}.`),
  };
}
