// Calls the API for one file within a time budget. Returns the verdict or throws a RetryLaterError.
import { describeError } from '../shared/describe-error.ts';
import type { Clock, LogFields, Telemetry } from '../shared/ports.ts';
import type { SecretCache } from '../shared/secret-cache.ts';
import type { ApiHealth } from './api-health.ts';
import { type Analysis, classifyReply, readErrorCode, readPauseMs, readRequestId } from './api-reply.ts';
import type { AnalysisRequest, ApiReply, SonotheiaApi } from './ports.ts';
import type { RateLimiter } from './rate-limit.ts';
import { RetryLaterError, type RetryLaterOptions } from './retry-later-error.ts';

export interface AnalysisPorts {
  readonly api: SonotheiaApi;
  readonly apiKeys: SecretCache;
  readonly limiter: RateLimiter;
  readonly health: ApiHealth;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface TimeBudget {
  /** The latest end of an API call, in milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** The latest start of an API call, in milliseconds since the epoch. */
  readonly latestTurnMs: number;
  readonly signal: AbortSignal;
}

export interface AnalysisOptions {
  /** Identifies the upload; the same in every delivery. */
  readonly fileId: string;
  readonly budget: TimeBudget;
  readonly log: LogFields;
}

export type AnalysisOutcome =
  | { readonly kind: 'analyzed'; readonly analysis: Analysis }
  | { readonly kind: 'refused'; readonly code: string };

/** `limited`: 429, the API did not analyze the file. */
type CallOutcome = ReturnType<typeof classifyReply> | { readonly kind: 'limited'; readonly waitMs: number };

const MAX_ATTEMPTS = 5;
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 8_000;
/** The vendor advises 30 s. */
const ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * Calls the API until it returns a verdict. Retries 408, 425, 429, 5xx and network errors with full jitter, never
 * sooner than the API asks. Retries a 401 once with another version of the key, and a 2xx without a result once: the
 * account pays for each of these, so the second one rejects the file.
 * @throws RetryLaterError when the next call does not fit into the budget
 */
export async function analyzeAudio(
  request: AnalysisRequest,
  ports: AnalysisPorts,
  { fileId, budget, log }: AnalysisOptions,
): Promise<AnalysisOutcome> {
  let [apiKey = ''] = await ports.apiKeys.get(budget.signal);
  let keyReplaced = false;
  let unusableAnswers = 0;
  let failingSinceMs: number | undefined;
  const retryLater = (reason: string, options: RetryLaterOptions = {}) =>
    new RetryLaterError(reason, { failingSinceMs, ...options });
  for (let attempt = 1; ; attempt += 1) {
    const missed = await ports.limiter.awaitTurn(budget.latestTurnMs, budget.signal);
    if (missed !== undefined)
      throw retryLater(missed, { isTurnMissed: missed !== 'no_time_for_an_api_call' });
    const startedAtMs = ports.clock.nowMs();
    const outcome = await call(request, ports, { apiKey, budget, log: { ...log, attempt } });
    if (outcome.kind === 'analyzed' || outcome.kind === 'refused') {
      ports.health.recordSuccess(fileId);
      return outcome;
    }
    if (outcome.kind === 'unusable') {
      if (unusableAnswers > 0) return { kind: 'refused', code: 'UNUSABLE_ANSWER' };
      unusableAnswers += 1;
    }
    if (outcome.kind === 'stuck') {
      // An unknown error code may be about the file: it counts as an attempt when other files succeed.
      const since = failingSinceMs ?? startedAtMs;
      throw retryLater('api_refused_the_call', outcome.isUnclear ? { failingSinceMs: since } : {});
    }
    if (outcome.kind === 'unauthorized') {
      const otherKey = keyReplaced ? undefined : await findOtherKey(apiKey, ports.apiKeys, budget.signal);
      if (otherKey === undefined) throw retryLater('api_key_not_accepted');
      apiKey = otherKey;
      keyReplaced = true;
      continue;
    }
    if (outcome.kind === 'retry') {
      failingSinceMs ??= startedAtMs;
      ports.limiter.pause(ports.health.recordFailure(fileId));
    }
    if (attempt >= MAX_ATTEMPTS) throw retryLater('api_attempts_used_up');
    const isInTime = await waitForRetry({ attempt, waitMs: outcome.waitMs }, ports, budget);
    if (!isInTime) throw retryLater('no_time_for_a_retry', { isTurnMissed: outcome.kind === 'limited' });
  }
}

async function call(
  request: AnalysisRequest,
  { api, limiter, clock, telemetry }: AnalysisPorts,
  { apiKey, budget, log }: { apiKey: string; budget: TimeBudget; log: LogFields },
): Promise<CallOutcome> {
  const startedAtMs = clock.nowMs();
  const timeoutMs = Math.min(ATTEMPT_TIMEOUT_MS, budget.endsAtMs - startedAtMs);
  let reply: ApiReply;
  try {
    reply = await api.detectDeepfake(request, { apiKey, timeoutMs, signal: budget.signal });
  } catch (error) {
    telemetry.count('ApiErrors', { status: 'network' });
    telemetry.warn('No answer from the API', { ...log, error: describeError(error) });
    return { kind: 'retry', waitMs: 0 };
  }
  const endedAtMs = clock.nowMs();
  telemetry.duration('ApiLatency', endedAtMs - startedAtMs);
  const verdict = classifyReply(reply, endedAtMs);
  if (verdict.kind !== 'analyzed') {
    telemetry.count('ApiErrors', { status: String(reply.status) });
    telemetry.warn('The API did not analyze the file', {
      ...log,
      ...describeReply(reply, endedAtMs - startedAtMs),
    });
  }
  limiter.pause(readPauseMs(reply, endedAtMs));
  return reply.status === 429 && verdict.kind === 'retry' ? { ...verdict, kind: 'limited' } : verdict;
}

/** Waits before the next attempt; returns false when that would start too late. */
async function waitForRetry(
  { attempt, waitMs }: { attempt: number; waitMs: number },
  { clock, telemetry }: AnalysisPorts,
  budget: TimeBudget,
): Promise<boolean> {
  const backoffMs = Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
  const delayMs = waitMs + backoffMs;
  if (clock.nowMs() + delayMs > budget.latestTurnMs) return false;
  telemetry.count('ApiRetries');
  await clock.sleep(delayMs, budget.signal);
  return true;
}

/** After a rotation: the new key, or the previous one while Sonotheia does not accept the new one yet. */
async function findOtherKey(
  refusedKey: string,
  apiKeys: SecretCache,
  signal: AbortSignal,
): Promise<string | undefined> {
  const versions = (await apiKeys.refresh(signal)) ?? (await apiKeys.get(signal));
  return versions.find((version) => version !== refusedKey);
}

function describeReply(reply: ApiReply, durationMs: number): LogFields {
  const requestId = readRequestId(reply);
  const code = readErrorCode(reply.body);
  return {
    status_code: reply.status,
    duration_ms: durationMs,
    ...(code === undefined ? {} : { reason: code }),
    ...(requestId === undefined ? {} : { api_request_id: requestId }),
  };
}
