// An in-memory table that implements the SDK client's `send` for the three commands of the functions.
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { normalizeDecimal } from '../../../handlers/shared/json.ts';
import { checkItem } from '../contract.ts';
import { updateItem } from './dynamodb-expressions.ts';
import { checkSize } from './dynamodb-limits.ts';
import type { Item } from './dynamodb-values.ts';

/** Runs the effect of one call. */
export interface CallRunner {
  around<T>(effect: () => T, kind?: 'transaction'): Promise<T>;
}

/** Yields to the event loop first, so that other calls can interleave as they do over a network. */
const UNDISTURBED: CallRunner = {
  async around(effect) {
    await new Promise(setImmediate);
    return effect();
  },
};

/** In place of the check, as on AWS: a project's own handlers may store more. */
export const takeAny: typeof checkItem = () => {};

export class MemoryDynamoDb {
  readonly items: Map<string, Item>;
  /** Tests replace it to make calls fail. */
  calls: CallRunner;
  readonly #check: typeof checkItem;

  /** Tests check each item against the published schema. */
  constructor(calls = UNDISTURBED, items = new Map<string, Item>(), check = checkItem) {
    this.calls = calls;
    this.items = items;
    this.#check = check;
  }

  /** This object in place of the SDK's client. */
  asClient(): DynamoDBClient {
    return this as unknown as DynamoDBClient;
  }

  /** The stored events, without markers and references. */
  events(): Item[] {
    return [...this.items.values()].filter((item) => item.event_id !== undefined);
  }

  /** Puts an item as it is, without a condition. */
  put(item: Item): void {
    this.#check(item, false);
    this.items.set(keyOf(item), item);
  }

  /** Deletes expired items, as DynamoDB does within a few days. */
  expire(nowMs: number): void {
    for (const [key, { ttl }] of this.items) if (Number(ttl?.N) * 1000 < nowMs) this.items.delete(key);
  }

  get(key: Item): Item | undefined {
    return this.items.get(keyOf(key));
  }

  delete(key: Item): void {
    this.items.delete(keyOf(key));
  }

  /** Executes one of the three commands. */
  send(command: unknown): Promise<object> {
    if (command instanceof TransactWriteItemsCommand) {
      const puts = (command.input.TransactItems ?? []).map(({ Put }) => ({
        item: Put?.Item ?? {},
        isNew: Put?.ConditionExpression !== undefined,
      }));
      return this.calls.around(() => this.#transact(puts), 'transaction');
    }
    if (command instanceof GetItemCommand) {
      return this.calls.around(() => ({ Item: this.get(command.input.Key ?? {}) }));
    }
    if (command instanceof UpdateItemCommand) {
      return this.calls.around(() => this.#update(command.input));
    }
    throw new TypeError('Not a command the store uses');
  }

  #transact(puts: readonly { readonly item: Item; readonly isNew: boolean }[]): object {
    const reasons = puts.map(({ item, isNew }) => {
      const present = isNew ? this.items.get(keyOf(item)) : undefined;
      return present ? { Code: 'ConditionalCheckFailed', Item: present } : { Code: 'None' };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    for (const { item } of puts) this.#check(item, true);
    for (const { item } of puts) this.items.set(keyOf(item), item);
    return {};
  }

  #update(input: UpdateItemCommandInput): object {
    const key = keyOf(input.Key ?? {});
    const updated = updateItem(this.items.get(key), input);
    checkSize(updated);
    this.#check(updated, false);
    this.items.set(key, updated);
    return input.ReturnValues === 'UPDATED_NEW' || input.ReturnValues === 'ALL_NEW'
      ? { Attributes: updated }
      : {};
  }
}

function keyOf({ session_id, timestamp }: Item): string {
  const { digits, exponent } = normalizeDecimal(timestamp?.N ?? '');
  return JSON.stringify([session_id?.S, digits, exponent]);
}

export function cancelled(
  CancellationReasons: { Code: string; Item?: Item }[],
): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons,
  });
}
