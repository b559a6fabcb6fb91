// Reads typed values from environment variables and reports all missing or malformed ones in one error.
export type Env = Readonly<Record<string, string | undefined>>;

/** Thrown at load time; the message lists every problem and quotes no value. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export class EnvReader {
  readonly #env: Env;
  readonly #problems: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string): string {
    const value = this.#env[name]?.trim();
    if (!value) this.#problems.push(`${name} is missing`);
    return value ?? '';
  }

  number(name: string, limits: { min: number; max: number; fallback: number }): number {
    const text = this.#env[name]?.trim();
    if (!text) return limits.fallback;
    const value = Number(text);
    if (value >= limits.min && value <= limits.max) return value;
    this.#problems.push(`${name} must be a number from ${limits.min} to ${limits.max}`);
    return limits.fallback;
  }

  /** An https URL; http only for localhost, so that tests can run a local API. */
  url(name: string): URL {
    const text = this.text(name);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const local = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
    if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && local))) return url;
    this.#problems.push(`${name} must be an https:// URL`);
    return new URL('https://invalid.invalid');
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** @throws ConfigError when a value read so far is missing or malformed */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(`Bad configuration: ${this.#problems.join('; ')}`);
  }
}
