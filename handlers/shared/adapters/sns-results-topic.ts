import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement, MessageAttributes } from '../announcement-v1.ts';
import { toPlainDecimal } from '../json.ts';
import type { ResultsTopic } from '../ports.ts';

/** Publishes announcements, with message attributes for subscription filter policies. */
export class SnsResultsTopic implements ResultsTopic {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(announcement: Announcement, signal: AbortSignal): Promise<void> {
    const command = new PublishCommand({
      TopicArn: this.#topicArn,
      Message: JSON.stringify(announcement),
      MessageAttributes: toMessageAttributes(announcement),
    });
    await this.#client.send(command, { abortSignal: signal });
  }
}

/** The attributes for filters. Ten at most: SNS discards a message with more for a queue with raw delivery. */
const ATTRIBUTES = [
  'schema_version',
  'event_type',
  'test',
  'label',
  'score',
  'risk',
  'verified',
  'verdict',
  'decision',
  'error_code',
] as const satisfies readonly (keyof MessageAttributes)[];

export function toMessageAttributes(announcement: Announcement): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const name of ATTRIBUTES) {
    const value = announcement[name];
    if (typeof value === 'number') attributes[name] = { DataType: 'Number', StringValue: toSnsNumber(value) };
    else if (value !== undefined) attributes[name] = { DataType: 'String', StringValue: String(value) };
  }
  return attributes;
}

/**
 * SNS compares numbers to five decimals. Truncated, not rounded, so that a filter with a minimum score never matches a
 * lower score. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
function toSnsNumber(value: number): string {
  // A plain decimal of `1e-310` would have hundreds of digits.
  if (Math.abs(value) < 1e-5) return '0';
  return toPlainDecimal(String(value)).replace(/(\.\d{5})\d+$/, '$1');
}
