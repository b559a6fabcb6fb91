// Retries dead letters: sends each, then removes it from the dead-letter queue. After a kill in between it is sent twice,
// which the functions recognise.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Operation } from '../operator/operation.ts';
import { pace } from '../operator/pace.ts';
import { type DeadLetterQueue, findQueueUrl, readLetters } from './dead-letters.ts';
import { explainLetter } from './explain-letter.ts';

const SPARE_SECONDS = 30;
const RECEIVED_AT_ONCE = 10;

export interface MoveOptions {
  /** Messages a second. */
  readonly rate: number;
  readonly max: number;
  /** Also move messages whose retry cannot succeed. */
  readonly isAll: boolean;
  /** Only this one. */
  readonly messageId?: string;
  /** Approximate number of messages in the queue. */
  readonly total: number;
}

/** Returns the number of moved messages. */
export async function moveLetters(
  operation: Operation,
  queue: DeadLetterQueue,
  { rate, max, isAll, messageId, total }: MoveOptions,
): Promise<number> {
  const { aws, signal, terminal, onInterrupt } = operation;
  const deliver = await openTarget(operation, queue);
  const progress = terminal.startProgress();
  const client = aws.client(SQSClient, queue.stack.region.name);
  /** Ids of moved messages. One that has failed again meanwhile is not moved again, so that the loop ends. */
  const delivered = new Set<string>();
  let moved = 0;
  await readLetters(queue, {
    aws,
    signal,
    max,
    visibilitySeconds: Math.ceil(RECEIVED_AT_ONCE / rate) + SPARE_SECONDS,
    onLetter: async (letter) => {
      if (messageId !== undefined && letter.MessageId !== messageId) return false;
      if (delivered.has(letter.MessageId ?? '') || delivered.has(readRequestId(letter))) return false;
      if (!isAll && !(await explainLetter(aws, queue, letter)).canSucceed) return false;
      const startedAtMs = Date.now();
      delivered.add(await deliver(letter));
      await client.send(
        new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: letter.ReceiptHandle }),
      );
      moved += 1;
      onInterrupt(`${moved} were moved; the others are in ${queue.name} as before.`);
      progress.update(`${queue.name}: ${moved} of ${total} moved`);
      await pace(startedAtMs, rate, signal);
      return true;
    },
  });
  progress.clear();
  return moved;
}

/** Delivers a message, and returns the id that it would have if it failed again. */
async function openTarget(
  { aws }: Operation,
  { stack, kind }: DeadLetterQueue,
): Promise<(letter: Message) => Promise<string>> {
  if (kind === 'webhook') {
    const lambda = aws.client(LambdaClient, stack.region.name);
    return async ({ Body = '' }) => {
      const { $metadata } = await lambda.send(
        new InvokeCommand({
          FunctionName: stack.names.webhookFunction,
          InvocationType: 'Event',
          Payload: Buffer.from(Body),
        }),
      );
      return $metadata.requestId ?? '';
    };
  }
  const QueueUrl = await findQueueUrl(aws, stack, stack.names.queue);
  const sqs = aws.client(SQSClient, stack.region.name);
  return async ({ Body }) => {
    // Without the attributes: they describe why the earlier attempts failed.
    const { MessageId = '' } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Body }));
    return MessageId;
  };
}

/** Returns the id under which it failed: of Lambda's invocation, or of the message that the audio processor gave up. */
function readRequestId({ MessageAttributes }: Message): string {
  return (MessageAttributes?.RequestID ?? MessageAttributes?.message_id)?.StringValue ?? '';
}
