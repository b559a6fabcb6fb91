import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetterQueue } from '../pacing-ports.ts';

/** Sends the body unchanged; the message attributes hold the reason, which `npx sonotheia redrive` shows. */
export class SqsDeadLetters implements DeadLetterQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(letter: DeadLetter, signal: AbortSignal): Promise<void> {
    const { body, messageId, reason, lastFailure, attempts } = letter;
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const command = new SendMessageCommand({
      QueueUrl: this.#queueUrl,
      MessageBody: body,
      MessageAttributes: {
        message_id: text(messageId),
        reason: text(reason),
        last_failure: text(lastFailure),
        attempts: { DataType: 'Number', StringValue: String(attempts) },
      },
    });
    await this.#client.send(command, { abortSignal: signal });
  }
}
