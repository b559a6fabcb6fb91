// The three queue operations of a poller.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface Queue {
  readonly arn: string;
  readonly url: string;
  readonly client: SQSClient;
}

const LONG_POLL_SECONDS = 1;
const MAX_RECEIVED_AT_ONCE = 10;

export async function receiveMessages(queue: Queue, batchSize: number): Promise<readonly Message[]> {
  const received = await queue.client.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(batchSize, MAX_RECEIVED_AT_ONCE),
      WaitTimeSeconds: LONG_POLL_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return received.Messages ?? [];
}

export async function deleteMessages(queue: Queue, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
  }));
  await queue.client.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
}

/** Makes messages visible again. AWS waits for the visibility timeout, which would take minutes. */
export async function returnMessages(
  queue: Queue,
  messages: readonly Message[],
  delaySeconds: number,
): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout: delaySeconds,
  }));
  await queue.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
}
