// The recordings of found events, and where they are: for a table and for JSON.
import { formatTable } from '../../generator/text/format-table.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Found } from './find-items.ts';
import {
  findRecordingVersions,
  isInArchive,
  type KeyVersions,
  type RecordingSource,
  type RecordingVersion,
  readSource,
} from './find-recording-versions.ts';

export interface Recording {
  readonly source: RecordingSource;
  readonly places: readonly KeyVersions[];
}

export async function findRecordings(
  aws: AwsAccess,
  found: readonly Found[],
  signal: AbortSignal,
): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const { stack, item } of found) {
    const source = readSource(stack, item);
    if (source !== undefined)
      recordings.push({ source, places: await findRecordingVersions(aws, source, signal) });
  }
  return recordings;
}

const HEADER = ['region', 'recording', 'size', 'class', 'versions', 'state'];

/** A row for each key that holds a recording, and one for a recording that is nowhere. */
export function describeRecordings(recordings: readonly Recording[]): string[] {
  const rows = recordings.flatMap(({ source, places }) => {
    const held = places.filter(({ own }) => own.length > 0);
    const region = source.stack.region.name;
    if (held.length === 0) return [[region, source.key, '-', '-', '0', 'nowhere: deleted, or expired']];
    return held.map(({ key, own }) => {
      const versions = own.filter(({ isDeleteMarker }) => !isDeleteMarker);
      const [newest] = versions.filter(({ isLatest }) => isLatest).concat(versions);
      const size = newest === undefined ? '-' : String(newest.bytes);
      return [region, key, size, newest?.storageClass ?? '-', String(versions.length), describeState(own)];
    });
  });
  return formatTable(HEADER, rows, ['size', 'versions']);
}

function describeState(own: readonly RecordingVersion[]): string {
  const newest = own.find(({ isLatest }) => isLatest);
  if (newest === undefined || newest.isDeleteMarker) return 'only older versions';
  if (newest.isReadable) return 'can be read';
  return isInArchive(newest) ? 'archived: restore it first' : 'encrypted with a key of the uploader';
}

/** A member for `toJsonLine`. */
export function toRecordingsMember(recordings: readonly Recording[]): string {
  const objects = recordings.flatMap(({ places }) => places.flatMap(({ own }) => own)).map(toJsonObject);
  return recordings.length === 0 ? '' : `,"recordings":${JSON.stringify(objects)}`;
}

export function toJsonObject(version: RecordingVersion): object {
  const { stack: _, ...facts } = version;
  return facts;
}
