// Counts the contents of the buckets that a plan destroys, and checks that Terraform owns them.

import { S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../../generator/command-line/problem.ts';
import type { Progress } from '../../generator/command-line/terminal.ts';
import { formatCount } from '../../generator/text/format-count.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Destroyed } from '../operator/destroyed.ts';
import { formatBytes } from '../operator/format-bytes.ts';
import { describeTags, isOwnedBy, type Owner, readBucketTags } from '../operator/ownership.ts';
import { type ListedBucket, listVersions } from '../operator/s3-listing.ts';

export interface OwnedBucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** In the state. */
  readonly address: string;
  /** The required owner by its tags. */
  readonly owner: Owner;
}

export interface BucketContents extends OwnedBucket {
  /** Keys that are not deleted. */
  readonly objects: number;
  readonly versions: number;
  readonly deleteMarkers: number;
  readonly bytes: number;
}

/** Counts the contents of the buckets in `destroyed`; throws a `Problem` for a bucket of another owner. */
export async function countBuckets(
  aws: AwsAccess,
  environment: Owner,
  destroyed: readonly Destroyed[],
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<BucketContents[]> {
  const contents: BucketContents[] = [];
  for (const { type, id, region, address, attributes } of destroyed) {
    if (type !== 'aws_s3_bucket') continue;
    const { accountId } = await aws.findCaller(region);
    const bucket = { name: id, region, accountId, address, owner: findOwner(environment, attributes) };
    try {
      await checkOwner(aws, bucket, signal);
      contents.push(await countBucket(aws, bucket, signal, progress));
    } catch (error) {
      // Terraform handles a missing bucket.
      if (!isNamed(error, 'NoSuchBucket')) throw error;
    }
  }
  progress.clear();
  return contents;
}

/** In the state the bucket may still have the project's name from before a renaming. */
function findOwner({ name, projectName }: Owner, { tags_all: tags }: Destroyed['attributes']): Owner {
  const known = typeof tags === 'object' && tags !== null && 'Project' in tags ? tags.Project : undefined;
  return { name, projectName: typeof known === 'string' ? known : projectName };
}

async function countBucket(
  aws: AwsAccess,
  bucket: OwnedBucket,
  signal: AbortSignal,
  progress: Progress,
): Promise<BucketContents> {
  const counts = { objects: 0, versions: 0, deleteMarkers: 0, bytes: 0 };
  for await (const page of listVersions(toListed(aws, bucket), signal)) {
    counts.versions += page.versions.length;
    counts.deleteMarkers += page.deleteMarkers.length;
    for (const { Size = 0, IsLatest } of page.versions) {
      counts.bytes += Size;
      if (IsLatest === true) counts.objects += 1;
    }
    progress.update(`${bucket.name}: ${counts.versions + counts.deleteMarkers} object versions`);
  }
  return { ...bucket, ...counts };
}

/**
 * Throws a `Problem` if the bucket belongs to another account, or lacks Terraform's tags: it may have been deleted and
 * created again under the same name, which the state does not show.
 */
export async function checkOwner(aws: AwsAccess, bucket: OwnedBucket, signal: AbortSignal): Promise<void> {
  const { name, address, owner } = bucket;
  const fix =
    'use credentials that have s3:GetBucketTagging, s3:ListBucketVersions and s3:DeleteObjectVersion on it';
  if (isOwnedBy(owner, await readBucketTags(aws, bucket, { signal, fix }))) return;
  throw new Problem({
    what: `The bucket ${name} is in the state, but has no tags of ${owner.name}. Nothing was changed.`,
    why: `Terraform tags every bucket that it makes or takes over with ${describeTags(owner)}. This one may have been deleted and created again under the same name.`,
    fix: `if it is yours, \`npx sonotheia deploy --env ${owner.name}\` tags it; if it is not, \`terraform state rm '${address}'\` in the generated folder keeps it; then run this again`,
  });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

export function toListed(aws: AwsAccess, { name, region, accountId }: OwnedBucket): ListedBucket {
  return { client: aws.client(S3Client, region), bucket: name, accountId };
}

export function describeBucket({ name, objects, versions, deleteMarkers, bytes }: BucketContents): string {
  return `bucket ${name}: ${formatCount(objects, 'object')}, ${formatCount(versions, 'version')} (${formatBytes(bytes)}), ${formatCount(deleteMarkers, 'delete marker')}`;
}
