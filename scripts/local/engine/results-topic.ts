// The results topic: records the messages of each subscription of the spec, and the filters that keep others back. Sends
// nothing: the endpoints of the spec are real queues and mailboxes.
import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../console/source-data.ts';
import type { PublishedMessage } from '../services/sns-service.ts';
import { type FilterPolicy, filterPolicyOf, findRefusal } from './filter-policy.ts';
import type { JournaledMap } from './journal.ts';
import type { LocalStack } from './local-stack.ts';
import type { MovableClock } from './movable-clock.ts';
import { parseFields } from './telemetry.ts';

export interface DeliveryCounts {
  readonly delivered: number;
  readonly filtered: number;
}

interface TopicSubscription {
  readonly name: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly policy: FilterPolicy;
  readonly isRaw: boolean;
}

export interface ResultsTopicOptions {
  readonly stack: LocalStack;
  readonly clock: MovableClock;
  readonly deliveries: JournaledMap<Delivery>;
  readonly counts: JournaledMap<DeliveryCounts>;
  readonly onDelivery: (delivery: Delivery) => void;
}

export class ResultsTopic {
  readonly subscriptions: readonly TopicSubscription[];
  readonly #options: ResultsTopicOptions;

  constructor(options: ResultsTopicOptions) {
    this.#options = options;
    this.subscriptions = options.stack.settings.subscriptions.map((subscription) => ({
      name: subscription.name,
      protocol: subscription.protocol,
      endpoint: subscription.endpoint,
      policy: filterPolicyOf(subscription),
      isRaw: subscription.raw_message_delivery,
    }));
  }

  publish(published: PublishedMessage): void {
    for (const subscription of this.subscriptions) this.#deliver(subscription, published);
  }

  countOf(name: string): DeliveryCounts {
    return this.#options.counts.get(name) ?? { delivered: 0, filtered: 0 };
  }

  #deliver(subscription: TopicSubscription, { message, messageId, attributes }: PublishedMessage): void {
    const { clock, deliveries, counts, onDelivery } = this.#options;
    const refusing = findRefusal(subscription.policy, attributes);
    const outcome = refusing === undefined ? 'delivered' : 'filtered';
    const { event_id, event_type, session_id } = parseFields(message);
    const delivery: Delivery = {
      id: randomUUID(),
      at: clock.nowIso(),
      subscription: subscription.name,
      protocol: subscription.protocol,
      eventId: String(event_id ?? ''),
      eventType: String(event_type ?? ''),
      sessionId: String(session_id ?? ''),
      outcome,
      ...(refusing === undefined
        ? {}
        : { reason: describeRefusal(subscription.policy, refusing, attributes[refusing]?.StringValue) }),
      message: subscription.isRaw ? message : this.#envelope(message, messageId, attributes),
    };
    deliveries.set(delivery.id, delivery);
    const before = this.countOf(subscription.name);
    counts.set(subscription.name, { ...before, [outcome]: before[outcome] + 1 });
    onDelivery(delivery);
  }

  /** Without the signature, which only AWS can make. */
  #envelope(message: string, messageId: string, attributes: PublishedMessage['attributes']): string {
    const { stack, clock } = this.#options;
    const members = Object.entries(attributes).map(([name, { DataType: Type, StringValue: Value }]) => [
      name,
      { Type, Value },
    ]);
    return JSON.stringify({
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: stack.topicArn,
      Message: message,
      Timestamp: clock.nowIso(),
      MessageAttributes: Object.fromEntries(members),
    });
  }
}

function describeRefusal(policy: FilterPolicy, key: string, value: string | undefined): string {
  return `${key}: ${JSON.stringify(policy[key])}, but it is ${value === undefined ? 'absent' : value}`;
}
