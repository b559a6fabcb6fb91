import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottled } from './explain-aws-error.ts';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
const MAX_TRIES = 8;

/**
 * Repeats a request that AWS throttles, after pauses of one second, two, four and so on, for two minutes in all. The SDK's
 * own three attempts take less than a second.
 */
export async function withBackOff<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await request();
    } catch (error) {
      if (!isThrottled(error) || tries === MAX_TRIES) throw error;
      await sleep(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), undefined, { signal });
    }
  }
}
