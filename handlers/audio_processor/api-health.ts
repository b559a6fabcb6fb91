// Remembers how the API did with the latest files of this instance: whether a failure is the file's or the API's.
import type { Clock } from '../shared/ports.ts';

interface Call {
  readonly fileId: string;
  readonly atMs: number;
  readonly isAnswered: boolean;
}

const REMEMBERED_CALLS = 50;
/** A call this long before a failure still tells how the API was at the time. */
const NEAR_MS = 60_000;
/** So many files in a row without an answer are no coincidence. */
const FAILING_FILES = 3;
const FIRST_PAUSE_MS = 15_000;
const MAX_PAUSE_MS = 120_000;

export class ApiHealth {
  readonly #clock: Clock;
  readonly #failingFiles = new Set<string>();
  #calls: Call[] = [];
  #pausedUntilMs = 0;
  #pauses = 0;
  lastSuccessMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The API gave a verdict, be it that the file is unusable. */
  noteSuccess(fileId: string): void {
    this.#note(fileId, true);
    this.#failingFiles.clear();
    this.#pauses = 0;
    this.lastSuccessMs = this.#clock.nowMs();
  }

  /** No answer, or a 5xx. Returns how long to pause: 0 unless several files in a row got none. */
  noteFailure(fileId: string): number {
    this.#note(fileId, false);
    this.#failingFiles.add(fileId);
    const nowMs = this.#clock.nowMs();
    if (this.#failingFiles.size < FAILING_FILES || nowMs < this.#pausedUntilMs) return 0;
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#pauses);
    this.#pauses += 1;
    this.#pausedUntilMs = nowMs + pauseMs;
    return pauseMs;
  }

  /**
   * Whether the API did well with other files about the time when this one failed; undefined when there were none.
   * Most of the calls must have been answered: in an outage that lets a few through, no file is to blame.
   */
  didWellWithOthers(fileId: string, failingSinceMs: number): boolean | undefined {
    const others = this.#calls.filter((call) => call.fileId !== fileId && isNear(call.atMs, failingSinceMs));
    if (others.length === 0) return undefined;
    return others.filter(({ isAnswered }) => isAnswered).length > others.length / 2;
  }

  #note(fileId: string, isAnswered: boolean): void {
    this.#calls = [...this.#calls, { fileId, atMs: this.#clock.nowMs(), isAnswered }].slice(
      -REMEMBERED_CALLS,
    );
  }
}

/** Whether what happened at `atMs` tells about a file that began to fail at `failingSinceMs`. */
export function isNear(atMs: number, failingSinceMs: number): boolean {
  return atMs >= failingSinceMs - NEAR_MS;
}
