// Tells the page what has moved and what has changed, at a rate that it can draw.
import type { Change, PartId, Topic } from '../../console/source.ts';

type Move = Extract<Change, { readonly kind: 'moved' }>;

const COALESCE_MS = 60;
/** More moves in that time are not drawn. */
const MAX_MOVES = 40;

export class ChangeFeed {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #topics = new Set<Topic>();
  #moves: Move[] = [];
  #timer: NodeJS.Timeout | undefined;

  watch(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(...topics: readonly Topic[]): void {
    for (const topic of topics) this.#topics.add(topic);
    this.#schedule();
  }

  move(from: PartId, to: PartId, label: string, isFailure = false): void {
    if (this.#moves.length < MAX_MOVES) this.#moves.push({ kind: 'moved', from, to, label, isFailure });
    this.change('overview');
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#listeners.size === 0) {
      this.#topics.clear();
      this.#moves = [];
      return;
    }
    this.#timer ??= setTimeout(() => this.#flush(), COALESCE_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const changes: Change[] = [...this.#moves, { kind: 'changed', topics: [...this.#topics] }];
    this.#moves = [];
    this.#topics.clear();
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }
}
