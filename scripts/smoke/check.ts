// One check: its name, duration and outcome.

export interface CheckResult {
  readonly region: string;
  readonly what: string;
  /** `unknown`: the check could not be made from here. */
  readonly outcome: 'ok' | 'FAILED' | 'skipped' | 'unknown';
  readonly elapsedMs: number;
  readonly detail: string;
}

export const RESULT_HEADER = ['region', 'check', 'outcome', 'time', 'detail'] as const;

/** Thrown by a check that fails. */
export class CheckFailure extends Error {}

/** Thrown by a check that cannot be made from here. */
export class CheckUnknown extends Error {}

export function formatResult({ region, what, outcome, elapsedMs, detail }: CheckResult): string[] {
  const time = outcome === 'skipped' ? '' : `${(elapsedMs / 1000).toFixed(2)} s`;
  return [region, what, outcome, time, detail];
}

/** Asks once a second until there is an answer; throws a `CheckFailure` after `timeoutMs`. */
export async function pollUntil<T>(
  ask: () => Promise<T | undefined>,
  {
    timeoutMs,
    signal,
    failure,
  }: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly failure: string },
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new CheckFailure(failure);
    await new Promise((done) => setTimeout(done, 1_000));
  }
}
