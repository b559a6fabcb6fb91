// Moves one file out of incoming/: copy -> verify -> delete, each safe to repeat, none touching a newer upload.
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA } from './ports.ts';
import { RetryLaterError } from './retry-later-error.ts';

export const INCOMING_PREFIX = 'incoming/';
export type TargetPrefix = 'processed/' | 'rejected/';

/** `moved` also when an earlier delivery did it; `superseded` when a newer upload lies at the key. */
export type MoveOutcome = 'moved' | 'superseded' | 'gone';

/** Keeps the whole path, so that `incoming/a/x.wav` and `incoming/b/x.wav` never meet. */
export function toTargetKey(key: string, prefix: TargetPrefix): string {
  return prefix + key.slice(INCOMING_PREFIX.length);
}

/**
 * Moves the version of the object that has this ETag.
 * @throws RetryLaterError when the copy does not match its source
 */
export async function moveAudio(
  { key, etag }: Pick<AudioObject, 'key' | 'etag'>,
  { store, prefix, signal }: { store: AudioStore; prefix: TargetPrefix; signal: AbortSignal },
): Promise<MoveOutcome> {
  const targetKey = toTargetKey(key, prefix);
  const source = await store.head(key, signal);
  if (source === undefined) return (await isCopyOf(etag, targetKey)) ? 'moved' : 'gone';
  if (source.etag !== etag) return 'superseded';
  if (!(await store.copy(source, targetKey, signal))) return 'superseded';
  const copied = await store.head(targetKey, signal);
  if (copied?.sizeBytes !== source.sizeBytes || copied.metadata[SOURCE_ETAG_METADATA] !== etag) {
    throw new RetryLaterError('copy_not_verified');
  }
  await store.remove(source, signal);
  return 'moved';

  async function isCopyOf(sourceEtag: string, copyKey: string): Promise<boolean> {
    return (await store.head(copyKey, signal))?.metadata[SOURCE_ETAG_METADATA] === sourceEtag;
  }
}
