// Decides whether a request may pass: only this page, from this machine, and with the token where there is one. Refuses
// rebound names (Host), other sites (Origin, Sec-Fetch-Site) and forms (a header that a form cannot send).
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { listOwnHosts } from '../local/http-server.ts';
import { OWN_HEADER } from './own-header.ts';

export interface GuardOptions {
  readonly port: number;
  /** As the routes read it: other spellings of an address are the same call. */
  readonly url: URL;
  /** Every call of the API must carry it; absent: anybody on this machine may call. */
  readonly token?: string | undefined;
}

export interface Refusal {
  readonly status: number;
  readonly what: string;
  readonly fix?: string;
}

export function findRefusal(
  request: IncomingMessage,
  { port, token, url }: GuardOptions,
): Refusal | undefined {
  const { host, origin, authorization, 'sec-fetch-site': site } = request.headers;
  const hosts = listOwnHosts(port);
  if (host === undefined || !hosts.includes(host))
    return {
      status: 421,
      what: 'Refused: the request is for another host.',
      fix: `open http://${hosts[0]}/`,
    };
  const isOwnOrigin = origin === undefined || origin === `http://${host}`;
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const isApi = url.pathname.startsWith('/api/') === true;
  // A link from elsewhere may open the page, but nothing else.
  if (!isOwnOrigin || (isApi && !isOwnSite))
    return { status: 403, what: 'Refused: the request comes from another site.' };
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? ''))
    return { status: 405, what: 'Refused: only GET, HEAD and POST.' };
  if (request.method === 'POST' && request.headers[OWN_HEADER] !== '1')
    return { status: 403, what: `Refused: a POST needs the header ${OWN_HEADER}: 1.` };
  if (isApi && token !== undefined && !isSame(authorization ?? '', `Bearer ${token}`))
    return {
      status: 401,
      what: 'This address needs the token of the command.',
      fix: 'open the whole address that the command printed',
    };
  return undefined;
}

/** Compares digests, so that the time tells neither the length nor the first difference. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Every response has them. Nothing loads from outside; no inline code or style; no other site can frame or read it. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
