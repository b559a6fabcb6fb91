// Asks S3 for the metadata of one version that was listed.
import { randomUUID } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import { readStatus } from '../operator/read-status.ts';
import type { ListedBucket } from '../operator/s3-listing.ts';
import { withBackOff } from '../operator/with-back-off.ts';

export interface ListedVersion {
  readonly key: string;
  /** `null` for a version from before versioning. */
  readonly versionId: string;
  readonly isLatest: boolean;
}

/** `gone` since it was listed; `encrypted` with a key of its uploader, or one that these credentials may not use. */
export type Head = HeadObjectCommandOutput | 'gone' | 'encrypted';

export async function headVersion(
  bucket: ListedBucket,
  { key, versionId, isLatest }: ListedVersion,
  signal: AbortSignal,
): Promise<Head> {
  const question = new HeadObjectCommand({
    Bucket: bucket.bucket,
    Key: key,
    ExpectedBucketOwner: bucket.accountId,
    // A bucket without versioning has only this one.
    ...(versionId === 'null' && isLatest ? {} : { VersionId: versionId }),
  });
  try {
    return await withBackOff(signal, () => bucket.client.send(question, { abortSignal: signal }));
  } catch (error) {
    const status = readStatus(error);
    // 405: a delete marker has taken the place of a version `null`.
    if (status === 404 || status === 405) return 'gone';
    if (status !== 400 && status !== 403) throw error;
    await readAbsent(bucket, signal);
    return 'encrypted';
  }
}

/**
 * S3 refuses a HEAD without saying why: 400 is an object with a key of its uploader, but also credentials that have expired;
 * 403 a key that these credentials may not use, but also a missing permission. The GET of a key that does not exist tells:
 * 404, or the error that every object would get, with its name.
 */
async function readAbsent({ client, bucket, accountId }: ListedBucket, signal: AbortSignal): Promise<void> {
  const absent = { Bucket: bucket, Key: INCOMING_PREFIX + randomUUID(), ExpectedBucketOwner: accountId };
  // To read a version is a permission of its own.
  for (const more of [{}, { VersionId: 'null' }])
    try {
      await client.send(new GetObjectCommand({ ...absent, ...more }), { abortSignal: signal });
    } catch (error) {
      if (readStatus(error) !== 404) throw error;
    }
}
