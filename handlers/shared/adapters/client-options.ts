export interface ClientOptions {
  readonly maxAttempts: number;
  /** Durations in milliseconds. */
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/**
 * Returns options for an SDK client. The webhook's sender waits 5 s, so a stuck connection must fail long before that.
 * `throwOnRequestTimeout`, because the SDK otherwise only warns.
 */
export function buildClientOptions(requestTimeoutMs = 1_000): ClientOptions {
  return {
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 500,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
