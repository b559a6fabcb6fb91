// Finds every version of the recordings of what is forgotten, each once.
import { S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX, TARGET_PREFIXES } from '../../handlers/audio_processor/file-away.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import { listVersions } from '../operator/s3-listing.ts';
import type { UploadVersion } from '../sessions/find-by-metadata.ts';
import {
  findKeyVersions,
  findRecordingVersions,
  listKeyVersions,
  type RecordingSource,
  type RecordingVersion,
} from '../sessions/find-recording-versions.ts';
import { nameItem, type SubjectEvents } from './subjects.ts';

const REQUESTS_AT_ONCE = 16;
export interface Owned {
  readonly version: RecordingVersion;
  /** The event that leads to it. */
  readonly source: RecordingSource | undefined;
}

/** Where to look for recordings. */
export interface Leads {
  /** Of events. */
  readonly sources: readonly RecordingSource[];
  readonly uploads: readonly UploadVersion[];
  readonly subjects: readonly SubjectEvents[];
}

/** Identifies a version within its bucket. */
export function nameVersion({ key, versionId }: Pick<RecordingVersion, 'key' | 'versionId'>): string {
  return JSON.stringify([key, versionId]);
}

/** Each version once. */
export async function findVersions(
  aws: AwsAccess,
  { sources, uploads, subjects }: Leads,
  signal: AbortSignal,
): Promise<Owned[]> {
  const owned = new Map<string, Owned>();
  const add = (version: RecordingVersion, source: RecordingSource | undefined): void => {
    const name = nameVersion(version);
    if (owned.get(name)?.source?.timestamp === undefined) owned.set(name, { version, source });
  };
  await forEachConcurrently(sources, REQUESTS_AT_ONCE, signal, async (source) => {
    for (const { own } of await findRecordingVersions(aws, source, signal))
      for (const version of own) add(version, source);
  });
  const withoutEvent = uploads.filter(
    ({ source, versionId }) => !owned.has(nameVersion({ key: source.key, versionId })),
  );
  await forEachConcurrently(withoutEvent, REQUESTS_AT_ONCE, signal, async ({ source }) => {
    for (const version of (await findKeyVersions(aws, { source, key: source.key }, signal))?.own ?? [])
      add(version, source);
  });
  await forEachConcurrently(subjects, REQUESTS_AT_ONCE, signal, async (each) => {
    for (const version of await findNamedVersions(aws, each, signal)) add(version, undefined);
  });
  return [...owned.values()];
}

/**
 * The versions of a recording that is named by its key: of each upload under a key of incoming/, also where it was filed,
 * since its event may have expired. Below the other prefixes, one key may hold the recordings of several uploads: there
 * the events decide, as long as there are any.
 */
export async function findNamedVersions(
  aws: AwsAccess,
  { stack, subject: { kind, id }, events }: SubjectEvents,
  signal: AbortSignal,
): Promise<RecordingVersion[]> {
  const isIncoming = id.startsWith(INCOMING_PREFIX);
  if (kind !== 'recording' || !(isIncoming || events.length === 0)) return [];
  const { accountId } = await aws.findCaller(stack.region.name);
  const bucket = { client: aws.client(S3Client, stack.region.name), bucket: stack.names.bucket, accountId };
  const keys = new Set([id]);
  const path = id.slice(INCOMING_PREFIX.length);
  const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(path) ?? [];
  const stem = path.slice(0, path.length - extension.length);
  for (const prefix of isIncoming ? TARGET_PREFIXES : [])
    for await (const { versions, deleteMarkers } of listVersions(bucket, signal, prefix + stem))
      for (const { Key = '' } of [...versions, ...deleteMarkers]) {
        const digest = Key.slice((prefix + stem).length, Key.length - extension.length);
        if (Key.endsWith(extension) && /^(?:\.[0-9a-f]{32})?$/.test(digest)) keys.add(Key);
      }
  const found: RecordingVersion[] = [];
  for (const key of keys) found.push(...(await listKeyVersions(bucket, stack, key, signal)));
  return found;
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
