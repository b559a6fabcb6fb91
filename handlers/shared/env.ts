// Receives process.env, promises typed values, reports every missing or malformed variable at once.
export type Env = Readonly<Record<string, string | undefined>>;

/** Thrown once, at load, with every problem in one message; the values themselves are never quoted. */
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

  /** An https URL; http is accepted for this machine only, so that tests can run a local API. */
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

  /** @throws ConfigError when any value read so far was missing or malformed */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(`Bad configuration: ${this.#problems.join('; ')}`);
  }
}
