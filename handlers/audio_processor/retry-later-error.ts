/**
 * The cause of a failure. `file`: it counts as an attempt. `unclear`: it counts when the API succeeds for other files.
 * `elsewhere`: it never counts.
 */
export type Fault = 'file' | 'unclear' | 'elsewhere';

export interface RetryLaterOptions extends ErrorOptions {
  readonly fault?: Fault;
  /** Start of the file's first failed call in this delivery, in milliseconds since the epoch. */
  readonly failingSinceMs?: number | undefined;
  /** No API call can start in time. The message stays invisible as long as possible, to avoid useless redeliveries. */
  readonly isTurnMissed?: boolean;
}

/** The record cannot be finished now and returns to the queue. */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError';
  readonly reason: string;
  readonly fault: Fault;
  readonly failingSinceMs: number | undefined;
  readonly isTurnMissed: boolean;

  constructor(
    reason: string,
    { fault, failingSinceMs, isTurnMissed = false, ...options }: RetryLaterOptions = {},
  ) {
    super(`Back to the queue: ${reason}`, options);
    this.reason = reason;
    this.failingSinceMs = failingSinceMs;
    this.fault = fault ?? (failingSinceMs === undefined ? 'elsewhere' : 'unclear');
    this.isTurnMissed = isTurnMissed;
  }
}
