import { createHash } from 'node:crypto';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { md5Of, type QueuedMessage } from '../engine/local-queue.ts';

/** A received message, as SQS's API describes it. */
export function toMessage(message: QueuedMessage): Message {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    Attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAtMs),
      SenderId: 'AIDALOCAL',
      ...(message.firstReceivedAtMs === undefined
        ? {}
        : { ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs) }),
    },
    MessageAttributes: { ...message.attributes },
  };
}

/**
 * The digest that clients compare with their own:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (value: string | Uint8Array): void => {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(name);
    add(DataType);
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    // The JSON protocol carries binary values as Base64 text.
    add(BinaryValue === undefined ? (StringValue ?? '') : Buffer.from(String(BinaryValue), 'base64'));
  }
  return hash.digest('hex');
}
