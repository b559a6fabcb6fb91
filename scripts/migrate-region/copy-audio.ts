// Copies objects from bucket to bucket inside S3, with their metadata and tags. `incoming/` stays: what is copied there
// would be scored again.
import { CopyObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { escapeAll } from '../../generator/report/visible-text.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import { Problem } from '../operator/problem.ts';
import { listObjects } from '../operator/s3-listing.ts';
import { findObject, haveSameBytes, type Place } from './compare-objects.ts';
import { type Pass, startTally, type Tally } from './tally.ts';

const CONCURRENCY = 16;
/** Amazon S3: the most that one CopyObject takes. */
const MOST_BYTES = 5 * 1024 ** 3;
const WAITING = 'incoming/';

interface Listed {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Everything but what waits to be scored. */
export async function* listAudio(place: Place, signal: AbortSignal): AsyncGenerator<Listed> {
  for await (const objects of listObjects(place, signal)) {
    signal.throwIfAborted();
    for (const { Key = '', Size = 0 } of objects)
      if (!Key.startsWith(WAITING)) yield { key: Key, sizeBytes: Size };
  }
}

/** Uploads that are not scored yet. */
export async function countWaiting(place: Place, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const objects of listObjects(place, signal, WAITING))
    count += objects.filter(({ Key = '' }) => !Key.endsWith('/')).length;
  return count;
}

/** What the target has of a key that differs is replaced only where the source's is newer. */
export async function passAudio(source: Place, target: Place, pass: Pass): Promise<Tally> {
  const { isCopying, signal, onProgress } = pass;
  const tally = startTally('recordings');
  await forEachConcurrently(listAudio(source, signal), CONCURRENCY, signal, async ({ key }) => {
    const head = await findObject(source, key, signal);
    // Its lifecycle ended while it was listed.
    if (head === undefined) return;
    tally.source += 1;
    const present = await findObject(target, key, signal);
    const first = { place: source, head };
    // What cannot be read is compared by what S3 says of it.
    if (present !== undefined && isArchived(head) && present.ContentLength === head.ContentLength)
      tally.same += 1;
    else if (
      present !== undefined &&
      (await haveSameBytes(key, first, { place: target, head: present }, signal))
    )
      tally.same += 1;
    else if (present !== undefined && isNewer(present.LastModified, head.LastModified))
      tally.different.push(key);
    else if (isArchived(head)) tally.archived.push(key);
    else if (!isCopying) tally.missing += 1;
    else {
      if ((head.ContentLength ?? 0) > MOST_BYTES) throw describeTooLarge(source, target, key);
      await copy(source, target, key, head.ETag, signal);
      tally.copied += 1;
    }
    onProgress(tally);
  });
  return tally;
}

/** S3 copies from an archive only what was restored, and while it is. */
function isArchived({ StorageClass, Restore }: HeadObjectCommandOutput): boolean {
  const isInArchive = StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE';
  return isInArchive && Restore?.includes('ongoing-request="false"') !== true;
}

function describeTooLarge(source: Place, target: Place, key: string): Problem {
  return new Problem({
    what: `${escapeAll(key)} is over 5 GB. What was copied stays.`,
    why: 'Amazon S3 copies no more than that at a time.',
    fix: `aws s3 cp 's3://${source.bucket}/${escapeAll(key)}' 's3://${target.bucket}/${escapeAll(key)}', then run this again`,
  });
}

function isNewer(one: Date | undefined, other: Date | undefined): boolean {
  return (one?.getTime() ?? 0) > (other?.getTime() ?? 0);
}

async function copy(
  source: Place,
  target: Place,
  key: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const path = key.split('/').map(encodeURIComponent).join('/');
  await target.client.send(
    new CopyObjectCommand({
      Bucket: target.bucket,
      Key: key,
      CopySource: `${source.bucket}/${path}`,
      CopySourceIfMatch: etag,
      ExpectedBucketOwner: target.accountId,
      ExpectedSourceBucketOwner: source.accountId,
    }),
    { abortSignal: signal },
  );
}
