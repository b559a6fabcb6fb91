// Receives the events of recordings, promises where each recording is: every version of every object that it may be, and
// whether it is the recording or another one under the same key.
import { type ObjectVersion, S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX, listTargets, TARGET_PREFIXES } from '../../handlers/audio_processor/file-away.ts';
import { SOURCE_ETAG_METADATA } from '../../handlers/audio_processor/ports.ts';
import { readSessionMetadata } from '../../handlers/shared/recording-metadata.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { type ListedBucket, listVersions } from '../operator/s3-listing.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { headVersion } from './head-version.ts';

export interface RecordingVersion {
  readonly stack: Stack;
  readonly bucket: string;
  readonly key: string;
  /** `null` for a version from before versioning. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly bytes: number;
  readonly etag: string;
  /** Of the newest time that it was written. */
  readonly modifiedAt: string;
  readonly storageClass: string;
  /** Readable only after a restore: in an archive, or encrypted with a key that is not at hand. */
  readonly isReadable: boolean;
}

/** A recording as its event describes it. */
export interface RecordingSource {
  readonly stack: Stack;
  readonly sessionId: string;
  readonly key: string;
  readonly etag: string;
  /** Part of the keys under which it may be filed. */
  readonly uploadId: string;
  readonly targetKey: string | undefined;
  /** The key of its event in the table; absent for an upload without one. */
  readonly timestamp?: string;
}

const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** Its content can be read only after a restore. */
export function isInArchive({
  storageClass,
  isDeleteMarker,
}: Pick<RecordingVersion, 'storageClass' | 'isDeleteMarker'>): boolean {
  return !isDeleteMarker && ARCHIVES.includes(storageClass);
}

/** Undefined for an event that is not of a recording. */
export function readSource(stack: Stack, item: StoredItem): RecordingSource | undefined {
  const { key, etag, target_key } = item.data?.M ?? {};
  const [, uploadId] = /^audio_([0-9a-f]{32})$/.exec(item.event_id?.S ?? '') ?? [];
  if (uploadId === undefined || key?.S === undefined || etag?.S === undefined) return undefined;
  const sessionId = item.session_id?.S ?? '';
  return {
    stack,
    sessionId,
    key: key.S,
    etag: etag.S,
    uploadId,
    targetKey: target_key?.S,
    timestamp: item.timestamp?.N ?? '',
  };
}

/** All keys that the audio processor may have given it. */
function listPlaces({ key, etag, uploadId, targetKey }: RecordingSource): string[] {
  const targets = TARGET_PREFIXES.flatMap((prefix) => listTargets({ key, etag }, prefix, uploadId));
  const keys = [key, ...targets.map((target) => target.key), ...(targetKey === undefined ? [] : [targetKey])];
  return [...new Set(keys)];
}

export interface KeyVersions {
  readonly key: string;
  /** The versions of this session's recording. */
  readonly own: readonly RecordingVersion[];
  /** Versions of other recordings. */
  readonly others: number;
}

/** Looks at every place of a recording. Places without any version are left out. */
export async function findRecordingVersions(
  aws: AwsAccess,
  source: RecordingSource,
  signal: AbortSignal,
): Promise<KeyVersions[]> {
  const places = await Promise.all(
    listPlaces(source).map((key) => findKeyVersions(aws, { source, key }, signal)),
  );
  return places.filter((place) => place !== undefined);
}

/** Looks at one key; undefined if it has no version. */
export async function findKeyVersions(
  aws: AwsAccess,
  { source, key }: { readonly source: RecordingSource; readonly key: string },
  signal: AbortSignal,
): Promise<KeyVersions | undefined> {
  const { region, names } = source.stack;
  const { accountId } = await aws.findCaller(region.name);
  const bucket = { client: aws.client(S3Client, region.name), bucket: names.bucket, accountId };
  const found = await listKeyVersions(bucket, source.stack, key, signal);
  const versions = found.filter(({ isDeleteMarker }) => !isDeleteMarker);
  const own: RecordingVersion[] = [];
  for (const version of versions) {
    const checked = await checkVersion(bucket, source, version, signal);
    if (checked !== undefined) own.push(checked);
  }
  const others = versions.length - own.length;
  // A delete marker names the key of the recordings below it.
  const markers = others === 0 ? found.filter(({ isDeleteMarker }) => isDeleteMarker) : [];
  return found.length > 0 ? { key, own: [...own, ...markers], others } : undefined;
}

/** The versions and delete markers of one key. */
export async function listKeyVersions(
  bucket: ListedBucket,
  stack: Stack,
  key: string,
  signal: AbortSignal,
): Promise<RecordingVersion[]> {
  const found: RecordingVersion[] = [];
  for await (const { versions, deleteMarkers } of listVersions(bucket, signal, key)) {
    const entries: readonly ObjectVersion[] = [...versions, ...deleteMarkers];
    for (const each of entries.filter(({ Key }) => Key === key)) {
      const isDeleteMarker = !versions.includes(each);
      found.push({
        stack,
        bucket: bucket.bucket,
        key,
        versionId: each.VersionId ?? 'null',
        isLatest: each.IsLatest === true,
        isDeleteMarker,
        bytes: each.Size ?? 0,
        etag: (each.ETag ?? '').replaceAll('"', ''),
        modifiedAt: each.LastModified?.toISOString() ?? '',
        storageClass: each.StorageClass ?? 'STANDARD',
        isReadable: !isDeleteMarker,
      });
    }
    // Keys come in order: none equal to it follows a longer one.
    if (entries.some(({ Key }) => Key !== key)) break;
  }
  return found;
}

/** Returns the version if it is the recording of this session; undefined for another's. */
async function checkVersion(
  bucket: ListedBucket,
  { sessionId, etag, key, uploadId }: RecordingSource,
  version: RecordingVersion,
  signal: AbortSignal,
): Promise<RecordingVersion | undefined> {
  const isUnderIncoming = version.key.startsWith(INCOMING_PREFIX);
  const isUnique = TARGET_PREFIXES.some((prefix) =>
    listTargets({ key, etag }, prefix, uploadId).some(
      (target) => target.sourceEtag === undefined && target.key === version.key,
    ),
  );
  const head = await headVersion(bucket, version, signal);
  // Moved or deleted since it was listed.
  if (head === 'gone') return undefined;
  if (head === 'encrypted')
    return isUnique || version.etag === etag ? { ...version, isReadable: false } : undefined;
  const { Metadata = {}, Restore = '' } = head;
  const isRestored = Restore.includes('ongoing-request="false"');
  const isReadable = !isInArchive(version) || isRestored;
  const owner = readSessionMetadata(Metadata);
  const isSame = isUnderIncoming
    ? version.etag === etag
    : isUnique || Metadata[SOURCE_ETAG_METADATA] === etag;
  const isOwn = owner === undefined ? isSame : owner === sessionId;
  return isOwn ? { ...version, isReadable } : undefined;
}
