// What is in an environment's buckets: every version and every delete marker, which all keep a bucket from being deleted.
import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchBucket,
  S3Client,
} from '@aws-sdk/client-s3';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Progress } from '../operator/terminal.ts';

export interface BucketContents {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly versions: number;
  readonly deleteMarkers: number;
  readonly bytes: number;
}

/** Counts what is in the buckets that exist, the primary region's first. */
export async function listBuckets(
  aws: AwsAccess,
  stacks: readonly Stack[],
  signal: AbortSignal,
  progress: Progress,
): Promise<BucketContents[]> {
  const contents: BucketContents[] = [];
  for (const { region, names } of stacks) {
    const hasLogs = region.settings.s3.access_logs;
    for (const name of hasLogs ? [names.bucket, names.accessLogBucket] : [names.bucket]) {
      const counted = await countBucket(aws, { name, region: region.name }, signal, progress);
      if (counted !== undefined) contents.push(counted);
    }
  }
  progress.clear();
  return contents;
}

async function countBucket(
  aws: AwsAccess,
  { name, region }: Pick<BucketContents, 'name' | 'region'>,
  signal: AbortSignal,
  progress: Progress,
): Promise<BucketContents | undefined> {
  const { accountId } = await aws.findCaller(region);
  let versions = 0;
  let deleteMarkers = 0;
  let bytes = 0;
  try {
    for await (const page of listVersions(aws, { name, region, accountId }, signal)) {
      versions += page.Versions?.length ?? 0;
      deleteMarkers += page.DeleteMarkers?.length ?? 0;
      for (const { Size = 0 } of page.Versions ?? []) bytes += Size;
      progress.update(`${name}: ${versions + deleteMarkers} object versions`);
    }
  } catch (error) {
    if (error instanceof NoSuchBucket) return undefined;
    throw error;
  }
  return { name, region, accountId, versions, deleteMarkers, bytes };
}

type Bucket = Pick<BucketContents, 'name' | 'region' | 'accountId'>;

/** Pages of at most 1000 versions and delete markers. */
export async function* listVersions(
  aws: AwsAccess,
  { name, region, accountId }: Bucket,
  signal: AbortSignal,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  const client = aws.client(S3Client, region);
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: name, ExpectedBucketOwner: accountId, ...marker }),
      { abortSignal: signal },
    );
    yield page;
    if (page.IsTruncated !== true) return;
    marker = {
      ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}
