// What SQS does and the local AWS does not: receiving takes so long that messages come again, and counts lag behind.
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { AwsAccess } from '../operator/aws-access.ts';
import { openSpec, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import { findMessages, findQueues, type Queue } from './messages.ts';

const SECONDS_PER_CALL = 7;

class SlowQueue {
  readonly #visibleAt: number[];
  #now = 0;
  /** Counted, but released or received meanwhile. */
  readonly lag: number;
  readonly #foreign: number;
  receives = 0;
  onReceive = (): void => undefined;
  body: object = { session_id: 'sess_1' };

  constructor(messages: number, { lag = 0, foreign = 0 } = {}) {
    this.#visibleAt = Array<number>(messages).fill(0);
    this.lag = lag;
    this.#foreign = foreign;
  }

  get visible(): number {
    return this.#visibleAt.filter((each) => each <= this.#now).length;
  }

  async send(command: object, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> {
    this.#now += SECONDS_PER_CALL;
    if (command instanceof GetQueueAttributesCommand) {
      const own = this.receives > 0 ? this.lag : 0;
      return { Attributes: { ApproximateNumberOfMessagesNotVisible: String(own + this.#foreign) } };
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      for (const { ReceiptHandle, VisibilityTimeout = 0 } of command.input.Entries ?? [])
        this.#visibleAt[Number(ReceiptHandle)] = this.#now + VisibilityTimeout;
      return {};
    }
    if (!(command instanceof ReceiveMessageCommand))
      throw new Error(`unexpected: ${command.constructor.name}`);
    this.receives += 1;
    if (this.receives > 1_000) throw new Error('the reading does not end');
    const { MaxNumberOfMessages = 1, VisibilityTimeout = 0 } = command.input;
    const visible = [...this.#visibleAt.keys()].filter((each) => (this.#visibleAt[each] ?? 0) <= this.#now);
    const taken = visible.slice(0, MaxNumberOfMessages);
    for (const each of taken) this.#visibleAt[each] = this.#now + VisibilityTimeout;
    this.onReceive();
    // The client gives up; the messages stay hidden.
    abortSignal?.throwIfAborted();
    return {
      Messages: taken.map((each) => ({
        MessageId: String(each),
        ReceiptHandle: String(each),
        Body: JSON.stringify(this.body),
      })),
    };
  }
}

const STACK = { region: { name: 'eu-west-1' }, names: { bucket: 'b' } };

const find = (
  queue: SlowQueue,
  holds: Queue['holds'] = 'announcements',
  signal: AbortSignal = new AbortController().signal,
) =>
  findMessages(
    { client: () => queue } as unknown as AwsAccess,
    { holds, stack: STACK } as unknown as Queue,
    { sessions: new Set(['sess_1']), eventIds: new Set(), hasUpload: ({ key }) => key === 'incoming/mine' },
    signal,
  );

test('all queues of a stack are searched; three of them hold dead letters', async () => {
  const [stack] = selectStacks(selectEnvironment(openSpec('sonotheia.config.yaml'), ['dev']), [], {
    accountId: '123456789012',
  });
  if (stack === undefined) throw new Error('the example has an environment dev');
  const send = async ({ input }: GetQueueUrlCommand) => ({ QueueUrl: input.QueueName });
  const aws = { client: () => ({ send }) } as unknown as AwsAccess;
  const queues = await findQueues(aws, stack, new AbortController().signal);
  const { queue, deadLetterQueue, webhookDeadLetterQueue, resultsDeadLetterQueue } = stack.names;
  expect(queues.map(({ name }) => name)).toEqual([
    queue,
    deadLetterQueue,
    webhookDeadLetterQueue,
    resultsDeadLetterQueue,
  ]);
  expect(queues.map(({ isDeadLetters }) => isDeadLetters)).toEqual([false, true, true, true]);
});

test('reading ends, although messages come again before the last is read', async () => {
  const { ids, isComplete } = await find(new SlowQueue(200));
  expect([ids.length, new Set(ids).size, isComplete]).toEqual([200, 200, true]);
});

test('messages that it has just released are not in flight elsewhere', async () => {
  const queue = new SlowQueue(3, { lag: 3 });
  expect(await find(queue)).toMatchObject({ inFlight: 0 });
  expect(queue.visible).toBe(3);
  expect(await find(new SlowQueue(3, { lag: 3, foreign: 2 }))).toMatchObject({ inFlight: 2 });
});

test('an interruption while SQS answers leaves no message hidden', async () => {
  const controller = new AbortController();
  const queue = new SlowQueue(3);
  queue.onReceive = () => controller.abort();
  await expect(find(queue, 'announcements', controller.signal)).rejects.toThrow('abort');
  expect(queue.visible).toBe(3);
});

const notify = (...keys: string[]): object => ({
  Records: keys.map((key) => ({
    eventName: 'ObjectCreated:Put',
    eventTime: '2026-01-05T12:00:00Z',
    s3: { bucket: { name: 'b' }, object: { key, eTag: 'e', size: 4, sequencer: '1' } },
  })),
});

test.each([
  [['incoming/mine'], 1, 0],
  [['incoming/mine', 'incoming/theirs'], 0, 1],
  [['incoming/theirs'], 0, 0],
])('a message about %j: %i to erase, %i that stay for others', async (keys, own, shared) => {
  const queue = new SlowQueue(1);
  queue.body = notify(...keys);
  const found = await find(queue, 'uploads');
  expect([found.ids.length, found.shared]).toEqual([own, shared]);
});
