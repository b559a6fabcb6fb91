import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the next of `rate` pieces of work a second may start; the last one started at `startedAtMs`. */
export async function pace(startedAtMs: number, rate: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, startedAtMs + 1_000 / rate - Date.now()), undefined, { signal });
}
