// The part of the Sonotheia API that knows webhooks. Promises what was asked for, or a `Problem` with the API's own code
// and request id; the key and the secret are in no message.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../generator/command-line/problem.ts';

/** A registered endpoint. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** An event that Sonotheia gave up delivering, as it is to be sent: the envelope of the webhook's body. */
export type UndeliveredEvent = Readonly<Record<string, unknown>>;

export interface UndeliveredEvents {
  readonly events: readonly UndeliveredEvent[];
  /** The API has more than it gave, and no cursor to them. */
  readonly hasMore: boolean;
}

export interface WebhooksApiOptions {
  /** `sonotheia_api_url` of the spec. */
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
  /** After `/v1/webhooks`. */
  readonly path: string;
  readonly body?: unknown;
  readonly alsoGood?: number;
}

/** One account at the API. Reading and deleting are repeated after 429 and 5xx, registering after 429 alone. */
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

  /** One that is gone already is no failure. */
  async remove(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/${encodeURIComponent(id)}`, alsoGood: 404 });
  }

  /** All that the API gave up since then, page by page. Throws a `Problem` for an answer that it does not understand. */
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
      // Whether a POST that ended with 5xx has registered anything is not known.
      const isTransient = status === 429 || (status >= 500 && call.method !== 'POST');
      if (!isTransient || attempt === MOST_ATTEMPTS) throw this.#describeRefusal(call, status, text);
      const waitMs = Math.min(retryAfter ?? FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
      await sleep(waitMs, undefined, { signal: this.#options.signal });
    }
  }

  async #ask({ method, path, body }: Call): Promise<{ status: number; text: string; retryAfter?: number }> {
    const { apiUrl, apiKey, signal } = this.#options;
    try {
      const response = await fetch(`${apiUrl.replace(/\/+$/, '')}/v1/webhooks${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_ANSWER_MS)]),
        // Elsewhere the key is nobody's business.
        redirect: 'error',
      });
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      const text = await response.text();
      return { status: response.status, text, ...(seconds >= 0 && { retryAfter: seconds * 1_000 }) };
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
        ? 'the API key is not accepted: npm run secrets -- rotate api_key --env <name>'
        : status === 429 || status >= 500
          ? 'try again later; what is done is done, and a second run leaves it'
          : 'look the code up in the vendor’s documentation, with the request id at hand',
    });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of the next page; undefined on the last one. */
function readCursor(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const next = answer.next_cursor ?? answer.cursor ?? answer.next;
  return typeof next === 'string' && next !== '' && answer.has_more !== false ? next : undefined;
}

/** The list itself, or under one of the usual names; undefined where there is none. */
function findList(answer: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer;
  return isRecord(answer) ? names.map((name) => answer[name]).find(Array.isArray) : undefined;
}

/** The event, or what carries it beside the story of its deliveries. */
function unwrapEvent(entry: unknown): UndeliveredEvent {
  const record = isRecord(entry) ? entry : {};
  const inner = [record.event, record.payload].find(isRecord);
  return inner ?? record;
}

/** Both shapes in use; the message may quote anything and is left out. */
function readError(text: string): { readonly code: string; readonly requestId: string } {
  try {
    const body: unknown = JSON.parse(text);
    const { error_code, code, request_id } = isRecord(body) ? body : {};
    return { code: String(error_code ?? code ?? ''), requestId: String(request_id ?? '') };
  } catch {
    return { code: '', requestId: '' };
  }
}
