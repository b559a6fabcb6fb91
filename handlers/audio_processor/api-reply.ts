// Receives the API's answer, promises one of four verdicts about it. Branches on status and code, never on text.
import type { ApiReply } from './ports.ts';

export interface Analysis {
  readonly score: number;
  readonly label: string;
  readonly latencyMs: number;
  readonly sessionId?: string;
  readonly recommendedAction?: string;
  readonly modelVersion?: string;
}

export type ReplyVerdict =
  | { readonly kind: 'analyzed'; readonly analysis: Analysis }
  /** The file is at fault: no repetition can help. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The key was not accepted. */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** Neither the file's fault nor worth another try now (a wrong URL, a key without the permission). */
  | { readonly kind: 'stuck' };

const FILE_AT_FAULT = new Set([400, 413, 415, 422]);
const MAX_RESET_WAIT_MS = 120_000;

/** Classifies an answer. `nowMs` is needed because two of the headers hold points in time. */
export function classifyReply(reply: ApiReply, nowMs: number): ReplyVerdict {
  const { status, body } = reply;
  if (status === 200) {
    const analysis = readAnalysis(body);
    return analysis ? { kind: 'analyzed', analysis } : { kind: 'retry', waitMs: 0 };
  }
  if (FILE_AT_FAULT.has(status)) return { kind: 'refused', code: readErrorCode(body) ?? `HTTP_${status}` };
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'retry', waitMs: readWaitMs(reply, nowMs) };
  }
  return { kind: 'stuck' };
}

/** The wait the API asks for: `Retry-After` (seconds or a date), on 429 else `X-RateLimit-Reset` (Unix seconds). */
export function readWaitMs(reply: ApiReply, nowMs: number): number {
  const retryAfter = reply.headers['retry-after'];
  if (retryAfter !== undefined) {
    const seconds = Number(retryAfter);
    const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - nowMs : seconds * 1000;
    if (waitMs >= 0) return waitMs;
  }
  return reply.status === 429 ? readResetMs(reply, nowMs) : 0;
}

/** How long nobody should call: the limit was hit, or this answer says that it took the last call. */
export function readPauseMs(reply: ApiReply, nowMs: number): number {
  if (reply.status === 429) return readWaitMs(reply, nowMs);
  return reply.headers['x-ratelimit-remaining'] === '0' ? readResetMs(reply, nowMs) : 0;
}

/** The error code in either of the API's two shapes; undefined when there is none that looks like a code. */
export function readErrorCode(body: unknown): string | undefined {
  const { error_code, code, error } = toRecord(body);
  return [error_code, code, error].find(isCode);
}

/** The API's id of the request, for the vendor's support. */
export function readRequestId({ body, headers }: ApiReply): string | undefined {
  return [toRecord(body).request_id, headers['x-request-id']].find(
    (id): id is string => typeof id === 'string' && /^[\w.-]{1,128}$/.test(id),
  );
}

function readResetMs({ headers }: ApiReply, nowMs: number): number {
  const waitMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - nowMs;
  // A reset further away than two windows is a clock that is wrong, ours or theirs.
  return waitMs > 0 && waitMs <= MAX_RESET_WAIT_MS ? waitMs : 0;
}

function readAnalysis(body: unknown): Analysis | undefined {
  const { score, label, latency_ms, session_id, recommended_action, model_version } = toRecord(body);
  if (typeof score !== 'number' || score < 0 || score > 1) return undefined;
  if (typeof label !== 'string' || label === '') return undefined;
  if (typeof latency_ms !== 'number' || latency_ms < 0) return undefined;
  return {
    score,
    label,
    latencyMs: latency_ms,
    ...(typeof session_id === 'string' ? { sessionId: session_id } : {}),
    ...(typeof recommended_action === 'string' ? { recommendedAction: recommended_action } : {}),
    ...(typeof model_version === 'string' ? { modelVersion: model_version } : {}),
  };
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(value);
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
