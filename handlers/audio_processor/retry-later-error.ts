/**
 * Whose fault a failure is. `file`: it counts as an attempt. `unclear`: it counts if the API does well with other files.
 * `nobody`: it never counts.
 */
export type Blame = 'file' | 'unclear' | 'nobody';

export interface RetryLaterOptions extends ErrorOptions {
  readonly blame?: Blame;
  /** When the first call failed that was made for the file in this delivery, milliseconds since the epoch. */
  readonly failingSinceMs?: number | undefined;
  /** The next turn is too far away; the message had better stay out of the queue as long as it can. */
  readonly isTurnMissed?: boolean;
}

/** The record goes back to the queue, because it cannot be finished now. */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError';
  readonly reason: string;
  readonly blame: Blame;
  readonly failingSinceMs: number | undefined;
  readonly isTurnMissed: boolean;

  constructor(
    reason: string,
    { blame, failingSinceMs, isTurnMissed = false, ...options }: RetryLaterOptions = {},
  ) {
    super(`Back to the queue: ${reason}`, options);
    this.reason = reason;
    this.failingSinceMs = failingSinceMs;
    this.blame = blame ?? (failingSinceMs === undefined ? 'nobody' : 'unclear');
    this.isTurnMissed = isTurnMissed;
  }
}
