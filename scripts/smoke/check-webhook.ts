// Calls the stack's API as Sonotheia does.

import { setTimeout as sleep } from 'node:timers/promises';
import { withinTime } from '../../generator/command-line/within-time.ts';
import { TEST_MEMBER } from '../../handlers/webhook_handler/parse-event.ts';
import { sign } from '../local/webhook-request.ts';
import { readSecret, SECRET_KINDS, type SecretVersion } from '../operator/secret-store.ts';
import { CheckFailure, pollUntil } from './check.ts';
import { KEPT_MS } from './check-api-key.ts';
import type { SmokeContext } from './smoke-context.ts';
import { findItems } from './traces.ts';

/** The sender gives up after five seconds; a request through a proxy may take longer. */
const LONGEST_ANSWER_MS = 15_000;
const STORED_WITHIN_MS = 10_000;
/** As in handlers/shared/secret-cache.ts. */
const LOOKED_UP_EVERY_MS = 30_000;
const AGAIN_AFTER_MS = 5_000;

export async function checkHealth(context: SmokeContext): Promise<string> {
  const { status, body } = await ask(context, 'health', { method: 'GET' });
  if (status === 200 && body.includes('"healthy"')) return '200 healthy';
  throw new CheckFailure(describeAnswer(status, body));
}

/** Sends a health check's event, which raises no alarm. */
export async function checkWebhook(context: SmokeContext): Promise<string> {
  const { sessionId, signal } = context;
  const body = describeEvent(sessionId);
  const beganMs = Date.now();
  const answer = await postUntilKnown(context, body, await findSigningSecret(context));
  if (answer.status !== 200) throw new CheckFailure(describeAnswer(answer.status, answer.body));
  const waited = answer.attempts > 1 ? ` after ${Math.round((Date.now() - beganMs) / 1000)} s` : '';
  const failure = 'acknowledged with 200, but not in the table';
  const item = await pollUntil(
    async () =>
      (await findItems(context, sessionId)).find(({ eventType }) => eventType === 'system.health_check'),
    { timeoutMs: STORED_WITHIN_MS, signal, failure },
  );
  return `200${waited}, in the table as ${item.status}`;
}

/** Sends an event signed with another secret, which must be refused and not stored. */
export async function checkForgery(context: SmokeContext): Promise<string> {
  const forged = `${context.sessionId}-forged`;
  const { status, body } = await post(context, describeEvent(forged), 'not-the-secret');
  // 503: another forged event came less than half a minute ago, so the function may not read the secret again yet.
  if (status !== 401 && status !== 503)
    throw new CheckFailure(`expected 401; ${describeAnswer(status, body)}`);
  if ((await findItems(context, forged)).length > 0)
    throw new CheckFailure(`refused with ${status}, but in the table`);
  return `${status}, not in the table`;
}

function describeEvent(sessionId: string): string {
  return JSON.stringify({
    event_id: `evt_${sessionId}`,
    event_type: 'system.health_check',
    timestamp: new Date().toISOString(),
    api_version: 'v1',
    [TEST_MEMBER]: true,
    data: { session_id: sessionId, status: 'healthy', services: {} },
    metadata: { source: 'npx sonotheia smoke' },
  });
}

/**
 * Sends the event again, as Sonotheia does, while the function may still have the secret from before a rotation: it reads
 * the secret at most every half minute, and answers 503 in between.
 */
async function postUntilKnown(
  context: SmokeContext,
  body: string,
  { value, createdAt }: SecretVersion,
): Promise<Answer & { readonly attempts: number }> {
  const { terminal, stack, signal } = context;
  const knownAtMs = (createdAt?.getTime() ?? 0) + KEPT_MS + LOOKED_UP_EVERY_MS;
  const lookedUpMs = Date.now() + LOOKED_UP_EVERY_MS + AGAIN_AFTER_MS;
  for (let attempts = 1; ; attempts += 1) {
    const answer = { ...(await post(context, body, value)), attempts };
    const untilMs = { 401: knownAtMs, 503: lookedUpMs }[answer.status] ?? 0;
    if (Date.now() >= untilMs) return answer;
    const seconds = Math.ceil((untilMs - Date.now()) / 1000);
    if (attempts === 1)
      terminal.note(
        `${stack.region.name} answered ${answer.status}: the function may not have the current secret yet. Trying again for ${seconds} s.`,
      );
    await sleep(AGAIN_AFTER_MS, undefined, { signal });
  }
}

async function findSigningSecret({ aws, stack }: SmokeContext): Promise<SecretVersion> {
  const kind = SECRET_KINDS.find(({ key }) => key === 'webhook_secret');
  const stored = kind === undefined ? undefined : await readSecret(aws, stack, kind);
  if (stored?.state === 'present' && stored.current.value !== '') return stored.current;
  throw new CheckFailure(
    `the webhook secret has no value: npx sonotheia secrets check --env ${stack.environment.name}`,
  );
}

async function post(context: SmokeContext, body: string, secret: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-sonotheia-signature': sign(body, secret) };
  return await ask(context, 'webhook', { method: 'POST', headers, body });
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(
  { outputs, apiUrl, signal }: SmokeContext,
  route: 'health' | 'webhook',
  init: RequestInit,
): Promise<Answer> {
  const own = route === 'health' ? outputs.healthUrl : outputs.webhookUrl;
  const url = apiUrl === undefined ? (own ?? '') : `${apiUrl.replace(/\/+$/, '')}/${route}`;
  try {
    return await withinTime(LONGEST_ANSWER_MS, signal, async (limit) => {
      const answer = await fetch(url, { ...init, signal: limit });
      return { status: answer.status, body: await answer.text() };
    });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new CheckFailure(
      `${url} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function describeAnswer(status: number, body: string): string {
  const hint =
    status === 403 ? '; is this machine on the ip_allow_list, and not stopped by the firewall?' : '';
  return `answered ${status} ${body.slice(0, 200)}${hint}`;
}
