// The sessions table. Promises that one dedupeKey is stored once, whatever is repeated, lost or in parallel.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock, SessionStore, StoreOutcome } from '../ports.ts';
import type { EventStatus, Filing, SessionEvent } from '../session-event.ts';
import { fromAttributeMap, toAttributeMap } from './attribute-values.ts';

type Item = Record<string, AttributeValue>;

/** The sort key of a marker; events lie after 1970. */
const MARKER_TIMESTAMP = '0';
const MAX_ATTEMPTS = 4;
const RETRY_BASE_MS = 50;
/** Reasons for which DynamoDB cancels a transaction although nothing is wrong with it. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

export interface DynamoDbSessionStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
}

/**
 * Stores an event and its marker (`delivery#<dedupeKey>`) in one transaction, with a reference to it in its case's
 * partition if it has one. The marker has the key that a redelivery also derives, whatever time the redelivered
 * body bears, and says where the event lies.
 */
export class DynamoDbSessionStore implements SessionStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #clock: Clock;

  constructor({ client, tableName, clock }: DynamoDbSessionStoreOptions) {
    this.#client = client;
    this.#tableName = tableName;
    this.#clock = clock;
  }

  async store(event: SessionEvent, signal: AbortSignal): Promise<StoreOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#write(event, signal);
        return { outcome: 'stored' };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const outcome = await this.#explainCancellation(error, event, signal);
        if (outcome) return outcome;
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw error;
        await this.#clock.sleep(Math.random() * RETRY_BASE_MS * 2 ** attempt, signal);
      }
    }
  }

  async find(dedupeKey: string, signal: AbortSignal): Promise<SessionEvent | undefined> {
    const marker = await this.#get(markerKey(dedupeKey), signal);
    const item = marker && (await this.#get(keyInMarker(marker), signal));
    return item && toSessionEvent(item, dedupeKey);
  }

  markAnnounced(event: SessionEvent, signal: AbortSignal): Promise<void> {
    const status: AttributeValue = { S: 'announced' satisfies EventStatus };
    return this.#update(event, { '#status': status }, signal);
  }

  recordFiling(event: SessionEvent, { targetKey, ...filing }: Filing, signal: AbortSignal): Promise<void> {
    const values: Item = {
      '#filing': { M: toAttributeMap({ ...filing }) },
      ...(targetKey === undefined ? {} : { '#data.#target_key': { S: targetKey } }),
    };
    return this.#update(event, values, signal);
  }

  /** Sets attributes by path, each member written `#name`. */
  async #update(event: SessionEvent, values: Item, signal: AbortSignal): Promise<void> {
    const paths = Object.keys(values);
    const names = paths.flatMap((path) => path.split('.'));
    const command = new UpdateItemCommand({
      TableName: this.#tableName,
      Key: eventKey(event),
      UpdateExpression: `SET ${paths.map((path, index) => `${path} = :v${index}`).join(', ')}`,
      // An update would otherwise bring an item back that TTL has just deleted.
      ConditionExpression: 'attribute_exists(session_id)',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
      ExpressionAttributeValues: Object.fromEntries(
        paths.map((path, index) => [`:v${index}`, values[path] as AttributeValue]),
      ),
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #write(event: SessionEvent, signal: AbortSignal): Promise<void> {
    const TableName = this.#tableName;
    const putNew = (item: Item) => ({
      Put: {
        TableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(session_id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    });
    const references = event.caseKey === undefined ? [] : [toReference(event, event.caseKey)];
    const command = new TransactWriteItemsCommand({
      TransactItems: [
        putNew(toMarker(event)),
        putNew(toItem(event)),
        ...references.map((Item) => ({ Put: { TableName, Item } })),
      ],
    });
    await this.#client.send(command, { abortSignal: signal });
  }

  /** A duplicate has its marker; when TTL took the marker first, the item itself still bears the event id. */
  async #explainCancellation(
    error: TransactionCanceledException,
    event: SessionEvent,
    signal: AbortSignal,
  ): Promise<StoreOutcome | undefined> {
    const [markerReason, itemReason] = error.CancellationReasons ?? [];
    if (markerReason?.Code === 'ConditionalCheckFailed') {
      const stored = await this.find(event.dedupeKey, signal);
      // The marker outlived its item: long done, nothing left to announce.
      return { outcome: 'duplicate', event: stored ?? { ...event, status: 'announced' } };
    }
    const present = itemReason?.Code === 'ConditionalCheckFailed' ? itemReason.Item : undefined;
    if (present?.event_id?.S !== event.eventId) return undefined;
    return { outcome: 'duplicate', event: toSessionEvent(present, event.dedupeKey) };
  }

  async #get(key: Item, signal: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true });
    const { Item: item } = await this.#client.send(command, { abortSignal: signal });
    return item;
  }
}

function isTransient(error: TransactionCanceledException): boolean {
  return (error.CancellationReasons ?? []).some(
    ({ Code }) => Code !== undefined && TRANSIENT_REASONS.has(Code),
  );
}

function eventKey(event: SessionEvent): Item {
  return { session_id: { S: event.sessionId }, timestamp: { N: event.timestamp } };
}

function markerKey(dedupeKey: string): Item {
  return { session_id: { S: `delivery#${dedupeKey}` }, timestamp: { N: MARKER_TIMESTAMP } };
}

function toMarker(event: SessionEvent): Item {
  const until = event.recognizedUntil === undefined ? event.ttl : event.recognizedUntil;
  return {
    ...markerKey(event.dedupeKey),
    ...placeOf(event),
    ...(until === null ? {} : { ttl: { N: String(until) } }),
  };
}

/** Lies in the case's partition under the event's time; its content follows from its key, so it may be put again. */
function toReference(event: SessionEvent, caseKey: string): Item {
  return {
    session_id: { S: caseKey },
    timestamp: { N: event.timestamp },
    ...placeOf(event),
    ttl: { N: String(event.ttl) },
  };
}

function placeOf({ sessionId, timestamp }: SessionEvent): Item {
  return { event_session_id: { S: sessionId }, event_timestamp: { N: timestamp } };
}

function keyInMarker(marker: Item): Item {
  return {
    session_id: { S: marker.event_session_id?.S ?? '' },
    timestamp: { N: marker.event_timestamp?.N ?? '' },
  };
}

function toItem(event: SessionEvent): Item {
  return {
    ...eventKey(event),
    event_id: { S: event.eventId },
    event_type: { S: event.eventType },
    data: { M: toAttributeMap(event.data) },
    ...(event.metadata ? { metadata: { M: toAttributeMap(event.metadata) } } : {}),
    status: { S: event.status },
    ...(event.filing ? { filing: { M: toAttributeMap({ ...event.filing }) } } : {}),
    received_at: { S: event.receivedAt },
    ttl: { N: String(event.ttl) },
  };
}

/** An event as the table holds it. An item does not say what it is deduplicated by; to announce it nothing needs that. */
export function toSessionEvent(item: Item, dedupeKey = ''): SessionEvent {
  return {
    sessionId: item.session_id?.S ?? '',
    timestamp: item.timestamp?.N ?? '',
    eventId: item.event_id?.S ?? '',
    dedupeKey,
    eventType: item.event_type?.S ?? '',
    data: fromAttributeMap(item.data?.M),
    ...(item.metadata?.M ? { metadata: fromAttributeMap(item.metadata.M) } : {}),
    status: item.status?.S === 'announced' ? 'announced' : 'stored',
    ...(item.filing?.M ? { filing: fromAttributeMap(item.filing.M) as unknown as Filing } : {}),
    receivedAt: item.received_at?.S ?? '',
    ttl: Number(item.ttl?.N ?? 0),
  };
}
