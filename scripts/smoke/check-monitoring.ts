// Checks for active alarms, messages that failed for good, and events that were never announced.
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describeStoredEvents, findStoredEvents } from '../operator/stored-events.ts';
import { CheckFailure } from './check.ts';
import type { SmokeContext } from './smoke-context.ts';

export async function checkAlarms({ aws, stack }: SmokeContext): Promise<string> {
  const client = aws.client(CloudWatchClient, stack.region.name);
  const prefix = `${stack.names.api}-`;
  let total = 0;
  const firing: string[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix })) {
    total += MetricAlarms.length;
    for (const { AlarmName = '', StateValue } of MetricAlarms)
      if (StateValue === 'ALARM') firing.push(AlarmName);
  }
  if (total === 0) throw new CheckFailure(`there are no alarms called ${prefix}…`);
  if (firing.length > 0) throw new CheckFailure(`in alarm: ${firing.join(', ')}`);
  return `${total}, none in alarm`;
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
      `${audio} uploads and ${webhooks} events in the dead-letter queues: npm run redrive -- --help`,
    );
  return `${waiting} waiting, none failed`;
}

/** Has a time limit; `npm run redrive` scans a large table completely. */
export async function checkStoredEvents({ aws, stack, signal, timeoutMs }: SmokeContext): Promise<string> {
  const found = await findStoredEvents(aws, stack, { signal, max: 1_000, timeoutMs });
  const text = describeStoredEvents(found);
  if (found.events.length === 0) return text;
  throw new CheckFailure(`${text}: npm run redrive -- --env ${stack.environment.name}`);
}
