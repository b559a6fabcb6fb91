// Two kinds of items in the sessions table: the queue of API calls, and the number of attempts at a file.
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../shared/ports.ts';
import type { ApiTurns, AttemptCounter, TurnRequest } from '../pacing-ports.ts';

export interface PacingItemsOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
}

/** Both keys are in the namespace `delivery#`, into which no sender can write. */
const TURNS_KEY = { session_id: { S: 'delivery#api-turns' }, timestamp: { N: '0' } };
const attemptsKey = (fileId: string) => ({
  session_id: { S: `delivery#attempts#${fileId}` },
  timestamp: { N: '0' },
});

const MAX_TRIES = 4;
/** Longer than the retention of both queues, which is 14 days at most. */
const ATTEMPTS_TTL_SECONDS = 30 * 86_400;
/** Limits the writes: other instances do not need every success. */
const RECORD_INTERVAL_MS = 10_000;

/**
 * `next_at` is the earliest start of the account's next call. Taking a turn adds one interval to it in one conditional
 * write, which is correct for any number of instances.
 */
export class DynamoDbTurns implements ApiTurns {
  readonly #options: PacingItemsOptions;
  #knownNextMs = 0;
  #lastRecordedMs = Number.NEGATIVE_INFINITY;

  constructor(options: PacingItemsOptions) {
    this.#options = options;
  }

  async take({ nowMs, latestMs, intervalMs }: TurnRequest, signal: AbortSignal): Promise<number | undefined> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const hasQueue = this.#knownNextMs >= nowMs;
      try {
        const nextMs = await this.#write(
          hasQueue
            ? {
                UpdateExpression: 'SET next_at = next_at + :interval',
                ConditionExpression: 'next_at BETWEEN :now AND :latest',
                ExpressionAttributeValues: numbers({ interval: intervalMs, now: nowMs, latest: latestMs }),
              }
            : {
                UpdateExpression: 'SET next_at = :next',
                ConditionExpression: 'attribute_not_exists(next_at) OR next_at < :now',
                ExpressionAttributeValues: numbers({ next: nowMs + intervalMs, now: nowMs }),
              },
          signal,
        );
        this.#knownNextMs = nextMs;
        return nextMs - intervalMs;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        this.#knownNextMs = Number(error.Item?.next_at?.N ?? 0);
        if (this.#knownNextMs > latestMs) return undefined;
      }
    }
    return undefined;
  }

  async recordSuccess(atMs: number, signal: AbortSignal): Promise<void> {
    if (atMs - this.#lastRecordedMs < RECORD_INTERVAL_MS) return;
    this.#lastRecordedMs = atMs;
    const command = new UpdateItemCommand({
      TableName: this.#options.tableName,
      Key: TURNS_KEY,
      UpdateExpression: 'SET succeeded_at = :at',
      ExpressionAttributeValues: numbers({ at: atMs }),
    });
    await this.#options.client.send(command, { abortSignal: signal });
  }

  async lastSuccessMs(signal: AbortSignal): Promise<number | undefined> {
    const command = new GetItemCommand({
      TableName: this.#options.tableName,
      Key: TURNS_KEY,
      ConsistentRead: true,
    });
    const { Item } = await this.#options.client.send(command, { abortSignal: signal });
    return Item?.succeeded_at?.N === undefined ? undefined : Number(Item.succeeded_at.N);
  }

  /** Returns the new `next_at`. */
  async #write(
    update: {
      readonly UpdateExpression: string;
      readonly ConditionExpression: string;
      readonly ExpressionAttributeValues: Record<string, { N: string }>;
    },
    signal: AbortSignal,
  ): Promise<number> {
    const command = new UpdateItemCommand({
      TableName: this.#options.tableName,
      Key: TURNS_KEY,
      ...update,
      ReturnValues: 'UPDATED_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const { Attributes } = await this.#options.client.send(command, { abortSignal: signal });
    return Number(Attributes?.next_at?.N);
  }
}

export class DynamoDbAttempts implements AttemptCounter {
  readonly #options: PacingItemsOptions;

  constructor(options: PacingItemsOptions) {
    this.#options = options;
  }

  add(fileId: string, signal: AbortSignal): Promise<number> {
    return this.#update(fileId, 'SET #ttl = :ttl ADD attempts :count', 1, signal);
  }

  async clear(fileId: string, signal: AbortSignal): Promise<void> {
    await this.#update(fileId, 'SET #ttl = :ttl, attempts = :count', 0, signal);
  }

  /** Every update sets the TTL, because every update may create the item. Returns the new number of attempts. */
  async #update(fileId: string, expression: string, count: number, signal: AbortSignal): Promise<number> {
    const { client, tableName, clock } = this.#options;
    const ttl = Math.floor(clock.nowMs() / 1000) + ATTEMPTS_TTL_SECONDS;
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: attemptsKey(fileId),
      UpdateExpression: expression,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: numbers({ ttl, count }),
      ReturnValues: 'UPDATED_NEW',
    });
    const { Attributes } = await client.send(command, { abortSignal: signal });
    return Number(Attributes?.attempts?.N ?? count);
  }
}

function numbers(values: Readonly<Record<string, number>>): Record<string, { N: string }> {
  return Object.fromEntries(
    // Four decimals are enough, and toFixed avoids an exponent.
    Object.entries(values).map(([name, value]) => [`:${name}`, { N: String(Number(value.toFixed(4))) }]),
  );
}
