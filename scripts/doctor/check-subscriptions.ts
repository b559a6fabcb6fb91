// Compares the subscriptions of the stack's topics with the spec, and names those that nobody confirmed.
import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { listAlarmReceivers } from '../../generator/spec/alarm-receivers.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { findTopicArn } from '../operator/stored-events.ts';
import { quote } from '../operator/terraform-command.ts';
import type { Finding } from './finding.ts';

interface Receiver {
  readonly protocol: string;
  readonly endpoint: string;
}

export async function checkSubscriptions(aws: AwsAccess, stack: Stack): Promise<Finding> {
  const { names, environment, region } = stack;
  const { subscriptions, monitoring } = region.settings;
  const topics = await Promise.all([
    compare(aws, stack, names.resultsTopic, subscriptions),
    ...(monitoring.enabled ? [compare(aws, stack, names.alarmsTopic, listAlarmReceivers(monitoring))] : []),
  ]);
  const existing = topics.filter((topic) => topic !== undefined);
  const pending = existing.flatMap((topic) => topic.pending);
  const missing = existing.flatMap((topic) => topic.missing);
  const count = existing.reduce((sum, topic) => sum + topic.count, 0);
  if (existing.length === 0) return { state: 'ok', what: 'no topic yet' };
  if (pending.length + missing.length === 0)
    return { state: 'ok', what: `${count} subscriptions, none waits for a confirmation` };
  return {
    state: 'warn',
    ...joinLines(describePending(pending, region.name), describeMissing(missing, environment.name)),
  };
}

interface Comparison {
  readonly count: number;
  readonly pending: readonly Subscription[];
  /** In the spec, but not subscribed. */
  readonly missing: readonly string[];
}

/** Undefined before the topic exists. */
async function compare(
  aws: AwsAccess,
  stack: Stack,
  topic: string,
  expected: readonly Receiver[],
): Promise<Comparison | undefined> {
  const found = await listSubscriptions(
    aws.client(SNSClient, stack.region.name),
    await findTopicArn(aws, stack, topic),
  );
  if (found === undefined) return undefined;
  const present = found.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`);
  return {
    count: found.length,
    pending: found.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation'),
    missing: expected
      .map(({ protocol, endpoint }) => `${protocol} ${endpoint}`)
      .filter((receiver) => !present.includes(receiver)),
  };
}

type Lines = Pick<Finding, 'what' | 'fix'>;

function describePending(pending: readonly Subscription[], region: string): Lines | undefined {
  if (pending.length === 0) return undefined;
  const receivers = pending.map(({ Protocol, Endpoint }) => `${Protocol} to ${Endpoint}`).join(', ');
  const commands = pending.map(
    ({ TopicArn, Protocol, Endpoint = '' }) =>
      `aws sns subscribe --region ${region} --topic-arn ${TopicArn} --protocol ${Protocol} --notification-endpoint ${quote(Endpoint)}`,
  );
  // Amazon SNS masks the password in a URL; the spec has none.
  const password = receivers.includes('****') ? ' (with the password for ****)' : '';
  return {
    what: `not confirmed, so nothing arrives: ${receivers}`,
    fix: [`open the link that AWS sent; for a new one${password}:`, ...commands].join('\n'),
  };
}

function describeMissing(missing: readonly string[], environment: string): Lines | undefined {
  if (missing.length === 0) return undefined;
  return {
    what: `in the spec, but not subscribed (AWS deletes an unconfirmed subscription after 48 hours): ${missing.join(', ')}`,
    fix: `npx sonotheia deploy --env ${environment}, then confirm within 48 hours`,
  };
}

function joinLines(...parts: readonly (Lines | undefined)[]): Lines {
  const given = parts.filter((part) => part !== undefined);
  return { what: given.map(({ what }) => what).join('\n'), fix: given.map(({ fix }) => fix).join('\n') };
}

/** Undefined before the topic exists. */
async function listSubscriptions(sns: SNSClient, TopicArn: string): Promise<Subscription[] | undefined> {
  const all: Subscription[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
      all.push(...(page.Subscriptions ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
  } catch (error) {
    if (error instanceof Error && /^NotFound(Exception)?$/.test(error.name)) return undefined;
    throw error;
  }
  return all;
}
