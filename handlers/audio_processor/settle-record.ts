// Receives a record and what failed of it. Promises that it goes back to the queue, unless it is itself bad or the queue
// would soon delete it: then it goes to the dead-letter queue.
import type { SQSRecord } from 'aws-lambda';
import { describeError } from '../shared/describe-error.ts';
import { type ApiHealth, isNear } from './api-health.ts';
import type { ApiTurns, AttemptCounter, DeadLetterQueue, DeadLetterReason } from './pacing-ports.ts';
import { isPassingError } from './passing-error.ts';
import type { AudioPorts } from './process-audio.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { MalformedMessageError } from './s3-event.ts';

export interface Failure {
  readonly error: unknown;
  /** Which file failed; undefined when the message names none. */
  readonly fileId?: string;
}

export interface GivingUp {
  readonly attempts: AttemptCounter;
  readonly deadLetters: DeadLetterQueue;
  /** Failed attempts at one file after which its message is given up. */
  readonly maxAttempts: number;
  /** The age from which a message may not survive until its next delivery. */
  readonly maxAgeMs: number;
}

interface SettleContext {
  readonly ports: AudioPorts;
  readonly givingUp: GivingUp;
}

interface FailedRecord {
  readonly record: SQSRecord;
  readonly failures: readonly Failure[];
}

/** Whether this delivery is a message's last: its queue deletes it before it could come again. */
export function isTooOld({ attributes }: SQSRecord, { ports, givingUp }: SettleContext): boolean {
  return ports.clock.nowMs() - Number(attributes?.SentTimestamp) >= givingUp.maxAgeMs;
}

/** Returns true when nothing is left to do for the record. Never rejects: what cannot be decided comes again. */
export async function settleRecord(
  { record, failures }: FailedRecord,
  context: SettleContext,
  signal: AbortSignal,
): Promise<boolean> {
  const [first] = failures;
  if (first === undefined) return true;
  const { telemetry } = context.ports;
  const log = { message_id: record.messageId, reason: toReason(first), error: describeError(first.error) };
  try {
    const { reason, attempts } = await judge({ record, failures }, context, signal);
    if (reason !== undefined) {
      await bury({ record, failures }, { reason, attempts, lastFailure: log.reason }, context, signal);
      telemetry.error('Message given up', { ...log, outcome: reason, attempt: attempts });
      return true;
    }
    const report = attempts > 0 ? telemetry.error : telemetry.warn;
    report.call(telemetry, 'Record returned to the queue', {
      ...log,
      ...(attempts > 0 ? { attempt: attempts } : {}),
    });
  } catch (error) {
    telemetry.error('Record returned to the queue', log);
    telemetry.warn('Not known whether to give it up', {
      message_id: record.messageId,
      error: describeError(error),
    });
  }
  return false;
}

interface Judgement {
  /** Why to give the message up, if at all. */
  readonly reason: DeadLetterReason | undefined;
  /** Of the file that has most. */
  readonly attempts: number;
}

async function judge(
  { record, failures }: FailedRecord,
  context: SettleContext,
  signal: AbortSignal,
): Promise<Judgement> {
  if (failures.some(({ error }) => error instanceof MalformedMessageError)) {
    return { reason: 'malformed', attempts: 1 };
  }
  const counts = await Promise.all(failures.map((failure) => countAttempt(failure, context, signal)));
  const attempts = Math.max(...counts);
  // As long as one of its files may still succeed, the message is needed.
  if (attempts > 0 && counts.every((count) => count >= context.givingUp.maxAttempts)) {
    return { reason: 'attempts_used_up', attempts };
  }
  return { reason: isTooOld(record, context) ? 'too_old' : undefined, attempts };
}

/** Counts the failure if it was a real attempt at the file; returns how many there are, or 0 for "not now". */
async function countAttempt(
  { error, fileId = '' }: Failure,
  { ports, givingUp }: SettleContext,
  signal: AbortSignal,
): Promise<number> {
  if (!(await isToBlame(error, fileId, ports, signal))) return 0;
  return givingUp.attempts.add(fileId, signal);
}

async function isToBlame(
  error: unknown,
  fileId: string,
  { health, turns }: { readonly health: ApiHealth; readonly turns: ApiTurns },
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof RetryLaterError)) return !isPassingError(error);
  if (error.blame !== 'unclear' || error.failingSinceMs === undefined) return error.blame === 'file';
  const didWell = health.didWellWithOthers(fileId, error.failingSinceMs);
  if (didWell !== undefined) return didWell;
  const successMs = await turns.lastSuccessMs(signal);
  return successMs !== undefined && isNear(successMs, error.failingSinceMs);
}

async function bury(
  { record, failures }: FailedRecord,
  letter: { reason: DeadLetterReason; attempts: number; lastFailure: string },
  { givingUp }: SettleContext,
  signal: AbortSignal,
): Promise<void> {
  await givingUp.deadLetters.send({ ...letter, body: record.body, messageId: record.messageId }, signal);
  for (const { fileId } of failures) {
    // If this fails the message is given up once more, and its letter is there twice: harmless.
    if (fileId !== undefined) await givingUp.attempts.clear(fileId, signal);
  }
}

function toReason({ error }: Failure): string {
  if (error instanceof RetryLaterError) return error.reason;
  return error instanceof MalformedMessageError ? 'malformed_message' : 'failed';
}
