import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement } from '../announcement.ts';
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

export function toMessageAttributes({
  event_type,
  label,
  score,
  risk,
}: Announcement): Record<string, MessageAttributeValue> {
  return {
    event_type: { DataType: 'String', StringValue: event_type },
    ...(label === undefined ? {} : { label: { DataType: 'String', StringValue: label } }),
    ...(score === undefined ? {} : { score: { DataType: 'Number', StringValue: String(score) } }),
    ...(risk === undefined ? {} : { risk: { DataType: 'String', StringValue: risk } }),
  };
}
