// Moves one recording: copy -> verify -> delete, each step idempotent. Never overwrites another recording.
import { type Filing, sha256Hex } from '../shared/session-event.ts';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA, type Target } from './ports.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { StorageRefusedError } from './storage-refused-error.ts';

export const INCOMING_PREFIX = 'incoming/';
export const TARGET_PREFIXES = ['processed/', 'rejected/'] as const;
export type TargetPrefix = (typeof TARGET_PREFIXES)[number];

/** A copy of 1 GB ends well within the function's timeout. S3 itself refuses to copy more than 5 GB in one request. */
const MAX_COPIED_BYTES = 1024 ** 3;
const MAX_KEY_BYTES = 1024;
const DIGEST_CHARACTERS = 32;

/** Without metadata when the object is no longer under incoming/. */
export type Recording = AudioObject | Pick<AudioObject, 'key' | 'etag' | 'sizeBytes'>;

export interface FilingContext {
  readonly store: AudioStore;
  readonly prefix: TargetPrefix;
  /** Identifies the upload; part of the last target key, so that no other upload has it. */
  readonly uploadId: string;
  /** The analyzed object; undefined when an earlier delivery analyzed it. */
  readonly object?: AudioObject | undefined;
  /** The analyzed bytes; written when a newer upload has replaced the object under incoming/. */
  readonly bytes?: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/**
 * Moves the version of the recording that has this ETag. A permanent refusal by S3 is a result, not an error.
 * @throws RetryLaterError when the copy does not match its source, or an adapter's error worth a retry
 */
export async function fileAway(upload: Recording, context: FilingContext): Promise<Filing> {
  const { store, bytes, signal } = context;
  if (upload.sizeBytes > MAX_COPIED_BYTES)
    return { status: 'unfiled', code: 'TOO_LARGE_TO_COPY', step: 'copy' };
  let targetKey: string | undefined;
  try {
    const object = context.object ?? (await store.head(upload.key, signal));
    const source = object?.etag === upload.etag ? object : undefined;
    const copy = async (target: Target) => source !== undefined && store.copy(source, target, signal);
    targetKey = await findTarget(source ?? upload, copy, context);
    if (targetKey === undefined && source && bytes) {
      targetKey = await findTarget(source, (target) => store.write(source, bytes, target, signal), context);
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
 * Returns the possible target keys of a recording, in order:
 * 1. the whole path, so that `incoming/a/x.wav` and `incoming/b/x.wav` do not collide;
 * 2. the path with a digest of key and ETag, which a second notification of the same bytes shares, when another
 *    recording has the first key, the key is too long, or the metadata has no room for the ETag;
 * 3. the path with the digest of this upload.
 */
export function listTargets(
  { key, etag }: Pick<AudioObject, 'key' | 'etag'>,
  prefix: TargetPrefix,
  uploadId: string,
): readonly Target[] {
  const path = key.slice(INCOMING_PREFIX.length);
  const contentId = sha256Hex(JSON.stringify([key, etag]));
  const toOwnKey = (digest: string) => ({
    key: prefix + addDigest(path, digest, MAX_KEY_BYTES - prefix.length),
  });
  const targets = [
    { key: prefix + path, sourceEtag: etag },
    toOwnKey(contentId),
    { ...toOwnKey(uploadId), isUnique: true },
  ];
  return targets.filter((target) => Buffer.byteLength(target.key) <= MAX_KEY_BYTES);
}

/** Writes to the first target that is free or has this recording already; undefined when the source is gone. */
async function findTarget(
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
      throw new RetryLaterError('copy_not_verified', { fault: 'file' });
    if (written || (found && isSameRecording(found, recording, target))) return target.key;
  }
  return undefined;
}

function isSameRecording(
  found: AudioObject,
  recording: Recording,
  { sourceEtag, isUnique }: Target,
): boolean {
  const { [SOURCE_ETAG_METADATA]: storedEtag, ...foundMetadata } = found.metadata;
  if (found.sizeBytes !== recording.sizeBytes) return false;
  if (sourceEtag !== undefined && storedEtag !== sourceEtag) return false;
  // The same bytes with other metadata (for example another session) are another recording.
  return isUnique === true || !('metadata' in recording) || sameEntries(recording.metadata, foundMetadata);
}

function sameEntries(left: AudioObject['metadata'], right: AudioObject['metadata']): boolean {
  const names = Object.keys({ ...left, ...right }).filter((name) => name !== SOURCE_ETAG_METADATA);
  return names.every((name) => left[name] === right[name]);
}

/** Turns `a/x.wav` into `a/x.<digest>.wav`, shortened to `maxBytes` of UTF-8. */
function addDigest(path: string, digest: string, maxBytes: number): string {
  const extension = /\.[a-z0-9]{1,5}$/i.exec(path)?.[0] ?? '';
  const tail = `.${digest.slice(0, DIGEST_CHARACTERS)}${extension}`;
  const stem = Buffer.from(path.slice(0, path.length - extension.length)).subarray(0, maxBytes - tail.length);
  // Remove a character that the cut has split.
  return stem.toString().replace(/\uFFFD+$/, '') + tail;
}
