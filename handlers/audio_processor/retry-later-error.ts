/** The record goes back to the queue: nothing is wrong with it, but it cannot be finished now. */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Back to the queue: ${reason}`, options);
    this.reason = reason;
  }
}
