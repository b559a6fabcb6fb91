// Compares and copies all objects of a bucket except those below `incoming/`: the target would score them again.
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../operator/for-each.ts';
import { listObjects } from '../operator/s3-listing.ts';
import { findMissingKey, findObject, haveSameBytes, type Place } from './compare-objects.ts';
import { type Copying, type CopyLimits, copyObject, S3_LIMITS } from './copy-object.ts';
import { type Pass, startTally, type Tally } from './tally.ts';

const CONCURRENCY = 16;
const STANDARD = 'GlacierJobParameters={Tier=Standard}';
const WAITING = 'incoming/';

interface Listed {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Lists all objects except those that wait to be scored. */
export async function* listAudio(place: Place, signal: AbortSignal): AsyncGenerator<Listed> {
  for await (const objects of listObjects(place, signal)) {
    signal.throwIfAborted();
    for (const { Key = '', Size = 0 } of objects)
      if (!Key.startsWith(WAITING)) yield { key: Key, sizeBytes: Size };
  }
}

/** Counts uploads that are not scored yet. */
export async function countWaiting(place: Place, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const objects of listObjects(place, signal, WAITING))
    count += objects.filter(({ Key = '' }) => !Key.endsWith('/')).length;
  return count;
}

type Pair = Pick<Copying, 'source' | 'target' | 'limits' | 'signal'>;

type Outcome =
  // Deleted, for example by its lifecycle, after it was listed.
  | 'gone'
  | 'same'
  | 'copied'
  | 'missing'
  | 'different'
  | { readonly restoreRequest: string }
  | { readonly why: string };

/** Replaces a different object in the target only if the source's is newer. */
export async function passAudio(
  source: Place,
  target: Place,
  { isCopying, signal, onProgress }: Pass,
  limits: CopyLimits = S3_LIMITS,
): Promise<Tally> {
  const tally = startTally('recordings');
  const pair = { source, target, limits, signal };
  await forEachConcurrently(listAudio(source, signal), CONCURRENCY, signal, async (listed) => {
    const outcome = await passObject(pair, listed.key, isCopying).catch((error: unknown) =>
      passUnreadable(pair, listed, error),
    );
    if (outcome !== 'gone') count(tally, listed.key, outcome);
    onProgress(tally);
  });
  return tally;
}

function count(tally: Tally, key: string, outcome: Exclude<Outcome, 'gone'>): void {
  tally.source += 1;
  if (outcome === 'different') tally.different.push(key);
  else if (typeof outcome === 'string') tally[outcome] += 1;
  else if ('why' in outcome) tally.unreadable.push({ key, ...outcome });
  else tally.archived.push({ key, ...outcome });
}

async function passObject(pair: Pair, key: string, isCopying: boolean): Promise<Outcome> {
  const { source, target, signal } = pair;
  const head = await findObject(source, key, signal);
  if (head === undefined) return 'gone';
  const present = await findObject(target, key, signal);
  const restoreRequest = findRestoreRequest(head);
  if (present !== undefined) {
    const isSame =
      // An archived object cannot be read, so its length is compared.
      restoreRequest === undefined
        ? await haveSameBytes(key, { place: source, head }, { place: target, head: present }, signal)
        : present.ContentLength === head.ContentLength;
    if (isSame) return 'same';
    if (isNewer(present.LastModified, head.LastModified)) return 'different';
  }
  if (restoreRequest !== undefined) return { restoreRequest };
  if (!isCopying) return 'missing';
  await copyObject({ ...pair, key, head });
  return 'copied';
}

/** Compares by length: a listing has it even if the encryption key is missing. */
async function passUnreadable({ target, signal }: Pair, listed: Listed, error: unknown): Promise<Outcome> {
  const why = findMissingKey(error);
  if (why === undefined) throw error;
  for await (const objects of listObjects(target, signal, listed.key))
    if (objects.some(({ Key, Size }) => Key === listed.key && Size === listed.sizeBytes)) return 'same';
  return { why };
}

/** Returns the restore request that an archived object needs before it can be copied; undefined if it can be copied now. */
function findRestoreRequest({
  StorageClass,
  ArchiveStatus,
  Restore,
}: HeadObjectCommandOutput): string | undefined {
  // Intelligent-Tiering: a restored object leaves the archive, and has no ArchiveStatus.
  if (ArchiveStatus !== undefined) return STANDARD;
  const isInArchive = StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE';
  if (!isInArchive || Restore?.includes('ongoing-request="false"') === true) return undefined;
  return `Days=7,${STANDARD}`;
}

function isNewer(one: Date | undefined, other: Date | undefined): boolean {
  return (one?.getTime() ?? 0) > (other?.getTime() ?? 0);
}
