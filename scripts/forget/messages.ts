// Messages of a stack's queues that name what is forgotten. A queue can be read only by receiving: a received message is
// hidden from other readers for half a minute, or until it is released at the end of the reading.
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { parseS3Event, type UploadedObject } from '../../handlers/audio_processor/s3-event.ts';
import { parseEvent } from '../../handlers/webhook_handler/parse-event.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { countInFlight, type DeadLetterQueue, readLetters } from '../redrive/dead-letters.ts';

export interface Queue extends DeadLetterQueue {
  readonly holds: 'uploads' | 'invocations' | 'announcements';
  /** Messages come here after all attempts, so nobody but an operator reads them. */
  readonly isDeadLetters: boolean;
}

/** What messages are compared with. */
export interface Wanted {
  /** Partition keys. */
  readonly sessions: ReadonlySet<string>;
  readonly eventIds: ReadonlySet<string>;
  /** Whether this upload is forgotten. */
  readonly hasUpload: (upload: Pick<UploadedObject, 'key' | 'etag'>) => boolean;
}

export interface FoundMessages {
  readonly ids: readonly string[];
  /** Received by others, and so not seen. */
  readonly inFlight: number;
  readonly isComplete: boolean;
  /** Messages that name uploads of others, too, and so stay until they are handled. */
  readonly shared: number;
}

const MOST_MESSAGES = 10_000;
const HIDDEN_SECONDS = 30;

/** The queues of the stack that exist. */
export async function findQueues(aws: AwsAccess, stack: Stack, signal: AbortSignal): Promise<Queue[]> {
  const { names, region } = stack;
  const wanted = [
    { name: names.queue, kind: 'audio', holds: 'uploads', isDeadLetters: false },
    { name: names.deadLetterQueue, kind: 'audio', holds: 'uploads', isDeadLetters: true },
    { name: names.webhookDeadLetterQueue, kind: 'webhook', holds: 'invocations', isDeadLetters: true },
    { name: names.resultsDeadLetterQueue, kind: 'webhook', holds: 'announcements', isDeadLetters: true },
  ] as const;
  const queues: Queue[] = [];
  for (const queue of wanted) {
    const command = new GetQueueUrlCommand({ QueueName: queue.name });
    try {
      const { QueueUrl = '' } = await aws
        .client(SQSClient, region.name)
        .send(command, { abortSignal: signal });
      queues.push({ ...queue, stack, url: QueueUrl });
    } catch (error) {
      if (!(error instanceof QueueDoesNotExist)) throw error;
    }
  }
  return queues;
}

export async function findMessages(
  aws: AwsAccess,
  queue: Queue,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<FoundMessages> {
  const before = await countInFlight(aws, queue);
  const messages: Message[] = [];
  const onLetter = async (letter: Message): Promise<boolean> => {
    messages.push(letter);
    return false;
  };
  await readLetters(queue, { aws, signal, max: MOST_MESSAGES, visibilitySeconds: HIDDEN_SECONDS, onLetter });
  const fitting = messages.filter((message) => names(queue, message, wanted));
  const ids = fitting.map(({ MessageId = '' }) => MessageId);
  const isComplete = messages.length < MOST_MESSAGES;
  // SQS counts messages that were just released as in flight for up to a minute.
  const after = (await countInFlight(aws, queue)) - messages.length;
  const shared = messages.filter((message) => isShared(queue, message, wanted)).length;
  return { ids, inFlight: Math.max(before, after), isComplete, shared };
}

/** Deletes the messages that name what is forgotten; returns the ids of those deleted. */
export async function deleteMessages(
  aws: AwsAccess,
  queue: Queue,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<string[]> {
  const deleted: string[] = [];
  const client = aws.client(SQSClient, queue.stack.region.name);
  const onLetter = async (letter: Message): Promise<boolean> => {
    if (!names(queue, letter, wanted)) return false;
    const { MessageId = '', ReceiptHandle } = letter;
    await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }), {
      abortSignal: signal,
    });
    deleted.push(MessageId);
    return true;
  };
  await readLetters(queue, { aws, signal, max: MOST_MESSAGES, visibilitySeconds: HIDDEN_SECONDS, onLetter });
  return deleted;
}

function names({ holds, stack }: Queue, { Body = '' }: Message, wanted: Wanted): boolean {
  if (holds === 'invocations') {
    const sessionId = readInvocation(Body);
    return sessionId !== undefined && wanted.sessions.has(sessionId);
  }
  if (holds === 'announcements') return namesEvent(Body, wanted);
  const uploads = readUploads(Body, stack);
  return uploads.length > 0 && uploads.every(wanted.hasUpload);
}

/** S3 sends one upload in a message, but other senders may send several. */
function isShared({ holds, stack }: Queue, { Body = '' }: Message, { hasUpload }: Wanted): boolean {
  if (holds !== 'uploads') return false;
  const uploads = readUploads(Body, stack);
  return uploads.some(hasUpload) && !uploads.every(hasUpload);
}

function readUploads(body: string, { names: { bucket } }: Stack): readonly UploadedObject[] {
  try {
    return parseS3Event(body).uploads.filter((upload) => upload.bucket === bucket);
  } catch {
    return [];
  }
}

/** The session of an event that API Gateway passed on. */
function readInvocation(body: string): string | undefined {
  const request = readJson(body);
  const text = request?.body;
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, request?.isBase64Encoded === true ? 'base64' : 'utf8');
  return parseEvent(bytes, undefined)?.sessionId;
}

/** Raw, or in SNS's envelope. */
function namesEvent(body: string, { sessions, eventIds }: Wanted): boolean {
  const message = readJson(body);
  const announcement = typeof message?.Message === 'string' ? readJson(message.Message) : message;
  const { session_id, event_id } = announcement ?? {};
  return (
    (typeof session_id === 'string' && sessions.has(session_id)) ||
    (typeof event_id === 'string' && eventIds.has(event_id))
  );
}

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
