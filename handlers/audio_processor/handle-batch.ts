// Receives an SQS batch, promises to name exactly the records that must be delivered again.
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { startDeadline } from '../shared/deadline.ts';
import { describeError } from '../shared/describe-error.ts';
import type { LogFields } from '../shared/ports.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import { type AudioOutcome, type AudioPorts, processAudio } from './process-audio.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { identifyUpload, MalformedMessageError, parseS3Event, type UploadedObject } from './s3-event.ts';

/** Time kept for storing, moving and announcing after the last API call. */
const RESERVE_MS = 5_000;
/** Time kept for answering Lambda. */
const ANSWER_MS = 500;

export interface BatchContext {
  readonly ports: AudioPorts;
  readonly gate: ConcurrencyGate;
  readonly remainingMs: () => number;
}

/**
 * Processes a batch, all records at once as far as the gate allows. Never rejects: a thrown error would return
 * the whole batch to the queue, the finished records too.
 */
export async function handleBatch({ Records }: SQSEvent, context: BatchContext): Promise<SQSBatchResponse> {
  const failures = await Promise.all((Records ?? []).map((record) => handleRecord(record, context)));
  return { batchItemFailures: failures.filter((failure) => failure !== undefined) };
}

async function handleRecord(
  record: SQSRecord,
  context: BatchContext,
): Promise<SQSBatchItemFailure | undefined> {
  const log = { message_id: record.messageId };
  let failure: unknown;
  try {
    const { uploads, ignored } = parseS3Event(record.body);
    for (const reason of ignored) context.ports.telemetry.warn('Event ignored', { ...log, reason });
    for (const upload of uploads) {
      await context.gate
        .run(() => handleUpload(upload, log, context))
        .catch((error: unknown) => {
          // The other uploads of the record need not wait for its next delivery.
          failure = error;
        });
    }
  } catch (error) {
    failure = error;
  }
  if (failure === undefined) return undefined;
  context.ports.telemetry.error('Record returned to the queue', {
    ...log,
    reason: toReason(failure),
    error: describeError(failure),
  });
  return { itemIdentifier: record.messageId };
}

async function handleUpload(
  upload: UploadedObject,
  recordLog: LogFields,
  { ports, remainingMs }: BatchContext,
): Promise<void> {
  const { clock, telemetry } = ports;
  const startedAtMs = clock.nowMs();
  const log = { ...recordLog, object_id: identifyUpload(upload).slice(0, 32), size_bytes: upload.sizeBytes };
  const leftMs = remainingMs();
  const deadline = startDeadline(clock, leftMs - ANSWER_MS);
  const budget = { endsAtMs: startedAtMs + leftMs - RESERVE_MS, signal: deadline.signal };
  const outcome = await processAudio(upload, ports, { budget, log }).finally(() => deadline.clear());
  countOutcome(outcome, telemetry);
  if (outcome === 'ignored') {
    const reason = upload.bucket === ports.bucketName ? 'not_under_incoming' : 'other_bucket';
    telemetry.warn('Event ignored', { ...log, reason });
    return;
  }
  telemetry.info('Upload handled', { ...log, outcome, duration_ms: clock.nowMs() - startedAtMs });
}

function toReason(failure: unknown): string {
  if (failure instanceof RetryLaterError) return failure.reason;
  return failure instanceof MalformedMessageError ? 'malformed_message' : 'failed';
}

function countOutcome(outcome: AudioOutcome, telemetry: AudioPorts['telemetry']): void {
  if (outcome === 'processed') telemetry.count('FilesProcessed');
  if (outcome === 'rejected') telemetry.count('FilesRejected');
  if (outcome === 'duplicate') telemetry.count('DuplicateEvents');
}
