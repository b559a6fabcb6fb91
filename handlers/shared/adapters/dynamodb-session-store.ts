// The sessions table. Stores each dedupeKey once, also with retries, lost responses and parallel deliveries.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { errorCodeOf } from '../codes.ts';
import type { Clock, SessionStore, StoreOutcome } from '../ports.ts';
import type { EventKey, EventStatus, Filing, SessionEvent } from '../session-event.ts';
import type { CaseReference, StoredEvent } from '../session-item-v1.ts';
import { type ForgottenKind, isForgettable, tombstoneKey } from '../tombstone.ts';
import { fromAttributeMap, toAttributeMap } from './attribute-values.ts';

type Item = Record<string, AttributeValue>;
/** The item with exactly the members of the published schema. */
type ItemOf<T> = { readonly [K in keyof T]: AttributeValue };

/** The sort key of a marker; events have later times. */
const MARKER_TIMESTAMP = '0';
const MAX_ATTEMPTS = 4;
const RETRY_BASE_MS = 50;
/** Cancellation reasons that are worth a retry. */
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
 * Stores an event and its marker (`delivery#<dedupeKey>`) in one transaction, with a reference in the partition of its
 * case if it has one. The marker holds the event's key. Its own key depends only on the dedupeKey, so a redelivery with
 * another time in its body finds it.
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
    if (await this.isForgotten('session', event.sessionId, signal)) return { outcome: 'forgotten' };
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

  async find(dedupeKey: string, signal: AbortSignal): Promise<SessionEvent | 'forgotten' | undefined> {
    const marker = await this.#get(markerKey(dedupeKey), signal);
    if (marker?.forgotten?.BOOL === true) return 'forgotten';
    const item = marker && (await this.#get(keyInMarker(marker), signal));
    return item && toSessionEvent(item, dedupeKey);
  }

  /**
   * A read of its own before the transaction takes half a read unit. A check in the transaction would take two write units,
   * twenty times the price, and only spare the eraser from looking again after the deliveries that it met. That also covers
   * the second for which this read may be stale.
   */
  async isForgotten(kind: ForgottenKind, id: string, signal: AbortSignal): Promise<boolean> {
    if (kind === 'session' && !isForgettable(id)) return false;
    const command = new GetItemCommand({ TableName: this.#tableName, Key: { ...tombstoneKey(kind, id) } });
    const { Item: tombstone } = await this.#client.send(command, { abortSignal: signal });
    return tombstone !== undefined;
  }

  markAnnounced(event: EventKey, signal: AbortSignal): Promise<void> {
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

  /** Sets attributes by path; each part of a path is written `#name`. */
  async #update(event: EventKey, values: Item, signal: AbortSignal): Promise<void> {
    const paths = Object.keys(values);
    const names = paths.flatMap((path) => path.split('.'));
    const command = new UpdateItemCommand({
      TableName: this.#tableName,
      Key: eventKey(event),
      UpdateExpression: `SET ${paths.map((path, index) => `${path} = :v${index}`).join(', ')}`,
      // Without the condition, the update would recreate an item that TTL has deleted.
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

  /** Recognises a duplicate by its marker, or by the item's event id when TTL has deleted only the marker. */
  async #explainCancellation(
    error: TransactionCanceledException,
    event: SessionEvent,
    signal: AbortSignal,
  ): Promise<StoreOutcome | undefined> {
    const [markerReason, itemReason] = error.CancellationReasons ?? [];
    if (markerReason?.Code === 'ConditionalCheckFailed') {
      const stored = await this.find(event.dedupeKey, signal);
      if (stored === 'forgotten') return { outcome: 'forgotten' };
      // The item has expired, its marker has not: the event was announced long ago.
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

function eventKey(event: EventKey) {
  return { session_id: { S: event.sessionId }, timestamp: { N: event.timestamp } };
}

function markerKey(dedupeKey: string): Item {
  return { session_id: { S: `delivery#${dedupeKey}` }, timestamp: { N: MARKER_TIMESTAMP } };
}

function toMarker(event: SessionEvent): Item {
  const until = event.recognizedUntil === undefined ? event.ttl : event.recognizedUntil;
  return {
    ...markerKey(event.dedupeKey),
    ...eventLocation(event),
    ...(until === null ? {} : { ttl: { N: String(until) } }),
  };
}

/** The item in the case's partition; its content depends only on its key, so writing it again is safe. */
function toReference(event: SessionEvent, caseKey: string): ItemOf<CaseReference> {
  return {
    session_id: { S: caseKey },
    timestamp: { N: event.timestamp },
    ...eventLocation(event),
    ttl: { N: String(event.ttl) },
  };
}

function eventLocation({ sessionId, timestamp }: SessionEvent) {
  return { event_session_id: { S: sessionId }, event_timestamp: { N: timestamp } };
}

function keyInMarker(marker: Item): Item {
  return {
    session_id: { S: marker.event_session_id?.S ?? '' },
    timestamp: { N: marker.event_timestamp?.N ?? '' },
  };
}

function toItem(event: SessionEvent): ItemOf<StoredEvent> {
  const errorCode = errorCodeOf(event.data);
  return {
    schema_version: { S: '1' },
    ...eventKey(event),
    event_id: { S: event.eventId },
    event_type: { S: event.eventType },
    data: { M: toAttributeMap(event.data) },
    ...(event.metadata ? { metadata: { M: toAttributeMap(event.metadata) } } : {}),
    status: { S: event.status },
    ...(event.filing ? { filing: { M: toAttributeMap({ ...event.filing }) } } : {}),
    ...(event.risk === undefined ? {} : { risk: { S: event.risk } }),
    ...(errorCode === undefined ? {} : { error_code: { S: errorCode } }),
    test: { BOOL: event.isTest },
    received_at: { S: event.receivedAt },
    ttl: { N: String(event.ttl) },
  };
}

/** Reads an event from its item. The item does not hold the dedupeKey, and announcing does not need it. */
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
    ...(item.risk?.S === undefined ? {} : { risk: item.risk.S as NonNullable<StoredEvent['risk']> }),
    isTest: item.test?.BOOL === true,
    receivedAt: item.received_at?.S ?? '',
    ttl: Number(item.ttl?.N ?? 0),
  };
}
