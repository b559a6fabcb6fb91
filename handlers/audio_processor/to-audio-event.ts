// Receives what was found out about an upload, promises the event that is stored and announced about it.
import { AUDIO_EVENT_TYPES } from '../shared/event-types.ts';
import type { JsonObject } from '../shared/json.ts';
import { expiryOf, type SessionEvent, sha256Hex, toSessionKey, toSortKey } from '../shared/session-event.ts';
import type { AnalysisOutcome } from './analyze-audio.ts';
import type { Analysis } from './api-reply.ts';
import type { AudioObject } from './ports.ts';
import { identifyUpload, type UploadedObject } from './s3-event.ts';
import type { StorageRefusedError } from './storage-refused-error.ts';

const DIGEST_CHARACTERS = 32;

/** Everything found out about one upload. */
export interface Examined {
  /** Undefined when S3 did not describe it. */
  readonly object?: AudioObject | undefined;
  /** As analyzed. */
  readonly bytes?: Uint8Array;
  readonly result: AnalysisOutcome;
  /** S3's refusal to hand the file out: it can be neither analyzed nor filed. */
  readonly refusal?: StorageRefusedError;
}

/** `data.target_key` is added when the recording lies there. */
export function toAudioEvent(
  { object, result, refusal }: Examined,
  { upload, dedupeKey }: { upload: UploadedObject; dedupeKey: string },
  { nowMs, ttlDays }: { nowMs: number; ttlDays: number },
): SessionEvent {
  const analysis = result.kind === 'analyzed' ? result.analysis : undefined;
  return {
    sessionId:
      toSessionKey(object?.metadata['session-id']) ??
      toSessionKey(analysis?.sessionId) ??
      // A digest, because this id appears in logs and messages and a file's name may name a person.
      `audio#${sha256Hex(upload.key).slice(0, DIGEST_CHARACTERS)}`,
    timestamp: toSortKey(upload.eventTimeMs, dedupeKey),
    eventId: `audio_${identifyUpload(upload).slice(0, DIGEST_CHARACTERS)}`,
    dedupeKey,
    eventType: analysis ? AUDIO_EVENT_TYPES.processed : AUDIO_EVENT_TYPES.rejected,
    data: {
      key: upload.key,
      etag: upload.etag,
      size_bytes: object?.sizeBytes ?? upload.sizeBytes,
      ...(result.kind === 'refused' ? { error: { code: result.code } } : {}),
      ...(analysis ? describeAnalysis(analysis) : {}),
    },
    status: 'stored',
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
