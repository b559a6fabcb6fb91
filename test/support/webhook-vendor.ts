// Sonotheia's webhook API, which registers webhooks, and an endpoint that receives them.
import http from 'node:http';
import { readBody } from '../../scripts/local/http-server.ts';

export const VENDOR_KEY = 'canary-key';

export interface Registration {
  readonly webhook_id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
}

/** Serves `/v1/webhooks` for one key, and an endpoint that receives events at `/prod/webhook`. */
export class WebhookVendor {
  registrations: Registration[] = [];
  undelivered: unknown[] = [];
  /** Statuses for the API's next requests, by method; afterwards it answers normally. */
  faults: Record<string, number[]> = {};
  calls: string[] = [];
  received: { readonly body: string; readonly headers: http.IncomingHttpHeaders }[] = [];
  refusedEvents: string[] = [];
  #made = 0;
  /** The list's member name; the command does not recognise another one. */
  listName = 'events';

  readonly server = http.createServer(async (request, response) => {
    const body = String(await readBody(request));
    const { status, answer } =
      request.url === '/prod/webhook' ? this.#receive(request, body) : this.#serve(request, body);
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  });

  /** Pages of two. */
  #answerPage({ searchParams }: URL) {
    const start = Number(searchParams.get('cursor') ?? 0);
    const next = start + 2 < this.undelivered.length ? { next_cursor: String(start + 2) } : {};
    return {
      [this.listName]: this.undelivered.slice(start, start + 2),
      has_more: 'next_cursor' in next,
      ...next,
    };
  }

  #receive({ headers }: http.IncomingMessage, body: string) {
    const { event_id } = JSON.parse(body) as { event_id: string };
    if (this.refusedEvents.includes(event_id)) return { status: 503, answer: { error: 'not_now' } };
    this.received.push({ body, headers });
    return { status: 200, answer: { status: 'success', event_id } };
  }

  #serve({ method = '', url = '', headers }: http.IncomingMessage, body: string) {
    this.calls.push(`${method} ${url}`);
    const fault = this.faults[method]?.shift();
    if (fault !== undefined) return { status: fault, answer: { error_code: 'FAULT', request_id: 'req_9' } };
    if (headers.authorization !== `Bearer ${VENDOR_KEY}`)
      return { status: 401, answer: { code: 'UNAUTHORIZED' } };
    const { pathname } = new URL(url, 'http://localhost');
    if (method === 'GET' && pathname === '/v1/webhooks')
      return {
        status: 200,
        answer: { webhooks: this.registrations.map(({ secret: _, ...shown }) => shown) },
      };
    if (method === 'GET' && pathname === '/v1/webhooks/events')
      return { status: 200, answer: this.#answerPage(new URL(url, 'http://localhost')) };
    if (method === 'POST' && pathname === '/v1/webhooks') {
      this.#made += 1;
      const given = JSON.parse(body) as Omit<Registration, 'webhook_id'>;
      const registration = { ...given, webhook_id: `wh_${this.#made}` };
      this.registrations.push(registration);
      return { status: 201, answer: { webhook_id: registration.webhook_id } };
    }
    const id = pathname.split('/').at(-1);
    const isKnown = this.registrations.some(({ webhook_id }) => webhook_id === id);
    this.registrations = this.registrations.filter(({ webhook_id }) => webhook_id !== id);
    return isKnown
      ? { status: 204, answer: undefined }
      : { status: 404, answer: { code: 'NOT_FOUND', request_id: 'req_9' } };
  }
}
