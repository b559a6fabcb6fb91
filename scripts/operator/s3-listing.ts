// Lists objects and versions of a bucket. Keys are requested URL-encoded: XML cannot hold every character that a key may have.
import {
  type _Object,
  type DeleteMarkerEntry,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { withBackOff } from './with-back-off.ts';

export interface ListedBucket {
  readonly client: S3Client;
  readonly bucket: string;
  /** The expected owner of the bucket; S3 answers 403 for any other. */
  readonly accountId: string;
}

export interface VersionPage {
  readonly versions: readonly ObjectVersion[];
  readonly deleteMarkers: readonly DeleteMarkerEntry[];
}

/** Yields pages of at most 1000 objects, the newest version of each. */
export async function* listObjects(
  { client, bucket, accountId }: ListedBucket,
  signal: AbortSignal,
  prefix = '',
): AsyncGenerator<readonly _Object[]> {
  let token: string | undefined;
  do {
    const command: ListObjectsV2Command = new ListObjectsV2Command({
      Bucket: bucket,
      ExpectedBucketOwner: accountId,
      EncodingType: 'url',
      ...(prefix === '' ? {} : { Prefix: prefix }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
    yield (page.Contents ?? []).map((object) => decode(object));
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** Yields pages of at most 1000 versions and delete markers. */
export async function* listVersions(
  { client, bucket, accountId }: ListedBucket,
  signal: AbortSignal,
  prefix = '',
): AsyncGenerator<VersionPage> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const page: Awaited<ReturnType<typeof askForVersions>> = await askForVersions(
      { client, bucket, accountId },
      { prefix, ...marker },
      signal,
    );
    yield {
      versions: (page.Versions ?? []).map((version) => decode(version)),
      deleteMarkers: (page.DeleteMarkers ?? []).map((each) => decode(each)),
    };
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    marker =
      IsTruncated !== true || NextKeyMarker === undefined
        ? undefined
        : {
            KeyMarker: decodeKey(NextKeyMarker),
            ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
          };
  }
}

async function askForVersions(
  { client, bucket, accountId }: ListedBucket,
  { prefix, ...marker }: { prefix: string; KeyMarker?: string; VersionIdMarker?: string },
  signal: AbortSignal,
) {
  const command = new ListObjectVersionsCommand({
    Bucket: bucket,
    ExpectedBucketOwner: accountId,
    EncodingType: 'url',
    ...(prefix === '' ? {} : { Prefix: prefix }),
    ...marker,
  });
  return await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
}

function decode<Listed extends { readonly Key?: string | undefined }>(listed: Listed): Listed {
  return listed.Key === undefined ? listed : { ...listed, Key: decodeKey(listed.Key) };
}

/** S3 encodes a space as `+`. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
