/** A binary heap: the entry of the lowest rank first, entries of equal rank in the order of their arrival. */
export class PriorityQueue<T> {
  readonly #entries: { readonly rank: number; readonly order: number; readonly value: T }[] = [];
  readonly #rankOf: (value: T) => number;
  #order = 0;

  constructor(rankOf: (value: T) => number) {
    this.#rankOf = rankOf;
  }

  get size(): number {
    return this.#entries.length;
  }

  peek(): T | undefined {
    return this.#entries[0]?.value;
  }

  push(value: T): void {
    this.#entries.push({ rank: this.#rankOf(value), order: this.#order, value });
    this.#order += 1;
    let index = this.#entries.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): T | undefined {
    if (this.#entries.length === 0) return undefined;
    this.#swap(0, this.#entries.length - 1);
    const top = this.#entries.pop();
    let index = 0;
    for (;;) {
      let first = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#entries.length && this.#isBefore(child, first)) first = child;
      }
      if (first === index) return top?.value;
      this.#swap(index, first);
      index = first;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#entries[left];
    const b = this.#entries[right];
    if (!a || !b) return false;
    return a.rank === b.rank ? a.order < b.order : a.rank < b.rank;
  }

  #swap(left: number, right: number): void {
    const a = this.#entries[left];
    const b = this.#entries[right];
    if (!a || !b) return;
    this.#entries[left] = b;
    this.#entries[right] = a;
  }
}
