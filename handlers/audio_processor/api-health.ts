// Keeps the outcomes of this instance's latest API calls, to distinguish a faulty file from a faulty API.
import type { Clock } from '../shared/ports.ts';

interface Call {
  readonly fileId: string;
  readonly atMs: number;
  readonly isAnswered: boolean;
}

const MAX_CALLS = 50;
/** Calls up to this long before a failure are compared with it. */
const LOOK_BACK_MS = 60_000;
/** Calls pause after this many different files in a row fail. */
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

  /** Records a verdict about a file, also that the file is unusable. */
  recordSuccess(fileId: string): void {
    this.#note(fileId, true);
    this.#failingFiles.clear();
    this.#pauses = 0;
    this.lastSuccessMs = this.#clock.nowMs();
  }

  /** Records a missing response or a 5xx. Returns the pause in ms: 0 unless several files in a row failed. */
  recordFailure(fileId: string): number {
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
   * Whether the API answered most calls for other files around `failingSinceMs` (milliseconds since the epoch);
   * undefined without such calls. Most, because during an outage some calls still succeed.
   */
  answersOtherFiles(fileId: string, failingSinceMs: number): boolean | undefined {
    const others = this.#calls.filter(
      (call) => call.fileId !== fileId && isWithinLookBack(call.atMs, failingSinceMs),
    );
    if (others.length === 0) return undefined;
    return others.filter(({ isAnswered }) => isAnswered).length > others.length / 2;
  }

  #note(fileId: string, isAnswered: boolean): void {
    this.#calls = [...this.#calls, { fileId, atMs: this.#clock.nowMs(), isAnswered }].slice(-MAX_CALLS);
  }
}

/** Whether a call at `atMs` may be compared with a failure that began at `failingSinceMs`. */
export function isWithinLookBack(atMs: number, failingSinceMs: number): boolean {
  return atMs >= failingSinceMs - LOOK_BACK_MS;
}
