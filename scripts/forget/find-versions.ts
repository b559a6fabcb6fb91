// Finds every version of the recordings of what is forgotten, each once.
import { S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { UploadVersion } from '../sessions/find-by-metadata.ts';
import {
  findRecording,
  listKeyVersions,
  lookAt,
  type RecordingSource,
  type RecordingVersion,
} from '../sessions/find-recordings.ts';
import type { SubjectEvents } from './find-events.ts';
import { nameItem, type Subject } from './subjects.ts';

const LOOKS_AT_ONCE = 16;
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

export function isArchived({ storageClass, isDeleteMarker }: RecordingVersion): boolean {
  return !isDeleteMarker && ARCHIVES.includes(storageClass);
}

export interface Owned {
  readonly version: RecordingVersion;
  /** The event that leads to it. */
  readonly source: RecordingSource | undefined;
}

/** Each version once. */
export async function findVersions(
  aws: AwsAccess,
  stack: Stack,
  {
    sources,
    uploads,
    subjects,
  }: {
    /** Of events. */
    readonly sources: readonly RecordingSource[];
    readonly uploads: readonly UploadVersion[];
    readonly subjects: readonly SubjectEvents[];
  },
  signal: AbortSignal,
): Promise<Owned[]> {
  const owned = new Map<string, Owned>();
  const nameVersion = (key: string, versionId: string): string => JSON.stringify([key, versionId]);
  const add = (version: RecordingVersion, source: RecordingSource | undefined): void => {
    const name = nameVersion(version.key, version.versionId);
    if (owned.get(name)?.source?.timestamp === undefined) owned.set(name, { version, source });
  };
  await forEachConcurrently(sources, LOOKS_AT_ONCE, signal, async (source) => {
    for (const { own } of await findRecording(aws, source, signal))
      for (const version of own) add(version, source);
  });
  const { accountId } = await aws.findCaller(stack.region.name);
  const bucket = { client: aws.client(S3Client, stack.region.name), bucket: stack.names.bucket, accountId };
  const withoutEvent = uploads.filter(
    ({ source, versionId }) => !owned.has(nameVersion(source.key, versionId)),
  );
  await forEachConcurrently(withoutEvent, LOOKS_AT_ONCE, signal, async ({ source }) => {
    for (const version of (await lookAt(aws, { source, key: source.key }, signal))?.own ?? [])
      add(version, source);
  });
  for (const { subject } of subjects.filter((each) => isIncoming(each.subject)))
    for (const version of await listKeyVersions(bucket, stack, subject.id, signal)) add(version, undefined);
  return [...owned.values()];
}

/** Below other prefixes, one key may hold the recordings of several uploads: there the events decide. */
function isIncoming({ kind, id }: Subject): boolean {
  return kind === 'recording' && id.startsWith(INCOMING_PREFIX);
}

/** The events by which kept versions are found again. */
export function findLeading(kept: readonly Owned[]): ReadonlySet<string> {
  return new Set(
    kept.flatMap(({ source }) =>
      source?.timestamp === undefined
        ? []
        : [nameItem({ session_id: { S: source.sessionId }, timestamp: { N: source.timestamp } })],
    ),
  );
}
