// The web server of the page: static files, the API and the stream of changes, on 127.0.0.1 only.

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { Problem, type ProblemText } from '../../generator/command-line/problem.ts';
import { withinTime } from '../../generator/command-line/within-time.ts';
import { closeServer, listenOn } from '../local/http-server.ts';
import { findRefusal, SECURITY_HEADERS } from './guard.ts';
import type { PageFile } from './page-files.ts';
import { InputError, readConfirmation } from './read-input.ts';
import { findRoute, type Route } from './routes.ts';
import type { ConsoleSource, Overview } from './source.ts';
import { streamChanges } from './stream.ts';

const LONGEST_OVERVIEW_MS = 60_000;

export interface ConsoleOptions {
  readonly source: ConsoleSource;
  readonly page: readonly PageFile[];
  /** 0: any free port. */
  readonly port: number;
  /** Every call of the API must carry it; absent: anybody on this machine may call. */
  readonly token?: string | undefined;
  /** Explains an error of the source; undefined: the error is a bug. */
  readonly explain?: (error: unknown) => ProblemText | undefined;
  /** Gets every error that nothing explains. */
  readonly onBug: (error: unknown) => void;
}

export interface ConsoleServer {
  /** With the token in its fragment, which browsers do not send. */
  readonly url: string;
  close(): Promise<void>;
}

/** Throws a `Problem` if the port is in use. */
export async function serveConsole(options: ConsoleOptions): Promise<ConsoleServer> {
  const listener = new Listener(options);
  const server = http.createServer((request, response) => void listener.answer(request, response));
  const port = await listenOn(server, options.port, 'the page');
  listener.port = port;
  return {
    url: `http://127.0.0.1:${port}/${options.token === undefined ? '' : `#token=${options.token}`}`,
    close: () => closeServer(server),
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

function toReply(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

class Listener {
  port = 0;
  readonly #options: ConsoleOptions;
  readonly #files: ReadonlyMap<string, PageFile>;
  #facts: Promise<Pick<Overview, 'actions' | 'confirmWith'>> | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#files = new Map(options.page.map((file) => [`/${file.path}`, file]));
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const url = readUrl(request);
    const refusal = findRefusal(request, { port: this.port, token: this.#options.token, url });
    if (refusal === undefined && request.method === 'GET' && url.pathname === '/api/stream') {
      streamChanges(this.#options.source, response);
      return;
    }
    const controller = new AbortController();
    response.once('close', () => controller.abort());
    const { status, headers, body } =
      refusal === undefined
        ? await this.#reply(request, url, controller.signal).catch((error: unknown) =>
            this.#explain(error, controller.signal),
          )
        : toReply(refusal.status, { what: refusal.what, fix: refusal.fix });
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  }

  async #reply(request: IncomingMessage, url: URL, signal: AbortSignal): Promise<Reply> {
    if (!url.pathname.startsWith('/api/')) return this.#readFile(url.pathname);
    const route = findRoute(request.method ?? 'GET', url.pathname);
    if (route === undefined) throw new InputError('There is no such call.', 404);
    await this.#checkAction(route, request);
    const { source } = this.#options;
    const answer = await route.run({ source, query: url.searchParams, request, signal });
    if ('json' in answer) return toReply(200, answer.json);
    return {
      status: 200,
      // As a download: whatever the file is, no browser may show it as a page.
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'x-audio-type': answer.file.contentType.replace(/[^\w/.+-]/g, ''),
      },
      body: answer.file.bytes,
    };
  }

  #readFile(path: string): Reply {
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) throw new InputError('There is no such page.', 404);
    return { status: 200, headers: { 'content-type': file.contentType }, body: file.contents };
  }

  async #checkAction({ action, confirmation }: Route, request: IncomingMessage): Promise<void> {
    if (action === undefined) return;
    // They never change during a run.
    this.#facts ??= withinTime(LONGEST_OVERVIEW_MS, undefined, (limit) =>
      this.#options.source.overview(limit),
    );
    this.#facts.catch(() => {
      this.#facts = undefined;
    });
    const { actions, confirmWith } = await this.#facts;
    if (!actions.includes(action)) throw new InputError('This system is read-only.', 403);
    if (confirmation === undefined && confirmWith !== undefined && readConfirmation(request) !== confirmWith)
      throw new InputError(`Type ${confirmWith} to confirm.`, 409);
  }

  #explain(error: unknown, signal: AbortSignal): Reply {
    if (error instanceof InputError) return toReply(error.status, { what: error.message });
    const text = error instanceof Problem ? error.text : this.#options.explain?.(error);
    if (text !== undefined) return toReply(422, { what: text.what, why: text.why, fix: text.fix });
    // The page went away, and with it the call.
    if (!signal.aborted) this.#options.onBug(error);
    return toReply(500, { what: 'The console failed.', why: 'The terminal shows the error.' });
  }
}

/** An address that cannot be read counts as an unknown call. */
function readUrl({ url = '/' }: IncomingMessage): URL {
  const base = 'http://127.0.0.1';
  return new URL(URL.canParse(url, base) ? url : '/api/', base);
}
