// Calls the console's API. The token of the command arrives in the fragment of the address and stays in this tab.
import { OWN_HEADER } from '../own-header.ts';

const TOKEN_KEY = 'sonotheia-console-token';

/** A refused call: what happened, why, and how to go on. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly why: string | undefined;
  readonly fix: string | undefined;

  constructor(status: number, text: { what?: unknown; why?: unknown; fix?: unknown }) {
    super(typeof text.what === 'string' ? text.what : `The console answered ${status}.`);
    this.status = status;
    this.why = typeof text.why === 'string' ? text.why : undefined;
    this.fix = typeof text.fix === 'string' ? text.fix : undefined;
  }
}

/** Moves the token from the address to the tab's storage, so that it is in no history or bookmark. False: there is none. */
export function takeToken(): boolean {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token === undefined) return false;
  sessionStorage.setItem(TOKEN_KEY, token);
  history.replaceState(null, '', '/');
  return true;
}

function headers(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

export type Query = Readonly<Record<string, string | undefined>>;

function toUrl(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `/api/${path}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`;
}

/** @throws ApiError when the console refuses or cannot be reached */
async function call(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, {
      what: 'The console does not answer.',
      why: 'Its command has ended, or this machine was asleep.',
      fix: 'start the command again; this page reconnects by itself',
    });
  }
  if (response.ok) return response;
  throw new ApiError(response.status, await response.json().catch(() => ({})));
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await call(toUrl(path, query), { headers: headers(), ...(signal ? { signal } : {}) });
  return (await response.json()) as T;
}

/** The body of a stream, for `readStream`. */
export async function openStream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { body } = await call('/api/stream', { headers: headers(), signal });
  if (body === null) throw new ApiError(0, { what: 'The stream has no body.' });
  return body;
}

export async function getAudio(key: string, signal: AbortSignal): Promise<Blob> {
  const response = await call(toUrl('audio', { key }), { headers: headers(), signal });
  const type = response.headers.get('x-audio-type') ?? '';
  return new Blob([await response.arrayBuffer()], { type });
}

export interface PostOptions {
  readonly query?: Query;
  /** What the person typed to confirm. */
  readonly confirm?: string | undefined;
}

/** `body`: a file, or a value that becomes JSON. */
export async function post<T>(path: string, body: Blob | object, options: PostOptions = {}): Promise<T> {
  const isFile = body instanceof Blob;
  const response = await call(toUrl(path, options.query ?? {}), {
    method: 'POST',
    headers: {
      ...headers(),
      [OWN_HEADER]: '1',
      'content-type': isFile ? body.type || 'application/octet-stream' : 'application/json',
      ...(options.confirm === undefined ? {} : { 'x-confirm': encodeURIComponent(options.confirm) }),
    },
    body: isFile ? body : JSON.stringify(body),
  });
  return (await response.json()) as T;
}
