// SNS's Publish, in the query protocol.
import { randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { escapeMarkup } from '../../../generator/text/escape-markup.ts';
import type { ServiceAnswer } from './service-answer.ts';

export interface PublishedMessage {
  readonly message: string;
  readonly messageId: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** SNS's limit of a message with its attributes. */
const MAX_MESSAGE_BYTES = 256 * 1024;

export function answerSns(
  form: URLSearchParams,
  onPublish: (message: PublishedMessage) => void,
  topicArn?: string,
): ServiceAnswer {
  if (form.get('Action') !== 'Publish') return refuse(400, 'InvalidAction', 'Only Publish runs locally.');
  if (topicArn !== undefined && form.get('TopicArn') !== topicArn)
    return refuse(404, 'NotFound', 'Topic does not exist');
  const size = [...form].reduce(
    (sum, [name, value]) => sum + (isCounted(name) ? Buffer.byteLength(value) : 0),
    0,
  );
  if (size > MAX_MESSAGE_BYTES) return refuse(400, 'InvalidParameter', 'Invalid parameter: Message too long');
  const published = readPublish(form);
  if (published.message === '') return refuse(400, 'InvalidParameter', 'Invalid parameter: Empty message');
  onPublish(published);
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${published.messageId}</MessageId></PublishResult></PublishResponse>`,
  };
}

function isCounted(name: string): boolean {
  return name === 'Message' || name.startsWith('MessageAttributes.');
}

function refuse(status: number, code: string, message: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeMarkup(message)}</Message></Error></ErrorResponse>`,
  };
}

function readPublish(form: URLSearchParams): PublishedMessage {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [field, name] of form) {
    const entry = /^(MessageAttributes\.entry\.\d+)\.Name$/.exec(field)?.[1];
    if (entry === undefined) continue;
    const read = (member: string) => form.get(`${entry}.Value.${member}`) ?? undefined;
    attributes[name] = { DataType: read('DataType'), StringValue: read('StringValue') };
  }
  const message = form.get('Message') ?? '';
  return { message, messageId: randomUUID(), attributes };
}
