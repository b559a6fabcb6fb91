// Deletes every version and delete marker of a bucket, a page of at most 1000 at a time. Nothing is remembered: what is
// gone is not listed any more, so that a second run goes on where the first one stopped.
import { DeleteObjectsCommand, type ObjectIdentifier, S3Client } from '@aws-sdk/client-s3';
import type { AwsAccess } from '../operator/aws-access.ts';
import { Problem } from '../operator/problem.ts';
import type { Progress } from '../operator/terminal.ts';
import { type BucketContents, listVersions } from './bucket-contents.ts';
import { formatBar } from './format-bar.ts';

/** Returns how many were deleted; throws a `Problem` where S3 refuses one. */
export async function emptyBucket(
  aws: AwsAccess,
  bucket: BucketContents,
  signal: AbortSignal,
  progress: Progress,
): Promise<number> {
  const total = bucket.versions + bucket.deleteMarkers;
  let deleted = 0;
  // From the start each time: the page before is gone.
  for (;;) {
    const { value: page } = await listVersions(aws, bucket, signal).next();
    const objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].flatMap(
      ({ Key, VersionId }): ObjectIdentifier[] =>
        Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (objects.length === 0) break;
    await deletePage(aws, bucket, objects, signal);
    deleted += objects.length;
    progress.update(`${bucket.name}: ${formatBar(deleted, Math.max(total, deleted))}`);
  }
  progress.clear();
  return deleted;
}

async function deletePage(
  aws: AwsAccess,
  { name, region, accountId }: BucketContents,
  Objects: ObjectIdentifier[],
  signal: AbortSignal,
): Promise<void> {
  const { Errors = [] } = await aws.client(S3Client, region).send(
    new DeleteObjectsCommand({
      Bucket: name,
      ExpectedBucketOwner: accountId,
      Delete: { Objects, Quiet: true },
    }),
    { abortSignal: signal },
  );
  const [first] = Errors;
  if (first === undefined) return;
  throw new Problem({
    what: `${Errors.length} objects of ${name} could not be deleted.`,
    why: `${first.Key}: ${first.Code} ${first.Message ?? ''}`,
    fix: first.Code === 'AccessDenied' ? 'use credentials that have s3:DeleteObjectVersion' : 'run it again',
  });
}
