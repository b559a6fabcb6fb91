// What pacing and giving up need from the world.

/** The starts of the account's API calls, one behind the other over all instances. */
export interface ApiTurns {
  /** Takes the next free start, in milliseconds since the epoch; undefined, and none taken, when it is after `latestMs`. */
  take(wanted: TurnRequest, signal: AbortSignal): Promise<number | undefined>;
  /** Lets the other instances know that the API gave a verdict. */
  noteSuccess(atMs: number, signal: AbortSignal): Promise<void>;
  /** When any instance last noted one. */
  lastSuccessMs(signal: AbortSignal): Promise<number | undefined>;
}

export interface TurnRequest {
  readonly nowMs: number;
  readonly latestMs: number;
  /** From one call of the account to the next. */
  readonly intervalMs: number;
}

/** Counts the failed attempts at one file over all its deliveries. */
export interface AttemptCounter {
  /** Returns how many there are with this one. */
  add(fileId: string, signal: AbortSignal): Promise<number>;
  /** Forgets them, so that a message that is put back starts anew. */
  clear(fileId: string, signal: AbortSignal): Promise<void>;
}

/** `malformed`: no notification. `attempts_used_up`: the file itself fails. `too_old`: the queue would delete it soon. */
export type DeadLetterReason = 'malformed' | 'attempts_used_up' | 'too_old';

export interface DeadLetter {
  readonly body: string;
  readonly messageId: string;
  readonly reason: DeadLetterReason;
  /** What the last attempt failed of, as in the log. */
  readonly lastFailure: string;
  readonly attempts: number;
}

export interface DeadLetterQueue {
  send(letter: DeadLetter, signal: AbortSignal): Promise<void>;
}
