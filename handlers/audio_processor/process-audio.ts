// The audio processor's core: check -> analyze -> store -> move -> announce. Knows neither SQS nor AWS.
import { type AnnouncePorts, announceEvent } from '../shared/announce-event.ts';
import { AUDIO_EVENT_TYPES } from '../shared/event-types.ts';
import type { LogFields } from '../shared/ports.ts';
import { expiryOf, type SessionEvent, sha256Hex, toSessionKey, toSortKey } from '../shared/session-event.ts';
import { type AnalysisOutcome, type AnalysisPorts, analyzeAudio, type TimeBudget } from './analyze-audio.ts';
import { detectContentType, MAX_AUDIO_BYTES } from './audio-format.ts';
import { INCOMING_PREFIX, moveAudio, toTargetKey } from './move-audio.ts';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA } from './ports.ts';
import { RetryLaterError } from './retry-later-error.ts';
import type { UploadedObject } from './s3-event.ts';

export interface AudioPorts extends AnnouncePorts, AnalysisPorts {
  readonly audio: AudioStore;
  readonly bucketName: string;
  readonly ttlDays: number;
}

/**
 * `superseded`: a newer upload took the file's place. `ignored`: the notification is not for us, nothing is touched.
 */
export type AudioOutcome = 'processed' | 'rejected' | 'duplicate' | 'superseded' | 'ignored';

const DIGEST_CHARACTERS = 32;

interface Job {
  readonly upload: UploadedObject;
  readonly budget: TimeBudget;
  readonly dedupeKey: string;
  readonly log: LogFields;
}

/** Identifies one upload: the same bytes put at the same key again are a new upload with a new sequencer. */
export function identifyUpload({ key, etag, sequencer, eventTimeMs }: UploadedObject): string {
  return sha256Hex(JSON.stringify([key, etag, sequencer || eventTimeMs]));
}

/**
 * Processes one upload so that, however often and in whatever order its notification arrives, one result is
 * stored, one file lies under processed/ or rejected/, and the result is announced.
 * @throws RetryLaterError or an adapter's error: the notification must be delivered again
 */
export async function processAudio(
  upload: UploadedObject,
  ports: AudioPorts,
  { budget, log }: { budget: TimeBudget; log: LogFields },
): Promise<AudioOutcome> {
  if (upload.bucket !== ports.bucketName || !upload.key.startsWith(INCOMING_PREFIX)) return 'ignored';
  const dedupeKey = `audio#${identifyUpload(upload)}`;
  const job = { upload, budget, dedupeKey, log };
  const known = await ports.store.find(dedupeKey, budget.signal);
  if (known) return finish(known, job, ports).then(() => 'duplicate');
  const object = await ports.audio.head(upload.key, budget.signal);
  if (object === undefined) return explainMissing(job, ports);
  if (object.etag !== upload.etag) return 'superseded';
  const result = await analyze(object, job, ports);
  if (result === 'superseded') return result;
  const event = toSessionEvent(object, result, job, ports);
  const stored = await ports.store.store(event, budget.signal);
  if (stored.outcome === 'duplicate') return finish(stored.event, job, ports).then(() => 'duplicate');
  await finish(event, job, ports);
  return result.kind === 'analyzed' ? 'processed' : 'rejected';
}

async function analyze(
  object: AudioObject,
  { budget, log }: Job,
  ports: AudioPorts,
): Promise<AnalysisOutcome | 'superseded'> {
  const contentType = detectContentType(object.key, object.contentType);
  if (object.sizeBytes === 0) return { kind: 'refused', code: 'EMPTY_FILE' };
  if (object.sizeBytes > MAX_AUDIO_BYTES) return { kind: 'refused', code: 'FILE_TOO_LARGE' };
  if (contentType === undefined) return { kind: 'refused', code: 'UNSUPPORTED_FORMAT' };
  const audio = await ports.audio.read(object, budget.signal);
  if (audio === undefined) return 'superseded';
  const sessionId = toSessionKey(object.metadata['session-id']);
  return analyzeAudio({ audio, contentType, sessionId }, ports, { budget, log });
}

/** Moves and announces a stored result; whatever of it was done before is not done again. */
async function finish(event: SessionEvent, { upload, budget }: Job, ports: AudioPorts): Promise<void> {
  if (event.status === 'announced') return;
  const prefix = event.eventType === AUDIO_EVENT_TYPES.processed ? 'processed/' : 'rejected/';
  await moveAudio(upload, { store: ports.audio, prefix, signal: budget.signal });
  await announceEvent(event, ports, budget.signal);
}

/**
 * The file is gone and no result of this notification is stored. That is fine if the same bytes were filed under
 * another notification, or if a later upload took the file's place; else somebody should look.
 */
async function explainMissing({ upload, budget }: Job, { audio }: AudioPorts): Promise<AudioOutcome> {
  for (const prefix of ['processed/', 'rejected/'] as const) {
    const target = await audio.head(toTargetKey(upload.key, prefix), budget.signal);
    if (target?.metadata[SOURCE_ETAG_METADATA] === upload.etag) return 'duplicate';
    // S3 tells the time of an object in whole seconds only.
    const uploadedAtMs = upload.eventTimeMs - (upload.eventTimeMs % 1000);
    if (target && target.lastModifiedMs >= uploadedAtMs) return 'superseded';
  }
  throw new RetryLaterError('file_missing');
}

function toSessionEvent(
  object: AudioObject,
  result: AnalysisOutcome,
  { upload, dedupeKey }: Job,
  { clock, ttlDays }: AudioPorts,
): SessionEvent {
  const nowMs = clock.nowMs();
  const analyzed = result.kind === 'analyzed' ? result.analysis : undefined;
  const prefix = analyzed ? 'processed/' : 'rejected/';
  return {
    sessionId:
      toSessionKey(object.metadata['session-id']) ??
      toSessionKey(analyzed?.sessionId) ??
      // A digest, because this id appears in logs and messages and a file's name may name a person.
      `audio#${sha256Hex(object.key).slice(0, DIGEST_CHARACTERS)}`,
    timestamp: toSortKey(upload.eventTimeMs, dedupeKey),
    eventId: `audio_${identifyUpload(upload).slice(0, DIGEST_CHARACTERS)}`,
    dedupeKey,
    eventType: analyzed ? AUDIO_EVENT_TYPES.processed : AUDIO_EVENT_TYPES.rejected,
    data: {
      key: object.key,
      target_key: toTargetKey(object.key, prefix),
      etag: object.etag,
      size_bytes: object.sizeBytes,
      ...(result.kind === 'refused' ? { error: { code: result.code } } : {}),
      ...(analyzed ? { score: analyzed.score, label: analyzed.label, latency_ms: analyzed.latencyMs } : {}),
      ...(analyzed?.recommendedAction ? { recommended_action: analyzed.recommendedAction } : {}),
      ...(analyzed?.modelVersion ? { model_version: analyzed.modelVersion } : {}),
    },
    status: 'stored',
    receivedAt: new Date(nowMs).toISOString(),
    ttl: expiryOf(nowMs, ttlDays),
  };
}
