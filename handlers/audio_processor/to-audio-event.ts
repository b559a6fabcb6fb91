// Turns the result of examining an upload into the event that is stored and announced.
import { AUDIO_EVENT_TYPES } from '../shared/event-types.ts';
import type { JsonObject } from '../shared/json.ts';
import { readSessionMetadata } from '../shared/recording-metadata.ts';
import { type RiskThresholds, riskOf } from '../shared/risk.ts';
import { expiryOf, type SessionEvent, sha256Hex, toSessionKey, toSortKey } from '../shared/session-event.ts';
import type { AnalysisOutcome } from './analyze-audio.ts';
import type { Analysis } from './api-reply.ts';
import type { AudioObject } from './ports.ts';
import { identifyUpload, type UploadedObject } from './s3-event.ts';
import type { StorageRefusedError } from './storage-refused-error.ts';

const DIGEST_CHARACTERS = 32;
/**
 * User metadata with which `smoke` marks its recording. The uploader sets it by name: the ids and file names that it may
 * take from a caller cannot.
 */
export const TEST_METADATA = 'sonotheia-terraform-test';

/** The result of examining one upload. */
export interface Examined {
  /** Undefined when HEAD failed. */
  readonly object?: AudioObject | undefined;
  /** The analyzed bytes; undefined when the file was not read. */
  readonly bytes?: Uint8Array;
  readonly result: AnalysisOutcome;
  /** Set when S3 refuses access to the file, which then can be neither analyzed nor moved. */
  readonly refusal?: StorageRefusedError;
}

/** Builds the event; `data.target_key` is added later, when the recording has been moved. */
export function toAudioEvent(
  { object, result, refusal }: Examined,
  { upload, dedupeKey }: { upload: UploadedObject; dedupeKey: string },
  { nowMs, ttlDays, thresholds }: { nowMs: number; ttlDays: number; thresholds: RiskThresholds },
): SessionEvent {
  const analysis = result.kind === 'analyzed' ? result.analysis : undefined;
  const eventType = analysis ? AUDIO_EVENT_TYPES.processed : AUDIO_EVENT_TYPES.rejected;
  const data = {
    key: upload.key,
    etag: upload.etag,
    size_bytes: object?.sizeBytes ?? upload.sizeBytes,
    ...(result.kind === 'refused' ? { error: { code: result.code } } : {}),
    ...(analysis ? describeAnalysis(analysis) : {}),
  };
  const risk = riskOf(eventType, data, thresholds);
  return {
    sessionId:
      readSessionMetadata(object?.metadata) ??
      toSessionKey(analysis?.sessionId) ??
      // A digest: this id appears in logs and messages, and a file name may contain a person's name.
      `audio#${sha256Hex(upload.key).slice(0, DIGEST_CHARACTERS)}`,
    timestamp: toSortKey(upload.eventTimeMs, dedupeKey),
    eventId: `audio_${identifyUpload(upload).slice(0, DIGEST_CHARACTERS)}`,
    dedupeKey,
    eventType,
    data,
    status: 'stored',
    ...(risk === undefined ? {} : { risk }),
    isTest: object?.metadata[TEST_METADATA] === 'true',
    ...(refusal ? { filing: { status: 'unfiled', code: refusal.code, step: refusal.step } } : {}),
    receivedAt: new Date(nowMs).toISOString(),
    ttl: expiryOf(nowMs, ttlDays),
  };
}

function describeAnalysis(analysis: Analysis): JsonObject {
  const { score, label, latencyMs, recommendedAction, modelVersion } = analysis;
  return {
    score,
    ...(label === undefined ? {} : { label }),
    ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }),
    ...(recommendedAction === undefined ? {} : { recommended_action: recommendedAction }),
    ...(modelVersion === undefined ? {} : { model_version: modelVersion }),
  };
}
