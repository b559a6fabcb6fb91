// The time of the local system: the machine's, moved forward on request, so that a day's retention takes a click.
export class MovableClock {
  #offsetMs: number;
  readonly #listeners = new Set<() => void>();

  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  nowIso(): string {
    return new Date(this.nowMs()).toISOString();
  }

  move(byMs: number): void {
    this.#offsetMs += byMs;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each move. */
  onMove(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
