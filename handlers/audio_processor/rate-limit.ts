// Spaces the account's API calls evenly within its limit, and stops this instance's calls while the API asks for a pause.
import type { Clock } from '../shared/ports.ts';
import type { ApiTurns } from './pacing-ports.ts';

const MINUTE_MS = 60_000;
/** Two windows of the rate limit. A longer pause (clock skew, a very long Retry-After) is checked again after this. */
const MAX_PAUSE_MS = 120_000;

export type MissedTurn = 'no_time_for_an_api_call' | 'api_paused' | 'rate_limit_used_up';

export interface RateLimiterOptions {
  /** Limit of the account, shared by all instances. */
  readonly requestsPerMinute: number;
  readonly turns: ApiTurns;
  readonly clock: Clock;
}

export class RateLimiter {
  readonly #intervalMs: number;
  readonly #turns: ApiTurns;
  readonly #clock: Clock;
  #pausedUntilMs = 0;

  constructor({ requestsPerMinute, turns, clock }: RateLimiterOptions) {
    this.#intervalMs = MINUTE_MS / requestsPerMinute;
    this.#turns = turns;
    this.#clock = clock;
  }

  /** Waits until a call may start. Returns the reason when that would be after `latestMs` (milliseconds since the epoch). */
  async awaitTurn(latestMs: number, signal: AbortSignal): Promise<MissedTurn | undefined> {
    for (;;) {
      const nowMs = this.#clock.nowMs();
      if (nowMs > latestMs) return 'no_time_for_an_api_call';
      if (this.#pausedUntilMs > latestMs) return 'api_paused';
      if (this.#pausedUntilMs > nowMs) {
        await this.#clock.sleep(this.#pausedUntilMs - nowMs, signal);
        continue;
      }
      const startMs = await this.#turns.take({ nowMs, latestMs, intervalMs: this.#intervalMs }, signal);
      if (startMs === undefined) return 'rate_limit_used_up';
      const waitMs = startMs - this.#clock.nowMs();
      if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
      // A pause that began meanwhile forfeits this turn.
      if (this.#pausedUntilMs <= this.#clock.nowMs()) return undefined;
    }
  }

  /** Whether a pause lasts beyond `atMs` (milliseconds since the epoch). */
  isPausedAt(atMs: number): boolean {
    return this.#pausedUntilMs > atMs;
  }

  /** Stops new calls of this instance for `waitMs`, at most two minutes. */
  pause(waitMs: number): void {
    const untilMs = this.#clock.nowMs() + Math.min(waitMs, MAX_PAUSE_MS);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }
}
