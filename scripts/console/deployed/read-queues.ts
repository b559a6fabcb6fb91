// The queue and its dead letters. Reading letters hides them from other readers for a moment; nothing is removed.
import { GetQueueAttributesCommand, type Message, SQSClient } from '@aws-sdk/client-sqs';
import {
  findDeadLetterQueue,
  findQueueUrl,
  LETTER_KINDS,
  type LetterKind,
  readLetters,
} from '../../redrive/dead-letters.ts';
import { explainLetter } from '../../redrive/explain-letter.ts';
import type { Queue, QueueMessage } from '../source-data.ts';
import type { Reading } from './read-sessions.ts';

const MAX_LETTERS = 100;
const HIDDEN_SECONDS = 30;
const COUNTS = {
  visible: 'ApproximateNumberOfMessages',
  inFlight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

export async function readQueues(reading: Reading): Promise<readonly Queue[]> {
  const { aws, stack } = reading;
  const { queue: name } = stack.names;
  const queue = await describeQueue(reading, name, await findQueueUrl(aws, stack, name));
  const letters = await Promise.all(LETTER_KINDS.map((kind) => readDeadLetters(reading, kind)));
  return [{ ...queue, isDeadLetterQueue: false, messages: [] }, ...letters];
}

type Counts = Queue['counts'];

export async function countMessages(reading: Reading, name: string): Promise<Counts> {
  return (await describeQueue(reading, name, await findQueueUrl(reading.aws, reading.stack, name))).counts;
}

async function describeQueue(
  { aws, stack, signal }: Reading,
  name: string,
  QueueUrl: string,
): Promise<Pick<Queue, 'name' | 'counts' | 'settings'>> {
  const { Attributes = {} } = await aws.client(SQSClient, stack.region.name).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [...Object.values(COUNTS), 'VisibilityTimeout', 'MessageRetentionPeriod'],
    }),
    { abortSignal: signal },
  );
  const count = (key: keyof Counts): number => Number(Attributes[COUNTS[key]] ?? 0);
  return {
    name,
    counts: { visible: count('visible'), inFlight: count('inFlight'), delayed: count('delayed') },
    settings: [
      { label: 'Visibility timeout', value: `${Attributes.VisibilityTimeout} s` },
      { label: 'Kept for', value: `${Number(Attributes.MessageRetentionPeriod) / 86_400} days` },
    ],
  };
}

async function readDeadLetters(reading: Reading, kind: LetterKind): Promise<Queue> {
  const { aws, stack, signal } = reading;
  const queue = await findDeadLetterQueue(aws, stack, kind);
  const described = await describeQueue(reading, queue.name, queue.url);
  const letters: Message[] = [];
  if (described.counts.visible > 0)
    await readLetters(queue, {
      aws,
      signal,
      max: MAX_LETTERS,
      visibilitySeconds: HIDDEN_SECONDS,
      onLetter: async (letter) => {
        letters.push(letter);
        return false;
      },
    });
  const messages: QueueMessage[] = [];
  for (const letter of letters) {
    const { subject, failedAt, attempts, reason, canSucceed } = await explainLetter(aws, queue, letter);
    messages.push({
      id: letter.MessageId ?? '',
      subject,
      sentAt: failedAt?.toISOString() ?? '',
      ...(/^\d+$/.test(attempts) ? { attempts: Number(attempts) } : {}),
      state: 'visible',
      reason,
      canSucceed,
      body: letter.Body ?? '',
    });
  }
  return { ...described, isDeadLetterQueue: true, messages };
}
