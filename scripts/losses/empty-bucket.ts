// Deletes every version and delete marker of a bucket, a page of at most 1000 at a time. A second run continues: S3
// no longer lists deleted versions.

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type ObjectIdentifier,
  S3Client,
} from '@aws-sdk/client-s3';
import { Problem } from '../../generator/command-line/problem.ts';
import type { Progress } from '../../generator/command-line/terminal.ts';
import { formatCount } from '../../generator/text/format-count.ts';
import { escapeAll } from '../../generator/text/visible-text.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import { listVersions } from '../operator/s3-listing.ts';
import { type BucketContents, checkOwner, type OwnedBucket, toListed } from './bucket-contents.ts';
import { formatBar } from './format-bar.ts';

/** XML 1.0 cannot encode these: S3 answers MalformedXML to a request whose keys contain one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const SINGLE_DELETES_AT_ONCE = 16;

/** Returns the number of deleted versions; throws a `Problem` if S3 refuses one, or if the bucket has been replaced. */
export async function emptyBucket(
  aws: AwsAccess,
  bucket: BucketContents,
  signal: AbortSignal,
  progress: Progress,
): Promise<number> {
  await checkOwner(aws, bucket, signal);
  const total = bucket.versions + bucket.deleteMarkers;
  let deleted = 0;
  // Always lists from the start: the previous page has been deleted.
  for (;;) {
    const { value: page } = await listVersions(toListed(aws, bucket), signal).next();
    const objects = [...(page?.versions ?? []), ...(page?.deleteMarkers ?? [])].flatMap(
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
  bucket: OwnedBucket,
  objects: readonly ObjectIdentifier[],
  signal: AbortSignal,
): Promise<void> {
  const { name, region, accountId } = bucket;
  const client = aws.client(S3Client, region);
  const target = { Bucket: name, ExpectedBucketOwner: accountId };
  const options = { abortSignal: signal };
  const single = objects.filter(({ Key }) => NO_XML.test(Key ?? ''));
  await forEachConcurrently(single, SINGLE_DELETES_AT_ONCE, signal, async (object) => {
    await client.send(new DeleteObjectCommand({ ...target, ...object }), options);
  });
  const listed = objects.filter((object) => !single.includes(object));
  if (listed.length === 0) return;
  const { Errors = [] } = await client.send(
    new DeleteObjectsCommand({ ...target, Delete: { Objects: listed, Quiet: true } }),
    options,
  );
  const [first] = Errors;
  if (first === undefined) return;
  throw new Problem({
    what: `${formatCount(Errors.length, 'object')} of ${name} could not be deleted.`,
    why: `${escapeAll(first.Key ?? '')}: ${first.Code} ${first.Message ?? ''}`,
    fix: first.Code === 'AccessDenied' ? 'use credentials that have s3:DeleteObjectVersion' : 'run it again',
  });
}
