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
 * Options for every SDK client: the sender waits 5 s for an answer, so a stuck connection must fail long
 * before that. `throwOnRequestTimeout` because the SDK otherwise only warns.
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
