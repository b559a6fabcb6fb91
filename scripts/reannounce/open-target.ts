// Where the messages go: to the topic, and with it to all subscribers, or straight to the queue of one subscription.
import { randomUUID } from 'node:crypto';
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Problem } from '../../generator/command-line/problem.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import type { ResolvedEnvironment, ResolvedRegion } from '../../generator/spec/resolve.ts';
import { toMessageAttributes } from '../../handlers/shared/adapters/sns-results-topic.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import { matchesFilter } from '../local/services/sns-filter.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { findTopicArn, openAnnouncing } from '../operator/stored-events.ts';
import type { Found } from './find-announcements.ts';

export interface Target {
  /** Whether the target receives the message: false if the subscription's filter keeps it back. */
  readonly receives: (announcement: Announcement) => boolean;
  readonly send: (found: Found, signal: AbortSignal) => Promise<void>;
}

/** Publishes, and marks an event that was never announced. */
export async function openTopic(aws: AwsAccess, stack: Stack): Promise<Target> {
  const { topic, store } = await openAnnouncing(aws, stack);
  return {
    receives: () => true,
    async send({ announcement, key, status }, signal) {
      await topic.publish(announcement, signal);
      if (status === 'stored') await store.markAnnounced(key, signal);
    },
  };
}

/**
 * Sends to the queue of a subscription as SNS would: through its filter, raw or in an envelope. The envelope has no
 * signature, which only SNS can make. Events that were never announced stay so: the others have not received them.
 */
export async function openSubscription(aws: AwsAccess, stack: Stack, name: string): Promise<Target> {
  const queueArn = findQueueArn(stack.environment, stack.region, name);
  const { region } = stack;
  const topicArn = await findTopicArn(aws, stack);
  const { isRaw, filter } = await readSubscription(aws, stack, { topicArn, queueArn, name });
  const [, , , queueRegion = region.name, QueueOwnerAWSAccountId, QueueName] = queueArn.split(':');
  const sqs = aws.client(SQSClient, queueRegion);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
  return {
    receives: (announcement) => matchesFilter(filter, toMessageAttributes(announcement)),
    async send({ announcement }, abortSignal) {
      const message = isRaw
        ? { MessageBody: JSON.stringify(announcement), MessageAttributes: toMessageAttributes(announcement) }
        : { MessageBody: toEnvelope(announcement, topicArn) };
      await sqs.send(new SendMessageCommand({ QueueUrl, ...message }), { abortSignal });
    },
  };
}

/** The queue that the spec subscribes under that name. Throws a `Problem`. */
export function findQueueArn(environment: ResolvedEnvironment, region: ResolvedRegion, name: string): string {
  const { subscriptions } = region.settings;
  const subscription = subscriptions.find((each) => each.name === name);
  const names = subscriptions.map((each) => each.name);
  if (subscription === undefined)
    throw new Problem({
      what: `${environment.name} has no subscription ${name} in ${region.name}.${suggest(name, names)}`,
      fix: names.length === 0 ? 'leave out --subscription' : `give one of ${names.join(', ')}`,
    });
  if (subscription.protocol === 'sqs') return subscription.endpoint;
  throw new Problem({
    what: `The subscription ${name} is not a queue.`,
    why: `SNS publishes to all subscribers of a topic; only a queue can be sent to alone, and this is ${subscription.protocol}.`,
    fix: 'leave out --subscription: subscribers that deduplicate by event_id ignore what they have',
  });
}

interface Sought {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly name: string;
}

async function readSubscription(
  aws: AwsAccess,
  { environment, region }: Stack,
  { topicArn: TopicArn, queueArn, name }: Sought,
): Promise<{ readonly isRaw: boolean; readonly filter: unknown }> {
  const client = aws.client(SNSClient, region.name);
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    const found = Subscriptions.find(({ Endpoint, Protocol }) => Protocol === 'sqs' && Endpoint === queueArn);
    // SNS gives an ARN only to a confirmed subscription.
    if (!found?.SubscriptionArn?.startsWith('arn:')) continue;
    const { SubscriptionArn } = found;
    const { Attributes = {} } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    if (Attributes.FilterPolicy !== undefined && Attributes.FilterPolicyScope === 'MessageBody')
      throw new Problem({
        what: `The subscription ${name} filters by the body of the message, which this command cannot do.`,
        fix: 'leave out --subscription',
      });
    return {
      isRaw: Attributes.RawMessageDelivery === 'true',
      filter: JSON.parse(Attributes.FilterPolicy ?? '{}'),
    };
  }
  throw new Problem({
    what: `The queue of ${name} is not subscribed to the results topic in ${region.name}, or not confirmed.`,
    fix: `npx sonotheia deploy --env ${environment.name}`,
  });
}

function toEnvelope(announcement: Announcement, TopicArn: string): string {
  const attributes = Object.entries(toMessageAttributes(announcement));
  return JSON.stringify({
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn,
    Message: JSON.stringify(announcement),
    Timestamp: new Date().toISOString(),
    MessageAttributes: Object.fromEntries(
      attributes.map(([key, { DataType: Type, StringValue: Value }]) => [key, { Type, Value }]),
    ),
  });
}
