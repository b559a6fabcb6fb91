// Finds recordings of sessions by the metadata of their uploader. Many have no event that leads to them: it has expired
// (events are kept shorter than recordings), or there never was one (not analyzed yet, replaced before that by another
// upload, or removed by a function that saw a tombstone, which leaves an old version in a versioned bucket).

import { type ObjectVersion, S3Client } from '@aws-sdk/client-s3';
import { formatCount } from '../../generator/text/format-count.ts';
import { INCOMING_PREFIX, TARGET_PREFIXES } from '../../handlers/audio_processor/file-away.ts';
import { readSessionMetadata } from '../../handlers/shared/recording-metadata.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import { type ListedBucket, listVersions } from '../operator/s3-listing.ts';
import type { RecordingSource } from './find-recording-versions.ts';
import { headVersion, type ListedVersion } from './head-version.ts';

const REQUESTS_AT_ONCE = 64;
/** No key of a target has it. */
const NOT_FILED = '0'.repeat(32);

export interface UploadVersion {
  /** `key` is that of the object, under any of the prefixes. */
  readonly source: RecordingSource;
  readonly versionId: string;
}

export interface FoundByMetadata {
  readonly found: readonly UploadVersion[];
  /** Versions whose metadata S3 does not show: encrypted with a key of their uploader, or one that is not allowed. */
  readonly encrypted: number;
}

/** Gets the number of versions read so far. */
export type MetadataListener = (stack: Stack, count: number) => void;

/** Reads the metadata of every version of every recording: S3 has no index of metadata. `sessions` are partition keys. */
export async function findByMetadata(
  aws: AwsAccess,
  stack: Stack,
  sessions: ReadonlySet<string>,
  { signal, onRead }: { readonly signal: AbortSignal; readonly onRead?: MetadataListener | undefined },
): Promise<FoundByMetadata> {
  const found: UploadVersion[] = [];
  if (sessions.size === 0) return { found, encrypted: 0 };
  const { accountId } = await aws.findCaller(stack.region.name);
  const bucket = { client: aws.client(S3Client, stack.region.name), bucket: stack.names.bucket, accountId };
  let encrypted = 0;
  let count = 0;
  const look = async (version: ObjectVersion): Promise<void> => {
    const { Key: key = '', ETag = '', VersionId: versionId = 'null', IsLatest: isLatest = false } = version;
    const session = await readSession(bucket, { key, versionId, isLatest }, signal);
    count += 1;
    onRead?.(stack, count);
    if (session === 'encrypted') encrypted += 1;
    else if (session !== undefined && sessions.has(session.key)) {
      const etag = ETag.replaceAll('"', '');
      const source = { stack, sessionId: session.key, key, etag, uploadId: NOT_FILED, targetKey: undefined };
      found.push({ source, versionId });
    }
  };
  for (const prefix of [INCOMING_PREFIX, ...TARGET_PREFIXES])
    for await (const { versions } of listVersions(bucket, signal, prefix))
      await forEachConcurrently(versions, REQUESTS_AT_ONCE, signal, look);
  return { found, encrypted };
}

/** Empty if all could be read. */
export function describeEncrypted({ region, names }: Stack, { encrypted }: FoundByMetadata): string[] {
  if (encrypted === 0) return [];
  return [
    `${formatCount(encrypted, 'recording')} of ${names.bucket} in ${region.name}: only their uploader has the key, or these credentials may not use it, so S3 does not show their session`,
  ];
}

/** Returns the session in the metadata of a version; undefined without one, or if it is gone. */
export async function readSession(
  bucket: ListedBucket,
  version: ListedVersion,
  signal: AbortSignal,
): Promise<{ readonly key: string } | 'encrypted' | undefined> {
  const head = await headVersion(bucket, version, signal);
  if (head === 'gone' || head === 'encrypted') return head === 'gone' ? undefined : head;
  const key = readSessionMetadata(head.Metadata);
  return key === undefined ? undefined : { key };
}
