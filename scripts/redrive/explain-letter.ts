// Explains why a message failed, and whether a retry can succeed. Reads S3 and the function's log; changes nothing.
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import type { Message } from '@aws-sdk/client-sqs';
import { listTargets, type TargetPrefix } from '../../handlers/audio_processor/file-away.ts';
import {
  identifyUpload,
  MalformedMessageError,
  parseS3Event,
  type UploadedObject,
} from '../../handlers/audio_processor/s3-event.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import { isJson } from '../operator/is-json.ts';
import type { DeadLetterQueue } from './dead-letters.ts';

export interface ExplainedLetter {
  /** The file's key, or the invocation. */
  readonly subject: string;
  readonly failedAt: Date | undefined;
  readonly attempts: string;
  readonly reason: string;
  /** Whether a retry can succeed. */
  readonly canSucceed: boolean;
}

export async function explainLetter(
  aws: AwsAccess,
  queue: DeadLetterQueue,
  letter: Message,
): Promise<ExplainedLetter> {
  const sentMs = Number(letter.Attributes?.SentTimestamp ?? Number.NaN);
  const common = { failedAt: Number.isNaN(sentMs) ? undefined : new Date(sentMs) };
  if (queue.kind === 'webhook') return { ...common, attempts: '-', ...explainInvocation(letter) };
  // The audio processor writes both into the letter; for a message that SQS moved, only the log has them. SQS's own count of
  // deliveries continues in the dead-letter queue, so it includes every read there.
  const said = readAttributes(letter) ?? (await findLogged(aws, queue, letter, sentMs));
  const subject = await explainUpload(aws, queue, letter, said?.reason);
  return { ...common, attempts: said?.attempts ?? '-', ...subject };
}

interface Said {
  readonly attempts: string;
  readonly reason: string;
}

function readAttributes({ MessageAttributes = {} }: Message): Said | undefined {
  const { reason, last_failure, attempts } = MessageAttributes;
  if (reason?.StringValue === undefined) return undefined;
  const failure = last_failure?.StringValue;
  return {
    attempts: attempts?.StringValue ?? '-',
    reason: [reason.StringValue, ...(failure === undefined ? [] : [failure])].join(': '),
  };
}

type Subject = Pick<ExplainedLetter, 'subject' | 'reason' | 'canSucceed'>;

/** Lambda writes the error into the attributes of a dead letter. */
function explainInvocation({ MessageAttributes = {}, Body = '' }: Message): Subject {
  const read = (name: string): string => MessageAttributes[name]?.StringValue ?? '';
  const reason = [read('ErrorCode'), read('ErrorMessage')].filter((text) => text !== '').join(' ');
  const subject = read('RequestID') || 'invocation';
  if (!isJson(Body)) return { subject, reason: 'not an event: its body is not JSON', canSucceed: false };
  return { subject, reason: reason || 'Lambda gave no reason', canSucceed: true };
}

async function explainUpload(
  aws: AwsAccess,
  queue: DeadLetterQueue,
  { Body = '' }: Message,
  logged: string | undefined,
): Promise<Subject> {
  try {
    const { uploads } = parseS3Event(Body);
    const [first] = uploads;
    if (first === undefined) return { subject: '-', reason: 'about no upload', canSucceed: false };
    const subject = uploads.length === 1 ? first.key : `${first.key} and ${uploads.length - 1} more`;
    const states = await Promise.all(uploads.map((upload) => findFile(aws, queue, upload)));
    const isThere = states.some((state) => state === 'waiting');
    const where = isThere
      ? 'file in incoming/'
      : states[0] === 'gone'
        ? 'the file is gone'
        : `filed under ${states[0]}/`;
    const reason = logged === undefined ? where : `${logged}; ${where}`;
    return { subject, reason, canSucceed: states.some((state) => state !== 'gone') };
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    return { subject: '-', reason: `no notification of S3: ${error.message}`, canSucceed: false };
  }
}

type FileState = 'waiting' | 'processed' | 'rejected' | 'gone';

async function findFile(
  aws: AwsAccess,
  { stack }: DeadLetterQueue,
  upload: UploadedObject,
): Promise<FileState> {
  const filedAs = (prefix: TargetPrefix): readonly string[] =>
    listTargets(upload, prefix, identifyUpload(upload)).map(({ key }) => key);
  const places: readonly (readonly [FileState, string])[] = [
    ['waiting', upload.key],
    ...filedAs('processed/').map((key) => ['processed', key] as const),
    ...filedAs('rejected/').map((key) => ['rejected', key] as const),
  ];
  for (const [state, Key] of places) {
    try {
      await aws
        .client(S3Client, stack.region.name)
        .send(new HeadObjectCommand({ Bucket: upload.bucket, Key }));
      return state;
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }
  return 'gone';
}

/** Finds the audio processor's last log line about the message. */
async function findLogged(
  aws: AwsAccess,
  { stack }: DeadLetterQueue,
  { MessageId = '' }: Message,
  sentMs: number,
): Promise<Said | undefined> {
  const client = aws.client(CloudWatchLogsClient, stack.region.name);
  try {
    const { events = [] } = await client.send(
      new FilterLogEventsCommand({
        logGroupName: `/aws/lambda/${stack.names.audioFunction}`,
        filterPattern: `"${MessageId}"`,
        ...(Number.isNaN(sentMs) ? {} : { startTime: sentMs }),
      }),
    );
    return events.map(({ message }) => readLogLine(message ?? '', MessageId)).findLast(Boolean);
  } catch (error) {
    // Without permission to read the log, the rest is still worth showing.
    if (isAccessDenied(error)) return { attempts: '-', reason: 'the log may not be read' };
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

interface LogLine {
  readonly message_id?: unknown;
  readonly reason?: unknown;
  readonly error?: unknown;
  readonly attempt?: unknown;
}

function readLogLine(line: string, messageId: string): Said | undefined {
  try {
    const entry = JSON.parse(line) as LogLine;
    if (entry.message_id !== messageId || typeof entry.reason !== 'string') return undefined;
    const { error, attempt } = entry;
    const attempts = typeof attempt === 'number' ? String(attempt) : '-';
    const detail = typeof error === 'object' && error !== null ? Object.values(error).find(Boolean) : error;
    const isVague = entry.reason === 'failed' && detail !== undefined;
    return { attempts, reason: isVague ? `failed: ${String(detail)}` : entry.reason };
  } catch {
    return undefined;
  }
}
