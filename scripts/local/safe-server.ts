// An HTTP server that only programs of this machine can use: it listens on 127.0.0.1, and refuses requests that a web page
// of another site makes the browser send (DNS rebinding, cross-site posts, images).
import http from 'node:http';
import { escapeUnsafe } from '../../generator/text/visible-text.ts';
import type { HttpAnswer } from './gateway/api-request.ts';
import { closeServer, listenOn, listOwnHosts, readLimitedBody } from './http-server.ts';

export interface SafeServerOptions {
  /** For the message when the port is in use. */
  readonly purpose: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** The answer to a body that is longer. */
  readonly tooLong: HttpAnswer;
  /** `signal` is aborted when the client goes away. Undefined: `response` has been answered or destroyed. */
  readonly answer: (
    request: http.IncomingMessage,
    body: Buffer,
    signal: AbortSignal,
  ) => Promise<HttpAnswer | undefined>;
}

export interface SafeServer {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Problem when the port is in use */
export async function startSafeServer(options: SafeServerOptions): Promise<SafeServer> {
  let port = options.port;
  const server = http.createServer(async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await answerSafely(request, port, options, gone.signal).catch((error: unknown) => {
      // An upload that was broken off is no fault of this program.
      if (!gone.signal.aborted) process.emitWarning(describe(error));
      return { status: 500, headers: {}, body: 'Internal error' };
    });
    if (answer === undefined || response.writableEnded || response.destroyed) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  // A body of 10 MB over a slow client is no attack here.
  server.requestTimeout = 0;
  port = await listenOn(server, options.port, options.purpose);
  return { port, url: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

async function answerSafely(
  request: http.IncomingMessage,
  port: number,
  { maxBodyBytes, tooLong, answer }: SafeServerOptions,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  const danger = findDanger(request.headers, port);
  if (danger !== undefined) return { status: 403, headers: { 'content-type': 'text/plain' }, body: danger };
  if (!isReadable(request.url ?? '')) return { status: 400, headers: {}, body: 'Bad Request' };
  const body = await readLimitedBody(request, maxBodyBytes);
  return body === undefined ? tooLong : answer(request, body, signal);
}

/** Its message may have a text of the request. */
function describe(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.split('\n').map(escapeUnsafe).join('\n');
}

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(new URL(url, 'http://localhost').pathname);
    return true;
  } catch {
    return false;
  }
}

/** Why the request may come from a web page; undefined if it cannot. Other programs send none of these headers. */
function findDanger(headers: http.IncomingHttpHeaders, port: number): string | undefined {
  const hosts = listOwnHosts(port);
  if (!hosts.includes(headers.host ?? '')) return `Host must be ${hosts.join(' or ')}.\n`;
  if (headers.origin !== undefined) return 'A web page may not call this address.\n';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') return 'A web page may not call this address.\n';
  return undefined;
}
