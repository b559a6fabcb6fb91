import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement } from '../announcement.ts';
import { toPlainDecimal } from '../json.ts';
import type { ResultsTopic } from '../ports.ts';

/** Publishes announcements; the attributes are what subscription filter policies match on. */
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

/** What a subscriber can filter by; SNS passes on at most ten attributes to a queue with raw delivery. */
const ATTRIBUTES = [
  'event_type',
  'label',
  'score',
  'risk',
  'verified',
  'verdict',
  'decision',
  'error_code',
] as const satisfies readonly (keyof Announcement)[];

function toMessageAttributes(announcement: Announcement): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const name of ATTRIBUTES) {
    const value = announcement[name];
    if (typeof value === 'number') attributes[name] = { DataType: 'Number', StringValue: toSnsNumber(value) };
    else if (value !== undefined) attributes[name] = { DataType: 'String', StringValue: String(value) };
  }
  return attributes;
}

/**
 * SNS compares numbers to five decimals. Cut rather than rounded, so that a subscriber of a minimum score hears of
 * no score below it. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
function toSnsNumber(value: number): string {
  return toPlainDecimal(String(value)).replace(/(\.\d{5})\d+$/, '$1');
}
