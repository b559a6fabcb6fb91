import { createHash } from 'node:crypto';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { md5Of, type QueuedMessage } from '../engine/local-queue.ts';

/** SQS returns only the attributes that the client asks for. */
export interface WantedAttributes {
  readonly MessageAttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  /** The older name of the same list. */
  readonly AttributeNames?: readonly string[];
}

/** A received message, as SQS's API describes it; by default with all of its attributes, as Lambda gets it. */
export function toMessage(message: QueuedMessage, wanted: WantedAttributes = ALL): Message {
  const system = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: 'AIDALOCAL',
    ...(message.firstReceivedAtMs === undefined
      ? {}
      : { ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs) }),
  };
  const { MessageAttributeNames = [], MessageSystemAttributeNames = [], AttributeNames = [] } = wanted;
  const attributes = pick(message.attributes, MessageAttributeNames);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    Attributes: pick(system, [...MessageSystemAttributeNames, ...AttributeNames]),
    MessageAttributes: attributes,
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

const ALL: WantedAttributes = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] };

/** Names are whole, `All`, `.*`, or a prefix that ends in `.*`. */
function pick<Value>(
  values: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  const isWanted = (name: string) =>
    names.some(
      (each) =>
        each === 'All' || each === name || (each.endsWith('.*') && name.startsWith(each.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name)));
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
