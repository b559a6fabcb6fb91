/** A seeded source of randomness, so that a failing run can be repeated from the seed its test prints. */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env.TEST_SEED ?? Date.now() % 0x7fff_ffff)) {
    this.seed = seed;
    this.#state = seed | 0;
  }

  /** From 0 up to but not including 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to but not including the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  shuffle<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, rank: this.next() }));
    return keyed.sort((a, b) => a.rank - b.rank).map(({ value }) => value);
  }
}
