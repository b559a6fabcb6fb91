// A client of the Sonotheia API's webhook endpoints. Promises the answer, or a `Problem` with the API's error code and
// request id. No message contains the key or the secret.

import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../generator/command-line/problem.ts';
import { withinTime } from '../../generator/command-line/within-time.ts';

/** A registered endpoint. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** An event that Sonotheia gave up delivering: the envelope of the webhook's body. */
export type UndeliveredEvent = Readonly<Record<string, unknown>>;

export interface UndeliveredEvents {
  readonly events: readonly UndeliveredEvent[];
  /** The API has more events, but gave no cursor for the next page. */
  readonly hasMore: boolean;
}

export interface WebhooksApiOptions {
  /** `sonotheia_api_url` in the spec. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
}

const LONGEST_ANSWER_MS = 30_000;
const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The part after `/v1/webhooks`. */
  readonly path: string;
  readonly body?: unknown;
  readonly alsoGood?: number;
}

/** One account at the API. Reads and deletions are retried after 429 and 5xx, registrations only after 429. */
export class WebhooksApi {
  readonly #options: WebhooksApiOptions;

  constructor(options: WebhooksApiOptions) {
    this.#options = options;
  }

  async list(): Promise<Webhook[]> {
    const answer = await this.#call({ method: 'GET', path: '' });
    const webhooks = findList(answer, ['webhooks', 'data', 'items']);
    if (webhooks === undefined) throw this.#describeNonsense('its answer holds no list of webhooks');
    return webhooks.map((entry) => this.#readWebhook(entry));
  }

  async register(url: string, events: readonly string[], secret: string): Promise<Webhook> {
    const answer = await this.#call({ method: 'POST', path: '', body: { url, events, secret } });
    return this.#readWebhook({ url, events, ...(isRecord(answer) ? answer : {}) });
  }

  /** Succeeds if the registration is gone already. */
  async remove(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/${encodeURIComponent(id)}`, alsoGood: 404 });
  }

  /** Lists the events given up since then, page by page. Throws a `Problem` for an answer of unknown form. */
  async listUndelivered(since: Date): Promise<UndeliveredEvents> {
    const events: UndeliveredEvent[] = [];
    let hasMore = false;
    const seen = new Set<string>();
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query = new URLSearchParams({ status: 'failed', since: since.toISOString() });
      if (cursor !== '') query.set('cursor', cursor);
      const answer = await this.#call({ method: 'GET', path: `/events?${query}` });
      const page = findList(answer, ['events', 'data', 'items', 'results']);
      if (page === undefined) throw this.#describeNonsense('its answer holds no list of events');
      events.push(...page.map((entry) => unwrapEvent(entry)));
      seen.add(cursor);
      cursor = readCursor(answer);
      hasMore = cursor === undefined && isRecord(answer) && answer.has_more === true;
      if (cursor !== undefined && seen.has(cursor))
        throw this.#describeNonsense('its next page is one that it has given already');
    }
    return { events, hasMore };
  }

  async #call(call: Call): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const { status, text, retryAfter } = await this.#ask(call);
      if ((status >= 200 && status < 300) || status === call.alsoGood) return this.#parse(text);
      // A POST that ended with 5xx may have registered the endpoint, so it is not retried.
      const isTransient = status === 429 || (status >= 500 && call.method !== 'POST');
      if (!isTransient || attempt === MOST_ATTEMPTS) throw this.#describeRefusal(call, status, text);
      const waitMs = Math.min(retryAfter ?? FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
      await sleep(waitMs, undefined, { signal: this.#options.signal });
    }
  }

  async #ask({ method, path, body }: Call): Promise<{ status: number; text: string; retryAfter?: number }> {
    const { apiUrl, apiKey, signal } = this.#options;
    try {
      return await withinTime(LONGEST_ANSWER_MS, signal, async (limit) => {
        const response = await fetch(`${apiUrl.replace(/\/+$/, '')}/v1/webhooks${path}`, {
          method,
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: limit,
          // A redirect would send the key to another host.
          redirect: 'error',
        });
        const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
        const text = await response.text();
        return { status: response.status, text, ...(seconds >= 0 && { retryAfter: seconds * 1_000 }) };
      });
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Problem(
        {
          what: `The Sonotheia API cannot be reached at ${apiUrl}.`,
          why: cause instanceof Error ? cause.message : String(cause),
          fix: 'check the network, HTTPS_PROXY and sonotheia_api_url in the spec',
        },
        { cause: error },
      );
    }
  }

  #parse(text: string): unknown {
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.#describeNonsense('its answer is not JSON');
    }
  }

  #readWebhook(entry: unknown): Webhook {
    const record = isRecord(entry) ? entry : {};
    const { url, events } = record;
    const id = record.webhook_id ?? record.id;
    if (typeof url !== 'string' || (typeof id !== 'string' && typeof id !== 'number'))
      throw this.#describeNonsense('it lists a webhook without url or webhook_id');
    return { id: String(id), url, events: Array.isArray(events) ? events.map(String) : [] };
  }

  #describeNonsense(why: string): Problem {
    return new Problem({
      what: `The Sonotheia API at ${this.#options.apiUrl} cannot be understood.`,
      why,
      fix: 'check sonotheia_api_url in the spec, and HTTPS_PROXY',
    });
  }

  #describeRefusal({ method, path }: Call, status: number, text: string): Problem {
    const error = readError(text);
    const isKey = status === 401 || status === 403;
    return new Problem({
      what: `The Sonotheia API refused ${method} /v1/webhooks${path.split('?')[0]} with ${status}.`,
      why: [error.code, error.requestId && `request ${error.requestId}`].filter(Boolean).join(', '),
      fix: isKey
        ? 'the API key is not accepted: npx sonotheia secrets rotate api_key --env <name>'
        : status === 429 || status >= 500
          ? 'try again later; what is done is done, and a second run leaves it'
          : 'look the code up in the vendor’s documentation, with the request id at hand',
    });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the cursor of the next page; undefined on the last page. */
function readCursor(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const next = answer.next_cursor ?? answer.cursor ?? answer.next;
  return typeof next === 'string' && next !== '' && answer.has_more !== false ? next : undefined;
}

/** Finds the list: the answer itself, or a member with a usual name; undefined if there is none. */
function findList(answer: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer;
  return isRecord(answer) ? names.map((name) => answer[name]).find(Array.isArray) : undefined;
}

/** Returns the event itself, or unwraps it from a record of its deliveries. */
function unwrapEvent(entry: unknown): UndeliveredEvent {
  const record = isRecord(entry) ? entry : {};
  const inner = [record.event, record.payload].find(isRecord);
  return inner ?? record;
}

/** Reads both error shapes in use. Leaves out the message, which may quote anything. */
function readError(text: string): { readonly code: string; readonly requestId: string } {
  try {
    const body: unknown = JSON.parse(text);
    const { error_code, code, request_id } = isRecord(body) ? body : {};
    return { code: String(error_code ?? code ?? ''), requestId: String(request_id ?? '') };
  } catch {
    return { code: '', requestId: '' };
  }
}
