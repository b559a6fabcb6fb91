// Alarms and queues of a stack; AWS's answers are given.
import { QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { checkAlarms, checkQueues } from './check-monitoring.ts';
import type { SmokeContext } from './smoke-context.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: {
    readonly AlarmNames?: readonly string[];
    readonly AlarmNamePrefix?: string;
    readonly QueueName?: string;
    readonly QueueUrl?: string;
  };
}

interface Account {
  /** State by name. */
  readonly alarms?: Readonly<Record<string, string>>;
  /** Messages by queue. */
  readonly queues?: Readonly<Record<string, number>>;
}

function open({ alarms = {}, queues = {} }: Account): SmokeContext {
  const send = async ({ constructor: { name }, input }: Command): Promise<object> => {
    const { AlarmNames, AlarmNamePrefix = '', QueueName = '', QueueUrl = '' } = input;
    if (name === 'DescribeAlarmsCommand') {
      const found = Object.entries(alarms).filter(
        ([each]) => AlarmNames?.includes(each) ?? each.startsWith(AlarmNamePrefix),
      );
      return { MetricAlarms: found.map(([AlarmName, StateValue]) => ({ AlarmName, StateValue })) };
    }
    if (name === 'GetQueueUrlCommand' && QueueName in queues) return { QueueUrl: QueueName };
    const count = queues[QueueUrl];
    if (count === undefined) throw new QueueDoesNotExist({ message: QueueName, $metadata: {} });
    return { Attributes: { ApproximateNumberOfMessages: String(count) } };
  };
  // The SDK's paginators ask for an instance of the class.
  const client = (Client: { readonly prototype: object }) =>
    Object.assign(Object.create(Client.prototype), { send });
  const names = {
    api: 'acme-dev',
    alarmPrefix: 'acme-dev',
    resultsDeadLetterQueue: 'acme-results-dlq-dev',
  };
  const outputs = {
    queueUrl: 'audio',
    deadLetterQueueUrl: 'audio-dlq',
    webhookDeadLetterQueueUrl: 'webhook-dlq',
  };
  return {
    aws: { client },
    stack: { region: { name: 'us-east-1' }, names },
    outputs,
  } as unknown as SmokeContext;
}

test('only the own alarms count', async () => {
  const others = { 'acme-dev-two-api-5xx': 'ALARM' };
  const check = (own: Readonly<Record<string, string>>) =>
    checkAlarms(open({ alarms: { ...others, ...own } }));
  await expect(check({ 'acme-dev-api-5xx': 'OK', 'acme-dev-results-lost': 'OK' })).resolves.toBe(
    '2, none in alarm',
  );
  await expect(check({ 'acme-dev-api-5xx': 'OK', 'acme-dev-results-lost': 'ALARM' })).rejects.toThrow(
    'in alarm: acme-dev-results-lost',
  );
  await expect(check({})).rejects.toThrow('there are no alarms called acme-dev-…');
});

test('messages in any dead-letter queue are a failure', async () => {
  const queues = { audio: 3, 'audio-dlq': 0, 'webhook-dlq': 0 };
  const check = (more: Readonly<Record<string, number>>) =>
    checkQueues(open({ queues: { ...queues, ...more } }));
  await expect(check({})).resolves.toBe('3 waiting, none failed');
  await expect(check({ 'acme-results-dlq-dev': 0 })).resolves.toBe('3 waiting, none failed');
  await expect(check({ 'acme-results-dlq-dev': 2 })).rejects.toThrow(
    '2 results in acme-results-dlq-dev, which a subscriber did not take',
  );
  await expect(check({ 'webhook-dlq': 1 })).rejects.toThrow('0 uploads and 1 event');
});
