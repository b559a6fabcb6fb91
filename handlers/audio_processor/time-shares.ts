// Divides an invocation's time among its files, so that one that hangs takes its own share and not that of the others.
import type { Clock } from '../shared/ports.ts';

/** Time kept for storing, announcing and moving after the last API call, and the share of a short invocation for it. */
const RESERVE_MS = 5_000;
const RESERVE_SHARE = 0.3;
/** The least time of an API call. */
const CALL_MS = 2_000;
const CALL_SHARE = 0.5;
/** Time kept for answering Lambda. */
const ANSWER_MS = 500;
const ANSWER_SHARE = 0.05;

export interface TimeShare {
  /** When the file's last API call must have ended, milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** When its last API call must have started: one that cannot have this long is not worth starting. */
  readonly latestTurnMs: number;
  /** How long everything about the file may take. */
  readonly deadlineMs: number;
}

export class TimeShares {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #reserveMs: number;
  readonly #callMs: number;
  /** Nothing may go on after this instant. */
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

  /** What is left for API calls. */
  get callsEndAtMs(): number {
    return this.#overAtMs - this.#reserveMs;
  }

  /** What is left in all. */
  get leftMs(): number {
    return this.#overAtMs - this.#clock.nowMs();
  }

  /** The share of the next file: with those that share its place in memory still to come, an equal part of what is left. */
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
