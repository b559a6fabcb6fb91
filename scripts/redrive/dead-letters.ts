// Receives the name of a dead-letter queue, promises its messages, each once, and makes them visible again afterwards.
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';

export const LETTER_KINDS = ['audio', 'webhook'] as const;

/** `audio`: uploads that the audio processor gave up. `webhook`: asynchronous invocations of the webhook handler. */
export type LetterKind = (typeof LETTER_KINDS)[number];

/** AWS's limit for one call. */
const BATCH = 10;
/** Long polling asks all servers of the queue, so an empty answer means an empty queue. */
const LONG_POLL_SECONDS = 1;

const LONGEST_READING_SECONDS = 900;

export interface DeadLetterQueue {
  readonly stack: Stack;
  readonly kind: LetterKind;
  readonly name: string;
  readonly url: string;
}

/** Throws a `Problem` if the queue is not deployed. */
export async function findQueueUrl(
  aws: AwsAccess,
  { environment, region }: Stack,
  QueueName: string,
): Promise<string> {
  try {
    const { QueueUrl = '' } = await aws
      .client(SQSClient, region.name)
      .send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    throw new Problem({
      what: `There is no queue ${QueueName} in ${region.name}.`,
      why: `${environment.name} is not deployed there.`,
      fix: `npx sonotheia deploy --env ${environment.name}`,
    });
  }
}

export async function findDeadLetterQueue(
  aws: AwsAccess,
  stack: Stack,
  kind: LetterKind,
): Promise<DeadLetterQueue> {
  const name = kind === 'audio' ? stack.names.deadLetterQueue : stack.names.webhookDeadLetterQueue;
  return { stack, kind, name, url: await findQueueUrl(aws, stack, name) };
}

/** Counts messages in flight: received by another reader, or by a command that was killed. */
export async function countInFlight(aws: AwsAccess, { stack, url }: DeadLetterQueue): Promise<number> {
  const { Attributes = {} } = await aws.client(SQSClient, stack.region.name).send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
}

export interface ReadOptions {
  readonly aws: AwsAccess;
  readonly signal: AbortSignal;
  readonly max: number;
  /** How long a message that was read stays hidden from other readers. */
  readonly visibilitySeconds: number;
  /** Returns true if the message was handled; the others become visible again at the end. */
  readonly onLetter: (letter: Message) => Promise<boolean>;
}

/** Reads until the queue is empty or `max` messages are read. Passes each message on once. */
export async function readLetters(
  { stack, url }: DeadLetterQueue,
  { aws, signal, max, visibilitySeconds, onLetter }: ReadOptions,
): Promise<void> {
  const client = aws.client(SQSClient, stack.region.name);
  const seen = new Set<string>();
  const kept: Message[] = [];
  try {
    while (seen.size < max) {
      signal.throwIfAborted();
      // Without the signal: SQS hides the messages of a request that was given up, and nobody could release them.
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(BATCH, max - seen.size),
          VisibilityTimeout: visibilitySeconds,
          WaitTimeSeconds: LONG_POLL_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      const isKnown = ({ MessageId = '' }: Message): boolean => seen.has(MessageId);
      const fresh = Messages.filter((message) => !isKnown(message));
      kept.push(...Messages);
      // Only an empty answer means the end. In a long queue, messages come again before the last is read: then for the
      // last time, or it would never end.
      if (Messages.length === 0) break;
      await hide(client, url, { letters: Messages.filter(isKnown), seconds: LONGEST_READING_SECONDS });
      for (const letter of fresh) {
        signal.throwIfAborted();
        seen.add(letter.MessageId ?? '');
        if (await onLetter(letter)) kept.splice(kept.indexOf(letter), 1);
      }
    }
  } finally {
    await release(client, url, kept);
  }
}

/** Runs also after Ctrl-C. A message that cannot be released becomes visible by itself. */
async function release(client: SQSClient, QueueUrl: string, letters: readonly Message[]): Promise<void> {
  await hide(client, QueueUrl, { letters, seconds: 0 });
}

async function hide(
  client: SQSClient,
  QueueUrl: string,
  { letters, seconds }: { readonly letters: readonly Message[]; readonly seconds: number },
): Promise<void> {
  for (let start = 0; start < letters.length; start += BATCH) {
    const Entries = letters
      .slice(start, start + BATCH)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: seconds }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
  }
}
