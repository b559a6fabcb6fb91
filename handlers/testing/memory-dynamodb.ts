// A table in memory behind the SDK client's `send`, for the three commands and two conditions the store uses.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { normalizeDecimal } from '../shared/json.ts';
import { Faults, InjectedError } from './faults.ts';

export type Item = Record<string, AttributeValue>;

export class MemoryDynamoDb {
  readonly items = new Map<string, Item>();
  faults: Faults;

  constructor(faults = new Faults()) {
    this.faults = faults;
  }

  /** What the adapter takes for the SDK's client. */
  asClient(): DynamoDBClient {
    return this as unknown as DynamoDBClient;
  }

  /** The stored events, without markers and references. */
  events(): Item[] {
    return [...this.items.values()].filter((item) => item.event_id !== undefined);
  }

  /** Deletes what has expired, as DynamoDB does within a few days. */
  expire(nowMs: number): void {
    for (const [key, { ttl }] of this.items) if (Number(ttl?.N) * 1000 < nowMs) this.items.delete(key);
  }

  /** Carries out one of the three commands. */
  send(command: unknown): Promise<object> {
    if (command instanceof TransactWriteItemsCommand) {
      const puts = (command.input.TransactItems ?? []).map(({ Put }) => ({
        item: Put?.Item ?? {},
        isNew: Put?.ConditionExpression !== undefined,
      }));
      return this.faults.around(() => this.#transact(puts), refuseTransaction);
    }
    if (command instanceof GetItemCommand) {
      return this.faults.around(() => ({ Item: this.items.get(keyOf(command.input.Key ?? {})) }));
    }
    if (command instanceof UpdateItemCommand) {
      return this.faults.around(() => this.#update(command.input));
    }
    throw new TypeError('Not a command the store uses');
  }

  #transact(puts: readonly { readonly item: Item; readonly isNew: boolean }[]): object {
    const reasons = puts.map(({ item, isNew }) => {
      const present = isNew ? this.items.get(keyOf(item)) : undefined;
      return present ? { Code: 'ConditionalCheckFailed', Item: present } : { Code: 'None' };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    for (const { item } of puts) this.items.set(keyOf(item), item);
    return {};
  }

  /** `SET #a = :x, #b.#c = :y` on an item that exists. */
  #update({
    Key = {},
    UpdateExpression = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  }: UpdateItemCommandInput): object {
    const item = this.items.get(keyOf(Key));
    if (!item) {
      throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
    }
    const changed = structuredClone(item);
    for (const [, path = '', value = ''] of UpdateExpression.matchAll(/([#\w.]+) = (:\w+)/g)) {
      const members = path.split('.').map((name) => names[name] ?? name);
      const parent = members.slice(0, -1).reduce<Item>((map, name) => map[name]?.M ?? {}, changed);
      parent[members.at(-1) ?? ''] = values[value] ?? { NULL: true };
    }
    this.items.set(keyOf(Key), changed);
    return {};
  }
}

function keyOf({ session_id, timestamp }: Item): string {
  const { digits, exponent } = normalizeDecimal(timestamp?.N ?? '');
  return JSON.stringify([session_id?.S, digits, exponent]);
}

function refuseTransaction(fault: 'throttle' | 'conflict'): Error {
  if (fault === 'throttle') return new InjectedError('ProvisionedThroughputExceededException');
  return cancelled([{ Code: 'None' }, { Code: 'TransactionConflict' }]);
}

function cancelled(CancellationReasons: { Code: string; Item?: Item }[]): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons,
  });
}
