// SQS's JSON protocol: the function's SendMessage, and what a client needs to look at a queue, empty it or fill it.
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { type LocalQueue, MAX_BATCH, md5Of } from '../engine/local-queue.ts';
import { answerJson } from './json-answer.ts';
import type { ServiceAnswer } from './service-answer.ts';
import { md5OfAttributes, toMessage } from './sqs-messages.ts';

interface Entry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface SqsInput extends Entry {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly QueueNamePrefix?: string;
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly Entries?: readonly Entry[];
}

export interface SqsContext {
  readonly queues: readonly LocalQueue[];
  readonly urlOf: (queue: LocalQueue) => string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** SQS's limit of a message and of a batch. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_WAIT_SECONDS = 20;

class SqsRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Executes one operation; an unknown one is refused as on AWS. */
export async function answerSqs(
  operation: string,
  body: string,
  context: SqsContext,
): Promise<ServiceAnswer> {
  try {
    return answerJson(200, await execute(operation, JSON.parse(body) as SqsInput, context));
  } catch (error) {
    if (!(error instanceof SqsRefusal)) throw error;
    return answerJson(400, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
  }
}

async function execute(operation: string, input: SqsInput, context: SqsContext): Promise<object> {
  const { queues, urlOf } = context;
  if (operation === 'ListQueues') {
    const named = queues.filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ''));
    return { QueueUrls: named.map(urlOf) };
  }
  const queue = findQueue(input, context);
  switch (operation) {
    case 'GetQueueUrl':
      return { QueueUrl: urlOf(queue) };
    case 'GetQueueAttributes':
      return { Attributes: describeQueue(queue) };
    case 'SendMessage':
      return send(queue, input);
    case 'ReceiveMessage':
      return { Messages: (await receive(queue, input, context.signal)).map(toMessage) };
    case 'DeleteMessage':
      queue.delete(input.ReceiptHandle ?? '');
      return {};
    case 'ChangeMessageVisibility':
      queue.changeVisibility(input.ReceiptHandle ?? '', input.VisibilityTimeout ?? 0);
      return {};
    case 'PurgeQueue':
      for (const { id } of queue.list()) queue.remove(id);
      return {};
    default:
      return executeBatch(operation, queue, input.Entries ?? []);
  }
}

function executeBatch(operation: string, queue: LocalQueue, entries: readonly Entry[]): object {
  if (entries.length > MAX_BATCH)
    throw new SqsRefusal('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  const succeed = (run: (entry: Entry) => object | undefined) => ({
    Successful: entries.map((entry) => ({ Id: entry.Id, ...run(entry) })),
    Failed: [],
  });
  switch (operation) {
    case 'SendMessageBatch':
      return succeed((entry) => send(queue, entry));
    case 'DeleteMessageBatch':
      return succeed(({ ReceiptHandle = '' }) => void queue.delete(ReceiptHandle));
    case 'ChangeMessageVisibilityBatch':
      return succeed(
        ({ ReceiptHandle = '', VisibilityTimeout = 0 }) =>
          void queue.changeVisibility(ReceiptHandle, VisibilityTimeout),
      );
    default:
      throw new SqsRefusal('UnsupportedOperation', `${operation} does not run locally.`);
  }
}

function findQueue({ QueueUrl, QueueName }: SqsInput, { queues }: SqsContext): LocalQueue {
  const name = QueueName ?? QueueUrl?.split('/').at(-1);
  const queue = queues.find((candidate) => candidate.name === name);
  if (queue !== undefined) return queue;
  throw new SqsRefusal('QueueDoesNotExist', 'The specified queue does not exist.');
}

function send(queue: LocalQueue, { MessageBody = '', MessageAttributes = {}, DelaySeconds }: Entry): object {
  if (MessageBody === '') throw new SqsRefusal('MissingParameter', 'The request must contain MessageBody.');
  if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES)
    throw new SqsRefusal(
      'InvalidParameterValue',
      'One or more parameters are invalid: the message is too long.',
    );
  const { id } = queue.send(MessageBody, MessageAttributes, DelaySeconds);
  const digest = md5OfAttributes(MessageAttributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5Of(MessageBody),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

function receive(queue: LocalQueue, input: SqsInput, signal: AbortSignal) {
  const { MaxNumberOfMessages: max = 1, WaitTimeSeconds: wait = 0, VisibilityTimeout } = input;
  if (max < 1 || max > MAX_BATCH || wait < 0 || wait > MAX_WAIT_SECONDS)
    throw new SqsRefusal(
      'InvalidParameterValue',
      'A batch has 1 to 10 messages, and a wait 0 to 20 seconds.',
    );
  if (wait === 0) return queue.receive(max, VisibilityTimeout);
  const ends = AbortSignal.any([signal, AbortSignal.timeout(wait * 1000)]);
  return queue.receiveWhenVisible(max, ends, VisibilityTimeout);
}

function describeQueue(queue: LocalQueue): Record<string, string> {
  const { arn, visibilityTimeoutSeconds, retentionSeconds, redrive } = queue.options;
  const { visible, inFlight, delayed } = queue.count();
  const policy = redrive && {
    deadLetterTargetArn: redrive.queue.options.arn,
    maxReceiveCount: redrive.maxReceiveCount,
  };
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(retentionSeconds),
    ...(policy === undefined ? {} : { RedrivePolicy: JSON.stringify(policy) }),
  };
}
