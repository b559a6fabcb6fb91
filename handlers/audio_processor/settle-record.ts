// Decides about a record with failures: it returns to the queue, or it moves to the dead-letter queue when the message
// or its files are at fault or the queue would soon delete it.
import type { SQSRecord } from 'aws-lambda';
import { describeError } from '../shared/describe-error.ts';
import { type ApiHealth, isWithinLookBack } from './api-health.ts';
import type { ApiTurns, AttemptCounter, DeadLetterQueue, DeadLetterReason } from './pacing-ports.ts';
import { isPassingError } from './passing-error.ts';
import type { AudioPorts } from './process-audio.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { MalformedMessageError } from './s3-event.ts';

export interface Failure {
  readonly error: unknown;
  /** Undefined when the failure concerns the whole message. */
  readonly fileId?: string;
}

export interface DeadLetterPolicy {
  readonly attempts: AttemptCounter;
  readonly deadLetters: DeadLetterQueue;
  /** Failed attempts at one file after which its message goes to the dead-letter queue. */
  readonly maxAttempts: number;
  /** At this age the queue may delete a message before it delivers it again. */
  readonly maxAgeMs: number;
}

interface SettleContext {
  readonly ports: AudioPorts;
  readonly deadLetterPolicy: DeadLetterPolicy;
}

interface FailedRecord {
  readonly record: SQSRecord;
  readonly failures: readonly Failure[];
}

/** Whether the queue may delete the message before it delivers it again. */
export function isTooOld({ attributes }: SQSRecord, { ports, deadLetterPolicy }: SettleContext): boolean {
  return ports.clock.nowMs() - Number(attributes?.SentTimestamp) >= deadLetterPolicy.maxAgeMs;
}

/** Returns false when the record must return to the queue, also when the decision itself fails. Never rejects. */
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
    const { reason, attempts } = await decide({ record, failures }, context, signal);
    if (reason !== undefined) {
      await sendToDeadLetterQueue(
        { record, failures },
        { reason, attempts, lastFailure: log.reason },
        context,
        signal,
      );
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

interface Decision {
  /** Undefined when the message returns to the queue. */
  readonly reason: DeadLetterReason | undefined;
  /** The highest count among the record's files. */
  readonly attempts: number;
}

async function decide(
  { record, failures }: FailedRecord,
  context: SettleContext,
  signal: AbortSignal,
): Promise<Decision> {
  if (failures.some(({ error }) => error instanceof MalformedMessageError)) {
    return { reason: 'malformed', attempts: 1 };
  }
  const counts = await Promise.all(failures.map((failure) => countAttempt(failure, context, signal)));
  const attempts = Math.max(...counts);
  // Keep the message while any of its files may still succeed.
  if (attempts > 0 && counts.every((count) => count >= context.deadLetterPolicy.maxAttempts)) {
    return { reason: 'attempts_used_up', attempts };
  }
  return { reason: isTooOld(record, context) ? 'too_old' : undefined, attempts };
}

/** Counts the failure when the file is at fault; returns the file's total, or 0 when the failure does not count. */
async function countAttempt(
  { error, fileId = '' }: Failure,
  { ports, deadLetterPolicy }: SettleContext,
  signal: AbortSignal,
): Promise<number> {
  if (!(await isFileAtFault(error, fileId, ports, signal))) return 0;
  return deadLetterPolicy.attempts.add(fileId, signal);
}

async function isFileAtFault(
  error: unknown,
  fileId: string,
  { health, turns }: { readonly health: ApiHealth; readonly turns: ApiTurns },
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof RetryLaterError)) return !isPassingError(error);
  if (error.fault !== 'unclear' || error.failingSinceMs === undefined) return error.fault === 'file';
  const othersAnswered = health.answersOtherFiles(fileId, error.failingSinceMs);
  if (othersAnswered !== undefined) return othersAnswered;
  const successMs = await turns.lastSuccessMs(signal);
  return successMs !== undefined && isWithinLookBack(successMs, error.failingSinceMs);
}

async function sendToDeadLetterQueue(
  { record, failures }: FailedRecord,
  letter: { reason: DeadLetterReason; attempts: number; lastFailure: string },
  { deadLetterPolicy }: SettleContext,
  signal: AbortSignal,
): Promise<void> {
  await deadLetterPolicy.deadLetters.send(
    { ...letter, body: record.body, messageId: record.messageId },
    signal,
  );
  for (const { fileId } of failures) {
    // If this fails, the message is sent once more on its next delivery: a harmless duplicate.
    if (fileId !== undefined) await deadLetterPolicy.attempts.clear(fileId, signal);
  }
}

function toReason({ error }: Failure): string {
  if (error instanceof RetryLaterError) return error.reason;
  return error instanceof MalformedMessageError ? 'malformed_message' : 'failed';
}
