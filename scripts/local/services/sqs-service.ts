// SQS's JSON protocol: the function's SendMessage, and what a client needs to look at a queue, empty it or fill it.
import { withinTime } from '../../../generator/command-line/within-time.ts';
import { type LocalQueue, MAX_BATCH, md5Of } from '../engine/local-queue.ts';
import { answerJson } from './json-answer.ts';
import type { ServiceAnswer } from './service-answer.ts';
import {
  checkBatch,
  checkMessage,
  checkSeconds,
  type Entry,
  MAX_DELAY_SECONDS,
  MAX_VISIBILITY_SECONDS,
  readHandle,
  SqsRefusal,
} from './sqs-checks.ts';
import { md5OfAttributes, toMessage, type WantedAttributes } from './sqs-messages.ts';

interface SqsInput extends Entry, WantedAttributes {
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

const MAX_WAIT_SECONDS = 20;

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
      return {
        Messages: (await receive(queue, input, context.signal)).map((message) => toMessage(message, input)),
      };
    case 'DeleteMessage':
      return deleteMessage(queue, input);
    case 'ChangeMessageVisibility':
      return changeVisibility(queue, input);
    case 'PurgeQueue':
      for (const { id } of queue.list()) queue.remove(id);
      return {};
    default:
      return executeBatch(operation, queue, input.Entries ?? []);
  }
}

function executeBatch(operation: string, queue: LocalQueue, entries: readonly Entry[]): object {
  const run = BATCH_OPERATIONS.get(operation);
  if (run === undefined) throw new SqsRefusal('UnsupportedOperation', `${operation} does not run locally.`);
  checkBatch(entries);
  return runEach(entries, (entry) => run(queue, entry));
}

/** An entry that is refused does not hold back the others. */
function runEach(entries: readonly Entry[], run: (entry: Entry) => object): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsRefusal)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

const BATCH_OPERATIONS = new Map<string, (queue: LocalQueue, entry: Entry) => object>([
  ['SendMessageBatch', send],
  ['DeleteMessageBatch', deleteMessage],
  ['ChangeMessageVisibilityBatch', changeVisibility],
]);

function deleteMessage(queue: LocalQueue, entry: Entry): object {
  queue.delete(readHandle(entry));
  return {};
}

function changeVisibility(queue: LocalQueue, entry: Entry): object {
  const handle = readHandle(entry);
  queue.changeVisibility(
    handle,
    checkSeconds('VisibilityTimeout', entry.VisibilityTimeout, MAX_VISIBILITY_SECONDS),
  );
  return {};
}

function findQueue({ QueueUrl, QueueName }: SqsInput, { queues }: SqsContext): LocalQueue {
  const name = QueueName ?? QueueUrl?.split('/').at(-1);
  const queue = queues.find((candidate) => candidate.name === name);
  if (queue !== undefined) return queue;
  throw new SqsRefusal('QueueDoesNotExist', 'The specified queue does not exist.');
}

function send(queue: LocalQueue, entry: Entry): object {
  checkMessage(entry);
  const { MessageBody = '', MessageAttributes = {}, DelaySeconds = 0 } = entry;
  checkSeconds('DelaySeconds', DelaySeconds, MAX_DELAY_SECONDS);
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
  if (VisibilityTimeout !== undefined)
    checkSeconds('VisibilityTimeout', VisibilityTimeout, MAX_VISIBILITY_SECONDS);
  if (wait === 0) return queue.receive(max, VisibilityTimeout);
  return withinTime(wait * 1000, signal, (ends) => queue.receiveWhenVisible(max, ends, VisibilityTimeout));
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
