// The items by partition, which the table's map of keys does not give.
import type { Item } from '../services/dynamodb-values.ts';
import type { JournaledMap } from './journal.ts';

export class SessionIndex {
  readonly #partitions = new Map<string, Map<string, Item>>();
  /** The partition of each key, to find that of a deleted one. */
  readonly #partitionOf = new Map<string, string>();

  constructor(items: JournaledMap<Item>) {
    for (const [key, item] of items) this.#add(key, item);
    items.onChange((key, item) => (item === undefined ? this.#remove(key) : this.#add(key, item)));
  }

  /** In the order of arrival. */
  partition(sessionId: string): Item[] {
    return [...(this.#partitions.get(sessionId)?.values() ?? [])];
  }

  /** Those with an event, not the markers. */
  *sessions(): Generator<readonly [string, readonly Item[]]> {
    for (const [sessionId, items] of this.#partitions) {
      const events = [...items.values()].filter(({ event_id }) => event_id !== undefined);
      if (events.length > 0) yield [sessionId, events];
    }
  }

  #add(key: string, item: Item): void {
    const sessionId = item.session_id?.S ?? '';
    const partition = this.#partitions.get(sessionId) ?? new Map<string, Item>();
    partition.set(key, item);
    this.#partitions.set(sessionId, partition);
    this.#partitionOf.set(key, sessionId);
  }

  #remove(key: string): void {
    const sessionId = this.#partitionOf.get(key) ?? '';
    const partition = this.#partitions.get(sessionId);
    partition?.delete(key);
    if (partition?.size === 0) this.#partitions.delete(sessionId);
    this.#partitionOf.delete(key);
  }
}
