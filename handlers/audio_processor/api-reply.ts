// Classifies a response of the API by status and error code, never by its message.
import { toErrorCode } from '../shared/codes.ts';
import { readId, readNumber, readScore } from '../shared/read-values.ts';
import type { ApiReply } from './ports.ts';

/** The result of an analysis; only the score is required. */
export interface Analysis {
  readonly score: number;
  readonly label?: string;
  readonly latencyMs?: number;
  readonly sessionId?: string;
  readonly recommendedAction?: string;
  readonly modelVersion?: string;
}

export type ReplyVerdict =
  | { readonly kind: 'analyzed'; readonly analysis: Analysis }
  /** The file is at fault: a retry cannot help. */
  | { readonly kind: 'refused'; readonly code: string }
  /** A 2xx without a score; the account pays for it. */
  | { readonly kind: 'unusable'; readonly waitMs: number }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'retry'; readonly waitMs: number }
  /**
   * A retry now cannot help (a wrong URL, an exhausted quota, a proxy's error page). `isUnclear`: the error may be about
   * the file, but its code is unknown.
   */
  | { readonly kind: 'stuck'; readonly isUnclear: boolean };

const FILE_AT_FAULT = new Set([400, 413, 415, 422]);
const MAX_RESET_WAIT_MS = 120_000;
/** Matches parts of an error code about the file; codes are upper case, words joined by `_`. */
const ABOUT_THE_FILE =
  /(?:^|_)(?:AUDIO|FILE|FORMAT|CODEC|MEDIA|DURATION|TOO_(?:SHORT|LONG|LARGE|BIG|SMALL)|EMPTY|SILEN|CORRUPT|DECOD|SAMPLE|CHANNEL|SPEECH|VOICE|NOIS|UNSUPPORTED)/;
/** Takes precedence: an account error mistaken for the file's fault would reject every file. */
const ABOUT_THE_ACCOUNT =
  /(?:^|_)(?:QUOTA|RATE_LIMIT|TOO_MANY_REQ|BILLING|PAYMENT|CREDIT|SUBSCRI|LICEN|ACCOUNT|TENANT|TRIAL|EXHAUST|EXPIRED|MINUTES|DAILY|MONTHLY|AUTH|UNAUTH|KEY|TOKEN|PERMISSION|FORBIDDEN|DENIED|FEATURE|DISABLED|NOT_ENABLED|MISSING|REQUIRED|VERSION|THROTTL|MAINTENANCE|UNAVAILABLE|TIMEOUT|TIMED_OUT|BUSY|OVERLOAD|LOADING|INTERNAL|SERVER|TEMPORAR|TRY_AGAIN)/;

/** Classifies a response. `nowMs` (milliseconds since the epoch) resolves headers that hold a point in time. */
export function classifyReply(reply: ApiReply, nowMs: number): ReplyVerdict {
  const { status, body } = reply;
  if (status >= 200 && status < 300) {
    const analysis = readAnalysis(body);
    return analysis ? { kind: 'analyzed', analysis } : { kind: 'unusable', waitMs: 0 };
  }
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'retry', waitMs: readWaitMs(reply, nowMs) };
  }
  if (!FILE_AT_FAULT.has(status)) return { kind: 'stuck', isUnclear: false };
  const subject = readSubject(body);
  if (subject === 'file') return { kind: 'refused', code: readErrorCode(body) ?? `HTTP_${status}` };
  return { kind: 'stuck', isUnclear: subject === 'unknown' };
}

/** Returns the subject of an error. Requires JSON with an error code: a proxy's error page is `unknown`. */
function readSubject(body: unknown): 'file' | 'account' | 'unknown' {
  const { error } = toRecord(body);
  const code = readErrorCode(body) ?? (typeof error === 'string' ? error : undefined);
  if (code === undefined) return 'unknown';
  const words = code
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[^A-Z]+/g, '_');
  if (ABOUT_THE_ACCOUNT.test(words)) return 'account';
  return ABOUT_THE_FILE.test(words) ? 'file' : 'unknown';
}

/** Returns the wait in ms from `Retry-After` (seconds or a date), or on 429 from `X-RateLimit-Reset` (Unix seconds). */
function readWaitMs(reply: ApiReply, nowMs: number): number {
  const retryAfter = reply.headers['retry-after'];
  if (retryAfter !== undefined) {
    const seconds = Number(retryAfter);
    const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - nowMs : seconds * 1000;
    if (waitMs >= 0) return waitMs;
  }
  return reply.status === 429 ? readResetMs(reply, nowMs) : 0;
}

/** Returns how many ms no file should call: after a 429, or when `X-RateLimit-Remaining` is 0. */
export function readPauseMs(reply: ApiReply, nowMs: number): number {
  if (reply.status === 429) return readWaitMs(reply, nowMs);
  return reply.headers['x-ratelimit-remaining'] === '0' ? readResetMs(reply, nowMs) : 0;
}

/** Returns the error code from any of the API's body shapes; undefined without a well-formed code. */
export function readErrorCode(body: unknown): string | undefined {
  const { error_code, code, error } = toRecord(body);
  return [error_code, code, toRecord(error).code, error]
    .map(toErrorCode)
    .find((found) => found !== undefined);
}

/** Returns the API's request id, which Sonotheia's support asks for. */
export function readRequestId({ body, headers }: ApiReply): string | undefined {
  return [toRecord(body).request_id, headers['x-request-id']].find(
    (id): id is string => typeof id === 'string' && /^[\w.-]{1,128}$/.test(id),
  );
}

function readResetMs({ headers }: ApiReply, nowMs: number): number {
  const waitMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - nowMs;
  // A reset later than two windows means clock skew.
  return waitMs > 0 && waitMs <= MAX_RESET_WAIT_MS ? waitMs : 0;
}

function readAnalysis(body: unknown): Analysis | undefined {
  const { score: given, label, latency_ms, session_id, recommended_action, model_version } = toRecord(body);
  const score = readScore(given);
  if (score === undefined) return undefined;
  const latencyMs = readNumber(latency_ms);
  const sessionId = readId(session_id);
  return {
    score,
    ...(isText(label) ? { label } : {}),
    ...(latencyMs !== undefined && latencyMs >= 0 ? { latencyMs } : {}),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(isText(recommended_action) ? { recommendedAction: recommended_action } : {}),
    ...(isText(model_version) ? { modelVersion: model_version } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
