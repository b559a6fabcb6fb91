// Reads the input of a request: query, JSON body, bytes. Refuses what no view sends.
import type { IncomingMessage } from 'node:http';
import { readLimitedBody } from '../local/http-server.ts';
import type { PageRequest } from './source.ts';
import type { ForgetRequest, SendRequest } from './source-data.ts';

/** An event may be too large for the webhook; this page must be able to try it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_PAGE = 500;
const SIGNATURES = ['valid', 'forged', 'missing'] as const;

/** The request makes no sense; `message` is a sentence for the caller. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

export function readPage(query: URLSearchParams): PageRequest {
  const limit = Number(query.get('limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw new InputError(`limit must be a whole number from 1 to ${MAX_PAGE}.`);
  return { limit, cursor: query.get('cursor') ?? undefined, search: query.get('search') || undefined };
}

export function readText(query: URLSearchParams, name: string): string {
  const text = query.get(name);
  if (text === null || text === '') throw new InputError(`${name} is missing.`);
  return text;
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const bytes = await readLimitedBody(request, MAX_BODY_BYTES);
  if (bytes === undefined) throw new InputError(`The body has more than ${MAX_BODY_BYTES} bytes.`, 413);
  return bytes;
}

export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type'] !== 'application/json')
    throw new InputError('The content type must be application/json.', 415);
  const bytes = await readBytes(request);
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // Refused below.
  }
  throw new InputError('The body must be a JSON object.');
}

/** The text that a person typed. */
export function readConfirmation(request: IncomingMessage): string {
  try {
    return decodeURIComponent(String(request.headers['x-confirm'] ?? ''));
  } catch {
    return '';
  }
}

export function toForgetRequest(input: Readonly<Record<string, unknown>>): ForgetRequest {
  const { sessionId, although = [] } = input;
  const isList = Array.isArray(although) && although.every((each) => typeof each === 'string');
  if (typeof sessionId !== 'string' || sessionId === '' || !isList)
    throw new InputError('Forgetting takes a sessionId, and although as a list.');
  return { sessionId, although };
}

export function toSendRequest(input: Readonly<Record<string, unknown>>): SendRequest {
  const { replay, body, signature, times } = input;
  if (typeof replay === 'string') return { replay };
  const known = SIGNATURES.find((name) => name === signature);
  const isCount = typeof times === 'number' && Number.isInteger(times) && times >= 1 && times <= 10;
  if (typeof body !== 'string' || known === undefined || !isCount)
    throw new InputError('An event has a body, a signature (valid, forged, missing) and times (1 to 10).');
  return { body, signature: known, times };
}

export function toFaultValue(value: unknown): boolean | string | number | undefined {
  if (value === undefined || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new InputError('value must be a boolean, a text or a number.');
}
