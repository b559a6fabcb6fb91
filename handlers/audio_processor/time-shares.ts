// Divides an invocation's time among its files, so that a file that hangs cannot use up the time of the others.
import type { Clock } from '../shared/ports.ts';

/** Time reserved after the last API call to store, announce and move; the shares apply to a short invocation. */
const RESERVE_MS = 5_000;
const RESERVE_SHARE = 0.3;
/** The shortest time in which an API call is worth starting. */
const CALL_MS = 2_000;
const CALL_SHARE = 0.5;
/** Time reserved to return the response to Lambda. */
const ANSWER_MS = 500;
const ANSWER_SHARE = 0.05;

export interface TimeShare {
  /** The latest end of an API call, in milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** The latest start of an API call, in milliseconds since the epoch. */
  readonly latestTurnMs: number;
  /** Time for all steps of the file, in milliseconds from now. */
  readonly deadlineMs: number;
}

export class TimeShares {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #reserveMs: number;
  readonly #callMs: number;
  /** All work ends here. */
  readonly #overAtMs: number;
  #waiting: number;

  constructor(clock: Clock, { leftMs, files, atOnce }: { leftMs: number; files: number; atOnce: number }) {
    this.#clock = clock;
    this.#atOnce = atOnce;
    this.#reserveMs = Math.min(RESERVE_MS, leftMs * RESERVE_SHARE);
    this.#overAtMs = clock.nowMs() + leftMs - Math.min(ANSWER_MS, leftMs * ANSWER_SHARE);
    this.#callMs = Math.min(CALL_MS, (this.callsEndAtMs - clock.nowMs()) * CALL_SHARE);
    this.#waiting = files;
  }

  /** The end of the time for API calls, in milliseconds since the epoch. */
  get callsEndAtMs(): number {
    return this.#overAtMs - this.#reserveMs;
  }

  /** The rest of the invocation's time. */
  get leftMs(): number {
    return this.#overAtMs - this.#clock.nowMs();
  }

  /** The share of the next file: the time left, divided by the number of rounds that the waiting files need. */
  next(): TimeShare {
    const rounds = Math.max(1, Math.ceil(this.#waiting / this.#atOnce));
    this.#waiting -= 1;
    const shareMs = (this.callsEndAtMs - this.#clock.nowMs()) / rounds;
    const endsAtMs = this.#clock.nowMs() + shareMs;
    return {
      endsAtMs,
      latestTurnMs: endsAtMs - this.#callMs,
      deadlineMs: Math.min(this.leftMs, shareMs + this.#reserveMs),
    };
  }
}
