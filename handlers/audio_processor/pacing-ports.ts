// The ports of the rate limit and of the dead-letter queue.

/** The queue of the account's API calls, shared by all function instances. */
export interface ApiTurns {
  /**
   * Reserves the next free start of a call, in milliseconds since the epoch. Returns undefined, and reserves nothing,
   * when that is after `latestMs`.
   */
  take(wanted: TurnRequest, signal: AbortSignal): Promise<number | undefined>;
  /** Records for the other instances that the API returned a verdict. */
  recordSuccess(atMs: number, signal: AbortSignal): Promise<void>;
  /** The last success that any instance recorded. */
  lastSuccessMs(signal: AbortSignal): Promise<number | undefined>;
}

export interface TurnRequest {
  readonly nowMs: number;
  readonly latestMs: number;
  /** The time between two calls of the account. */
  readonly intervalMs: number;
}

/** Counts the failed attempts at one file, over all deliveries of its message. */
export interface AttemptCounter {
  /** Adds one and returns the total. */
  add(fileId: string, signal: AbortSignal): Promise<number>;
  /** Resets the count to 0, for a message that is redriven to the queue. */
  clear(fileId: string, signal: AbortSignal): Promise<void>;
}

/** `malformed`: not an S3 notification. `attempts_used_up`: the file fails. `too_old`: the queue would soon delete it. */
export type DeadLetterReason = 'malformed' | 'attempts_used_up' | 'too_old';

export interface DeadLetter {
  readonly body: string;
  readonly messageId: string;
  readonly reason: DeadLetterReason;
  /** Reason of the last failure, as in the log. */
  readonly lastFailure: string;
  readonly attempts: number;
}

export interface DeadLetterQueue {
  send(letter: DeadLetter, signal: AbortSignal): Promise<void>;
}
