// Processes an SQS batch and returns exactly the records that must be delivered again.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { startDeadline } from '../shared/deadline.ts';
import type { LogFields } from '../shared/ports.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import { type AudioOutcome, type AudioPorts, processAudio } from './process-audio.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { identifyUpload, parseS3Event, type S3Notification, type UploadedObject } from './s3-event.ts';
import { type DeadLetterPolicy, type Failure, isTooOld, settleRecord } from './settle-record.ts';
import { TimeShares } from './time-shares.ts';

/** A message near its retention limit waits at most this long for an API call, so that the messages behind it are received before they expire. */
const LAST_CHANCE_WAIT_MS = 1_000;

export interface BatchContext {
  readonly ports: AudioPorts;
  readonly deadLetterPolicy: DeadLetterPolicy;
  readonly gate: ConcurrencyGate;
  readonly remainingMs: () => number;
}

interface ParsedRecord {
  readonly record: SQSRecord;
  readonly notification: S3Notification;
  readonly failures: Failure[];
}

/**
 * Processes the files of a batch in parallel, up to the gate's limit. Never rejects: an error would return the whole
 * batch to the queue, finished records included.
 */
export async function handleBatch({ Records }: SQSEvent, context: BatchContext): Promise<SQSBatchResponse> {
  const { ports, gate, remainingMs } = context;
  const { clock } = ports;
  const records = (Records ?? []).map(parseRecord);
  const files = records.reduce((sum, { notification }) => sum + notification.uploads.length, 0);
  const shares = new TimeShares(clock, { leftMs: remainingMs(), files, atOnce: gate.limit });
  await Promise.all(records.map((record) => handleRecord(record, shares, context)));
  const deadline = startDeadline(clock, shares.leftMs);
  try {
    await shareSuccess(ports, deadline.signal);
    const settled = await Promise.all(
      records.map(async (each) => ({ ...each, isDone: await settleRecord(each, context, deadline.signal) })),
    );
    const returned = settled.filter(({ isDone }) => !isDone);
    if (returned.some(isTurnMissed)) {
      // Returning it now would cause immediate redeliveries, of this message and of all that wait behind it.
      const delayMs = Math.max(0, shares.callsEndAtMs - clock.nowMs());
      await clock.sleep(delayMs, deadline.signal).catch(() => undefined);
    }
    return { batchItemFailures: returned.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  } finally {
    deadline.clear();
  }
}

function parseRecord(record: SQSRecord): ParsedRecord {
  try {
    return { record, notification: parseS3Event(record.body), failures: [] };
  } catch (error) {
    return { record, notification: { uploads: [], ignored: [] }, failures: [{ error }] };
  }
}

async function handleRecord(
  { record, notification, failures }: ParsedRecord,
  shares: TimeShares,
  context: BatchContext,
): Promise<void> {
  const log = { message_id: record.messageId };
  for (const reason of notification.ignored) {
    context.ports.telemetry.warn('Event ignored', { ...log, reason });
  }
  const isLastChance = isTooOld(record, context);
  if (isLastChance && Number(record.attributes?.ApproximateReceiveCount) > 1) {
    // Give up without another attempt: one more crash of the function would let the message expire undelivered.
    failures.push({ error: new RetryLaterError('too_old') });
    return;
  }
  const handle = async (upload: UploadedObject): Promise<void> => {
    try {
      await context.gate.run(() => handleUpload(upload, { log, shares, isLastChance }, context));
    } catch (error) {
      // Continue with the record's other uploads.
      failures.push({ error, fileId: identifyUpload(upload) });
    }
  };
  await Promise.all(notification.uploads.map(handle));
}

async function handleUpload(
  upload: UploadedObject,
  run: { readonly log: LogFields; readonly shares: TimeShares; readonly isLastChance: boolean },
  { ports }: BatchContext,
): Promise<void> {
  const { clock, telemetry, limiter } = ports;
  const startedAtMs = clock.nowMs();
  const fileId = identifyUpload(upload);
  const log = { ...run.log, object_id: fileId.slice(0, 32), size_bytes: upload.sizeBytes };
  const { endsAtMs, latestTurnMs, deadlineMs } = run.shares.next();
  // Skip reading the file: no API call can start in time.
  if (limiter.isPausedAt(latestTurnMs)) throw new RetryLaterError('api_paused', { isTurnMissed: true });
  const deadline = startDeadline(clock, deadlineMs);
  const lastTurnMs = run.isLastChance ? startedAtMs + LAST_CHANCE_WAIT_MS : latestTurnMs;
  const budget = { endsAtMs, latestTurnMs: Math.min(lastTurnMs, latestTurnMs), signal: deadline.signal };
  const outcome = await processAudio(upload, ports, { budget, log }).finally(() => deadline.clear());
  countOutcome(outcome, telemetry);
  if (outcome === 'ignored') {
    const reason = upload.bucket === ports.bucketName ? 'not_under_incoming' : 'other_bucket';
    telemetry.warn('Event ignored', { ...log, reason });
    return;
  }
  telemetry.info('Upload handled', { ...log, outcome, duration_ms: clock.nowMs() - startedAtMs });
}

/**
 * Shares the time of the last success, with which other instances distinguish a faulty file from a faulty API. Errors are
 * ignored: the value is a hint.
 */
async function shareSuccess({ health, turns }: AudioPorts, signal: AbortSignal): Promise<void> {
  if (health.lastSuccessMs === undefined) return;
  await turns.recordSuccess(health.lastSuccessMs, signal).catch(() => undefined);
}

function isTurnMissed({ failures }: ParsedRecord): boolean {
  return failures.some(({ error }) => error instanceof RetryLaterError && error.isTurnMissed);
}

function countOutcome(outcome: AudioOutcome, telemetry: AudioPorts['telemetry']): void {
  if (outcome === 'processed') telemetry.count('FilesProcessed');
  if (outcome === 'rejected') telemetry.count('FilesRejected');
  if (outcome === 'duplicate') telemetry.count('DuplicateEvents');
  if (outcome === 'forgotten') telemetry.count('EventsForgotten');
}
