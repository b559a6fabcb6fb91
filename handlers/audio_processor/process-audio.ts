// The audio processor's core: check -> analyze -> store -> announce -> file away. Independent of SQS and AWS.
import { type AnnouncePorts, announceEvent } from '../shared/announce-event.ts';
import { AUDIO_EVENT_TYPES } from '../shared/event-types.ts';
import type { LogFields } from '../shared/ports.ts';
import { readSessionMetadata } from '../shared/recording-metadata.ts';
import type { Filing, SessionEvent } from '../shared/session-event.ts';
import { type AnalysisOutcome, type AnalysisPorts, analyzeAudio, type TimeBudget } from './analyze-audio.ts';
import { detectContentType, MAX_AUDIO_BYTES } from './audio-format.ts';
import { fileAway, INCOMING_PREFIX, listTargets, TARGET_PREFIXES } from './file-away.ts';
import type { ApiTurns } from './pacing-ports.ts';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA } from './ports.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { identifyUpload, type UploadedObject } from './s3-event.ts';
import { StorageRefusedError } from './storage-refused-error.ts';
import { type Examined, toAudioEvent } from './to-audio-event.ts';

export interface AudioPorts extends AnnouncePorts, AnalysisPorts {
  readonly turns: ApiTurns;
  readonly audio: AudioStore;
  readonly bucketName: string;
  readonly ttlDays: number;
}

/**
 * `superseded`: a newer upload replaced the file. `ignored`: the object is in another bucket or outside incoming/.
 * `forgotten`: its session or its upload was forgotten; nothing is stored, and the file is removed from incoming/.
 */
export type AudioOutcome = 'processed' | 'rejected' | 'duplicate' | 'superseded' | 'ignored' | 'forgotten';

interface Job {
  readonly upload: UploadedObject;
  readonly budget: TimeBudget;
  readonly dedupeKey: string;
  readonly log: LogFields;
}

/**
 * Processes one upload. Idempotent, in any order of notifications: one result is stored and announced, and one file is
 * under processed/ or rejected/, or the result says why not.
 * @throws RetryLaterError or an adapter's error when the notification must be delivered again
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
  if (known === 'forgotten') return known;
  if (known) return finish(known, job, ports).then(() => 'duplicate');
  const examined = await examine(job, ports);
  if (examined === 'superseded') return examined;
  if (examined === 'gone') return explainMissing(job, ports);
  if (examined === 'forgotten') return discard(job, ports);
  const { thresholds, ttlDays, clock } = ports;
  const event = toAudioEvent(examined, job, { nowMs: clock.nowMs(), ttlDays, thresholds });
  const stored = await ports.store.store(event, budget.signal);
  if (stored.outcome === 'forgotten') return discard(job, ports);
  const isDuplicate = stored.outcome === 'duplicate';
  await finish(isDuplicate ? stored.event : event, job, ports, examined);
  if (isDuplicate) return 'duplicate';
  return examined.result.kind === 'analyzed' ? 'processed' : 'rejected';
}

async function examine(job: Job, ports: AudioPorts): Promise<Examined | 'gone' | 'superseded' | 'forgotten'> {
  const { upload, budget } = job;
  let object: AudioObject | undefined;
  try {
    object = await ports.audio.head(upload.key, budget.signal);
    if (object === undefined) return 'gone';
    if (object.etag !== upload.etag) return 'superseded';
    const sessionId = readSessionMetadata(object.metadata);
    // Before the API gets the recording.
    if (sessionId !== undefined && (await ports.store.isForgotten('session', sessionId, budget.signal)))
      return 'forgotten';
    const contentType = detectContentType(object.key, object.contentType);
    if (object.sizeBytes === 0) return { object, result: refused('EMPTY_FILE') };
    if (object.sizeBytes > MAX_AUDIO_BYTES) return { object, result: refused('FILE_TOO_LARGE') };
    if (contentType === undefined) return { object, result: refused('UNSUPPORTED_FORMAT') };
    const audio = await ports.audio.read(object, budget.signal);
    if (audio === undefined) return 'superseded';
    const options = { ...job, fileId: identifyUpload(upload) };
    const result = await analyzeAudio({ audio, contentType, sessionId }, ports, options);
    return { object, bytes: audio, result };
  } catch (error) {
    if (!(error instanceof StorageRefusedError)) throw error;
    return { object, result: refused(error.code), refusal: error };
  }
}

function refused(code: string): AnalysisOutcome {
  return { kind: 'refused', code };
}

/** Removes a recording that arrived after its session was forgotten: no item would lead to it. */
async function discard(job: Job, { audio, telemetry }: AudioPorts): Promise<'forgotten'> {
  try {
    await audio.remove(job.upload, job.budget.signal);
  } catch (error) {
    if (!(error instanceof StorageRefusedError)) throw error;
    reportUnfiled({ outcome: 'unfiled', reason: error.code }, job, telemetry);
  }
  return 'forgotten';
}

function reportUnfiled(fields: LogFields, { log }: Job, telemetry: AudioPorts['telemetry']): void {
  telemetry.warn('Recording not filed away', { ...log, ...fields });
  telemetry.count('FilesUnfiled');
}

/** Announces a stored result and files its recording; skips steps that an earlier delivery completed. */
async function finish(event: SessionEvent, job: Job, ports: AudioPorts, examined?: Examined): Promise<void> {
  await announceEvent(event, ports, job.budget.signal);
  const filing = event.filing ?? (await fileRecording(event, job, ports, examined));
  if (filing.code === undefined) return;
  const { code, status } = filing;
  reportUnfiled({ event_id: event.eventId, outcome: status, reason: code }, job, ports.telemetry);
}

async function fileRecording(
  event: SessionEvent,
  { upload, budget: { signal } }: Job,
  { audio, store }: AudioPorts,
  examined?: Examined,
): Promise<Filing> {
  const prefix = TARGET_PREFIXES[event.eventType === AUDIO_EVENT_TYPES.processed ? 0 : 1];
  const filing = await fileAway(upload, {
    store: audio,
    prefix,
    uploadId: identifyUpload(upload),
    object: examined?.object,
    bytes: examined?.bytes,
    signal,
  });
  await store.recordFiling(event, filing, signal);
  return filing;
}

/**
 * Handles a file that is gone although its notification has no result. It is a duplicate when the same bytes were filed
 * for another notification, and superseded when another recording was filed under its name.
 * @throws RetryLaterError otherwise, so that the message ends in the dead-letter queue
 */
async function explainMissing({ upload, budget }: Job, { audio, store }: AudioPorts): Promise<AudioOutcome> {
  let isNameTaken = false;
  for (const prefix of TARGET_PREFIXES) {
    for (const { key, sourceEtag } of listTargets(upload, prefix, identifyUpload(upload))) {
      const target = await audio.headTarget(key, budget.signal);
      if (target === undefined) continue;
      const isOwn = sourceEtag === undefined || target.metadata[SOURCE_ETAG_METADATA] === sourceEtag;
      if (isOwn) return 'duplicate';
      isNameTaken = true;
    }
  }
  if (isNameTaken) return 'superseded';
  if (await store.isForgotten('recording', upload.key, budget.signal)) return 'forgotten';
  throw new RetryLaterError('file_missing', { fault: 'file' });
}
