// Caches the versions of one secret and limits the requests to its source.
import type { Clock, SecretSource } from './ports.ts';

const MAX_AGE_MS = 300_000;
const MIN_REFRESH_INTERVAL_MS = 30_000;

/** The secret has no value or cannot be read now; a retry may succeed. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
}

/**
 * Caches the versions of one secret for 300 s. A caller that suspects a rotation may request a refresh, at most every
 * 30 s, so that forged requests cannot throttle Secrets Manager. While the source is down, the cached versions stay in
 * use.
 */
export class SecretCache {
  readonly #source: SecretSource;
  readonly #clock: Clock;
  #versions: readonly string[] = [];
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #attemptedAtMs = Number.NEGATIVE_INFINITY;
  #forcedAtMs = Number.NEGATIVE_INFINITY;
  #failure: unknown;
  #pending: Promise<void> | undefined;

  constructor(source: SecretSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * The versions in use, current first, never empty.
   * @throws SecretUnavailableError
   */
  async get(signal: AbortSignal): Promise<readonly string[]> {
    const nowMs = this.#clock.nowMs();
    const stale = nowMs - this.#fetchedAtMs >= MAX_AGE_MS;
    const waited = nowMs - this.#attemptedAtMs >= MIN_REFRESH_INTERVAL_MS;
    // With an empty cache every caller fetches: a pause of 30 s after one failure would lose requests.
    if (this.#versions.length === 0 || (stale && waited)) await this.#refresh(signal);
    return this.#require();
  }

  /**
   * The versions after a refresh; undefined when the last requested refresh was less than 30 s ago. Fetches by `get` do
   * not count: a secret that is rotated just after a cold start must be found, too.
   * @throws SecretUnavailableError when the last fetch failed: the cache may be out of date
   */
  async refresh(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const nowMs = this.#clock.nowMs();
    const allowed = this.#pending !== undefined || nowMs - this.#forcedAtMs >= MIN_REFRESH_INTERVAL_MS;
    if (allowed) {
      this.#forcedAtMs = nowMs;
      await this.#refresh(signal);
    }
    if (this.#failure !== undefined) throw this.#unavailable();
    return allowed ? this.#require() : undefined;
  }

  #refresh(signal: AbortSignal): Promise<void> {
    this.#pending ??= this.#fetch(signal).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    this.#attemptedAtMs = this.#clock.nowMs();
    try {
      const versions = await this.#source.fetchVersions(signal);
      this.#versions = versions.filter((version) => version !== '');
      this.#fetchedAtMs = this.#clock.nowMs();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error ?? new Error('unknown');
    }
  }

  #require(): readonly string[] {
    if (this.#versions.length === 0) throw this.#unavailable();
    return this.#versions;
  }

  #unavailable(): SecretUnavailableError {
    return new SecretUnavailableError('No secret value is available', { cause: this.#failure });
  }
}
