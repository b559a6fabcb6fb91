// Files one recording away: copy -> verify -> delete, each safe to repeat. No recording takes another one's place.
import { type Filing, sha256Hex } from '../shared/session-event.ts';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA, type Target } from './ports.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { StorageRefusedError } from './storage-refused-error.ts';

export const INCOMING_PREFIX = 'incoming/';
export const TARGET_PREFIXES = ['processed/', 'rejected/'] as const;
export type TargetPrefix = (typeof TARGET_PREFIXES)[number];

/** S3 copies a GB well within the function's time, and refuses more than 5 GB at once. */
const MOST_COPIED_BYTES = 1024 ** 3;
const MOST_KEY_BYTES = 1024;
const DIGEST_CHARACTERS = 32;

/** Of one that no longer lies under incoming/ only so much is known. */
export type Recording = AudioObject | Pick<AudioObject, 'key' | 'etag' | 'sizeBytes'>;

export interface FilingContext {
  readonly store: AudioStore;
  readonly prefix: TargetPrefix;
  /** Identity of the upload, for a key that no other upload can have. */
  readonly uploadId: string;
  /** The recording as it was analyzed, unless an earlier delivery did that. */
  readonly object?: AudioObject | undefined;
  /** Its bytes: they are filed when a newer upload has replaced them under incoming/. */
  readonly bytes?: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/**
 * Files the version of the recording that has this ETag. Never rejects for a refusal that would come again.
 * @throws RetryLaterError when the copy does not match its source, or an adapter's error that may pass
 */
export async function fileAway(upload: Recording, context: FilingContext): Promise<Filing> {
  const { store, bytes, signal } = context;
  if (upload.sizeBytes > MOST_COPIED_BYTES)
    return { status: 'unfiled', code: 'TOO_LARGE_TO_COPY', step: 'copy' };
  let targetKey: string | undefined;
  try {
    const object = context.object ?? (await store.head(upload.key, signal));
    const source = object?.etag === upload.etag ? object : undefined;
    const copy = async (target: Target) => source !== undefined && store.copy(source, target, signal);
    targetKey = await findPlace(source ?? upload, copy, context);
    if (targetKey === undefined && source && bytes) {
      targetKey = await findPlace(source, (target) => store.write(source, bytes, target, signal), context);
    }
    if (targetKey === undefined) return { status: 'unfiled', code: 'FILE_GONE', step: 'copy' };
    await store.remove(upload, signal);
    return { status: 'filed', targetKey };
  } catch (error) {
    if (!(error instanceof StorageRefusedError)) throw error;
    const { code, step } = error;
    return targetKey === undefined
      ? { status: 'unfiled', code, step }
      : { status: 'copied', code, step, targetKey };
  }
}

/**
 * Where a recording may lie, in order: the whole path, so that `incoming/a/x.wav` and `incoming/b/x.wav` never meet;
 * where another recording lies there, the key is too long or the noted ETag too much, the path with a digest of key and content, which a second
 * notification of the same bytes also derives; at last with the digest of this upload.
 */
export function listTargets(
  { key, etag }: Pick<AudioObject, 'key' | 'etag'>,
  prefix: TargetPrefix,
  uploadId: string,
): readonly Target[] {
  const path = key.slice(INCOMING_PREFIX.length);
  const contentId = sha256Hex(JSON.stringify([key, etag]));
  const toOwnKey = (digest: string) => ({
    key: prefix + addDigest(path, digest, MOST_KEY_BYTES - prefix.length),
  });
  const targets = [
    { key: prefix + path, sourceEtag: etag },
    toOwnKey(contentId),
    { ...toOwnKey(uploadId), isUnique: true },
  ];
  return targets.filter((target) => Buffer.byteLength(target.key) <= MOST_KEY_BYTES);
}

/** Writes to the first target that is free or already holds this recording; undefined when its source is gone. */
async function findPlace(
  recording: Recording,
  write: (target: Target) => Promise<boolean>,
  { store, prefix, uploadId, signal }: FilingContext,
): Promise<string | undefined> {
  for (const target of listTargets(recording, prefix, uploadId)) {
    const written = await write(target).catch((error: unknown) => {
      if (error instanceof StorageRefusedError && error.code === 'METADATA_TOO_LARGE') return undefined;
      throw error;
    });
    if (written === undefined) continue;
    const found = await store.headTarget(target.key, signal);
    if (written && found?.sizeBytes !== recording.sizeBytes)
      throw new RetryLaterError('copy_not_verified', { blame: 'file' });
    if (written || (found && holds(found, recording, target))) return target.key;
  }
  return undefined;
}

function holds(found: AudioObject, recording: Recording, { sourceEtag, isUnique }: Target): boolean {
  const { [SOURCE_ETAG_METADATA]: notedEtag, ...foundMetadata } = found.metadata;
  if (found.sizeBytes !== recording.sizeBytes) return false;
  if (sourceEtag !== undefined && notedEtag !== sourceEtag) return false;
  // The same bytes put again with other metadata (another session, say) are another recording.
  return isUnique === true || !('metadata' in recording) || sameEntries(recording.metadata, foundMetadata);
}

function sameEntries(left: AudioObject['metadata'], right: AudioObject['metadata']): boolean {
  const names = Object.keys({ ...left, ...right }).filter((name) => name !== SOURCE_ETAG_METADATA);
  return names.every((name) => left[name] === right[name]);
}

/** `a/x.wav` to `a/x.<digest>.wav`, the path cut so that the key has at most so many bytes. */
function addDigest(path: string, digest: string, mostBytes: number): string {
  const extension = /\.[a-z0-9]{1,5}$/i.exec(path)?.[0] ?? '';
  const tail = `.${digest.slice(0, DIGEST_CHARACTERS)}${extension}`;
  const stem = Buffer.from(path.slice(0, path.length - extension.length)).subarray(
    0,
    mostBytes - tail.length,
  );
  // A character that the cut went through.
  return stem.toString().replace(/\uFFFD+$/, '') + tail;
}
