// Checks for active alarms, messages that failed for good, and events that were never announced.

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { nameAlarms } from '../../generator/spec/naming.ts';
import { formatCount } from '../../generator/text/format-count.ts';
import { findResource } from '../operator/find-resource.ts';
import { describeStoredEvents, findStoredEvents } from '../operator/stored-events.ts';
import { CheckFailure } from './check.ts';
import type { SmokeContext } from './smoke-context.ts';

export async function checkAlarms({ aws, stack }: SmokeContext): Promise<string> {
  const { MetricAlarms = [] } = await aws
    .client(CloudWatchClient, stack.region.name)
    .send(new DescribeAlarmsCommand({ AlarmNames: nameAlarms(stack.names) }));
  if (MetricAlarms.length === 0)
    throw new CheckFailure(`there are no alarms called ${stack.names.alarmPrefix}-…`);
  const firing = MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM');
  if (firing.length > 0)
    throw new CheckFailure(`in alarm: ${firing.map(({ AlarmName }) => AlarmName).join(', ')}`);
  return `${MetricAlarms.length}, none in alarm`;
}

export async function checkQueues({ aws, stack, outputs }: SmokeContext): Promise<string> {
  const client = aws.client(SQSClient, stack.region.name);
  const count = async (QueueUrl: string): Promise<number> => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
    );
    return Number(Attributes.ApproximateNumberOfMessages ?? Number.NaN);
  };
  const waiting = await count(outputs.queueUrl);
  const audio = await count(outputs.deadLetterQueueUrl);
  const webhooks = await count(outputs.webhookDeadLetterQueueUrl);
  if (audio + webhooks > 0)
    throw new CheckFailure(
      `${formatCount(audio, 'upload')} and ${formatCount(webhooks, 'event')} in the dead-letter queues: npx sonotheia redrive --help`,
    );
  const { region, names } = stack;
  const undelivered = await findResource(aws, 'aws_sqs_queue', region.name, names.resultsDeadLetterQueue);
  const results = undelivered === undefined ? 0 : await count(undelivered);
  if (results > 0)
    throw new CheckFailure(
      `${results} results in ${names.resultsDeadLetterQueue}, which a subscriber did not take: npx sonotheia reannounce --help`,
    );
  return `${waiting} waiting, none failed`;
}

/** Has a time limit; `npx sonotheia redrive` scans a large table completely. */
export async function checkStoredEvents({ aws, stack, signal, timeoutMs }: SmokeContext): Promise<string> {
  const found = await findStoredEvents(aws, stack, { signal, max: 1_000, timeoutMs });
  const text = describeStoredEvents(found);
  if (found.events.length === 0) return text;
  throw new CheckFailure(`${text}: npx sonotheia redrive --env ${stack.environment.name}`);
}
