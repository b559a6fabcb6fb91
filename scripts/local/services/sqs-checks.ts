// What SQS refuses: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { MAX_BATCH } from '../engine/local-queue.ts';

export interface Entry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

/** SQS's limit of a message and of a batch. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_ATTRIBUTES = 10;
export const MAX_DELAY_SECONDS = 900;
export const MAX_VISIBILITY_SECONDS = 43_200;
/** As the queue makes them. */
const RECEIPT_HANDLE = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** The characters of XML 1.0, which SQS accepts. */
const IS_XML_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

export class SqsRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** SQS accepts an old handle, but only one that it has issued. */
export function readHandle({ ReceiptHandle = '' }: Entry): string {
  if (RECEIPT_HANDLE.test(ReceiptHandle)) return ReceiptHandle;
  throw new SqsRefusal('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}

export function checkSeconds(name: string, value: number | undefined, max: number): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new SqsRefusal('InvalidParameterValue', `${name} must be between 0 and ${max} seconds.`);
}

export function checkBatch(entries: readonly Entry[]): void {
  if (entries.length > MAX_BATCH)
    throw new SqsRefusal('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (entries.length === 0) throw new SqsRefusal('EmptyBatchRequest', 'The batch request has no entries.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new SqsRefusal('BatchEntryIdsNotDistinct', 'Two entries of the batch have the same Id.');
  if (entries.some(({ Id = '' }) => !/^[\w-]{1,80}$/.test(Id)))
    throw new SqsRefusal(
      'InvalidBatchEntryId',
      'An Id has 1 to 80 letters, digits, hyphens and underscores.',
    );
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_MESSAGE_BYTES)
    throw new SqsRefusal('BatchRequestTooLong', 'The messages of the batch are longer than 1 MiB.');
}

/** The attributes count, with their names and types. */
function sizeOf({ MessageBody = '', MessageAttributes = {} }: Entry): number {
  const texts = Object.entries(MessageAttributes).flatMap(([name, { DataType = '', StringValue = '' }]) => [
    name,
    DataType,
    StringValue,
  ]);
  return [MessageBody, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

export function checkMessage(entry: Entry): void {
  const { MessageBody = '', MessageAttributes = {} } = entry;
  const attributes = Object.entries(MessageAttributes);
  if (MessageBody === '') throw new SqsRefusal('MissingParameter', 'The request must contain MessageBody.');
  const texts = [MessageBody, ...attributes.map(([, { StringValue = '' }]) => StringValue)];
  if (texts.some((text) => !IS_XML_TEXT.test(text)))
    throw new SqsRefusal('InvalidMessageContents', 'Invalid characters found.');
  const refuse = (reason: string) =>
    new SqsRefusal('InvalidParameterValue', `One or more parameters are invalid: ${reason}`);
  if (sizeOf(entry) > MAX_MESSAGE_BYTES) throw refuse('the message is longer than 1 MiB.');
  if (attributes.length > MAX_ATTRIBUTES) throw refuse('a message has at most 10 attributes.');
  for (const [name, { DataType = '', StringValue, BinaryValue }] of attributes)
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType) || !(StringValue || BinaryValue))
      throw refuse(`the attribute ${name} needs a type and a value that is not empty.`);
}
