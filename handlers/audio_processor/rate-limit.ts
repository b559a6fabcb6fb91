// Promises that this process starts no more than so many calls in any minute, and pauses when told to.
import type { Clock } from '../shared/ports.ts';

const WINDOW_MS = 60_000;

/** A sliding window over the starts of the last minute, shared by every file of every batch. */
export class RateLimiter {
  readonly #callsPerMinute: number;
  readonly #clock: Clock;
  #startsMs: number[] = [];
  #pausedUntilMs = 0;

  constructor(callsPerMinute: number, clock: Clock) {
    this.#callsPerMinute = callsPerMinute;
    this.#clock = clock;
  }

  /** Reserves the next free start; returns how long to wait for it, or undefined beyond `maxWaitMs`. */
  reserve(maxWaitMs: number): number | undefined {
    const nowMs = this.#clock.nowMs();
    const startMs = Math.max(nowMs, this.#pausedUntilMs, this.#nextFreeMs());
    if (startMs - nowMs > maxWaitMs) return undefined;
    this.#startsMs.push(startMs);
    this.#startsMs.sort((a, b) => a - b);
    this.#startsMs = this.#startsMs.slice(-this.#callsPerMinute);
    return startMs - nowMs;
  }

  /** Lets no call start for so long: the API said that the limit is reached, for all of us. */
  pause(waitMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.nowMs() + waitMs);
  }

  #nextFreeMs(): number {
    const oldestMs = this.#startsMs.at(-this.#callsPerMinute);
    return oldestMs === undefined ? 0 : oldestMs + WINDOW_MS;
  }
}
