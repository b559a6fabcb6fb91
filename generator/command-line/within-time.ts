import { startDeadline } from '../../handlers/shared/deadline.ts';
import { systemClock } from '../../handlers/shared/system-clock.ts';

/** Runs `work` with a signal that aborts after `limitMs` (reason: a `TimeoutError`), or together with `parent`. */
export async function withinTime<T>(
  limitMs: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(systemClock, limitMs, parent);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.clear();
  }
}
