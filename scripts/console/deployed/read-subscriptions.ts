// Who gets the results, and by which filter.
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  type Subscription as SnsSubscription,
} from '@aws-sdk/client-sns';
import { findTopicArn } from '../../operator/stored-events.ts';
import type { Subscription } from '../source-data.ts';
import type { Reading } from './read-sessions.ts';

export async function readSubscriptions(reading: Reading): Promise<readonly Subscription[]> {
  const { aws, stack, signal } = reading;
  const client = aws.client(SNSClient, stack.region.name);
  const TopicArn = await findTopicArn(aws, stack);
  const found: SnsSubscription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }), {
      abortSignal: signal,
    });
    found.push(...(page.Subscriptions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return await Promise.all(found.map((each) => describe(reading, each)));
}

async function describe(
  { aws, stack, signal }: Reading,
  { SubscriptionArn = '', Protocol = '', Endpoint = '' }: SnsSubscription,
): Promise<Subscription> {
  // Until its receiver confirms it, a subscription has no ARN.
  if (!SubscriptionArn.startsWith('arn:'))
    return { name: 'not confirmed', protocol: Protocol, endpoint: Endpoint };
  const { Attributes = {} } = await aws
    .client(SNSClient, stack.region.name)
    .send(new GetSubscriptionAttributesCommand({ SubscriptionArn }), { abortSignal: signal });
  const filter = Attributes.FilterPolicy;
  const name = Endpoint.split(/[:/]/).at(-1) ?? Endpoint;
  return {
    name: name === '' ? Endpoint : name,
    protocol: Protocol,
    endpoint: Endpoint,
    ...(filter === undefined ? {} : { filter }),
  };
}
