// Finds everything in one stack that names the subjects: events, markers and references, recordings, messages. Read-only.

import { formatCount } from '../../generator/text/format-count.ts';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { doTogether } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import { INTERNAL_NAMESPACE, type StoredItem, scanItems } from '../operator/stored-events.ts';
import { describeEncrypted, findByMetadata, type MetadataListener } from '../sessions/find-by-metadata.ts';
import {
  isInArchive,
  type RecordingSource,
  type RecordingVersion,
  readSource,
} from '../sessions/find-recording-versions.ts';
import { findHolds } from './find-holds.ts';
import { findLeading, findVersions, type Leads } from './find-versions.ts';
import { type FoundMessages, findMessages, type Queue, type Wanted } from './messages.ts';
import { digest, nameItem, type SubjectEvents } from './subjects.ts';

/** Where to look, and what is known from an earlier run. */
export interface Search {
  readonly stack: Stack;
  readonly queues: readonly Queue[];
  readonly subjects: readonly SubjectEvents[];
  /** Digests of uploads. */
  readonly knownUploads: ReadonlySet<string>;
  /** Leave archived versions, with the events that lead to them. */
  readonly keepsArchives: boolean;
  readonly onRead?: MetadataListener;
}

export interface Unseen {
  readonly text: string;
  /** Dead letters stay until somebody erases them; the functions drop other messages of what is forgotten. */
  readonly isDeadLetters: boolean;
}

export interface Traces {
  readonly stack: Stack;
  readonly events: readonly StoredItem[];
  /** Markers of deliveries, and references in partitions of cases. */
  readonly entries: readonly StoredItem[];
  readonly versions: readonly RecordingVersion[];
  /** By which the versions were found. */
  readonly leads: Leads;
  /** Digests, by which the messages of uploads are known again once the files are gone. */
  readonly uploads: readonly string[];
  /** Of the uploads. */
  readonly keys: readonly string[];
  readonly messages: readonly { readonly queue: Queue; readonly ids: readonly string[] }[];
  /** Archived versions that stay. */
  readonly archived: readonly RecordingVersion[];
  /** Versions that S3 Object Lock protects, with the reason. */
  readonly locked: ReadonlyMap<RecordingVersion, string>;
  /** What could not be seen. */
  readonly unseen: readonly Unseen[];
  readonly wanted: Wanted;
}

type Upload = Pick<RecordingSource, 'key' | 'etag'>;

function nameUpload({ names }: Stack, { key, etag }: Upload): string {
  return digest([names.bucket, key, etag]);
}

export async function findTraces(aws: AwsAccess, search: Search, signal: AbortSignal): Promise<Traces> {
  const { stack, queues, subjects, knownUploads, keepsArchives } = search;
  const events = subjects.flatMap((each) => each.events);
  const sessions = new Set(
    subjects.flatMap(({ subject }) => (subject.kind === 'session' ? [subject.id] : [])),
  );
  const ofEvents = events.flatMap((item) => readSource(stack, item) ?? []);
  const isKnown = (upload: Upload): boolean => knownUploads.has(nameUpload(stack, upload));
  const byMetadata = await findByMetadata(aws, stack, sessions, { signal, onRead: search.onRead });
  const uploaded = byMetadata.found.flatMap(({ source }) =>
    source.key.startsWith(INCOMING_PREFIX) ? [source] : [],
  );
  const sources = [...ofEvents, ...uploaded];
  const uploads = new Set(sources.map((source) => nameUpload(stack, source)));
  const keys = new Set(subjects.flatMap(({ subject }) => (subject.kind === 'recording' ? [subject.id] : [])));
  const wanted: Wanted = {
    sessions,
    eventIds: new Set(events.flatMap(({ event_id }) => event_id?.S ?? [])),
    hasUpload: (upload) => keys.has(upload.key) || uploads.has(nameUpload(stack, upload)) || isKnown(upload),
  };
  // Together: an empty queue answers only after two seconds.
  const looks = await doTogether(
    signal,
    queues.map((queue) => async (either) => ({ queue, ...(await findMessages(aws, queue, wanted, either)) })),
  );
  const leads: Leads = { sources: ofEvents, uploads: byMetadata.found, subjects };
  const versions = await findVersions(aws, leads, signal);
  const locked = await findHolds(
    aws,
    stack,
    versions.map(({ version }) => version),
    signal,
  );
  const isKeptArchive = (version: RecordingVersion): boolean =>
    keepsArchives && isInArchive(version) && !locked.has(version);
  const isKept = (version: RecordingVersion): boolean => locked.has(version) || isKeptArchive(version);
  const leading = findLeading(versions.filter(({ version }) => isKept(version)));
  const gone = events.filter((item) => !leading.has(nameItem(item)));
  const entries = await findEntries(aws, stack, { sessions, events: gone, kept: leading }, signal);
  return {
    stack,
    events: gone,
    entries: distinct([...entries, ...subjects.flatMap(({ references }) => references)]),
    versions: versions.map(({ version }) => version).filter((version) => !isKept(version)),
    leads,
    uploads: [...uploads],
    keys: [...new Set([...keys, ...sources.map(({ key }) => key)])],
    messages: looks.filter(({ ids }) => ids.length > 0),
    archived: versions.map(({ version }) => version).filter(isKeptArchive),
    locked,
    unseen: [
      ...looks.flatMap(describeUnseen),
      ...describeEncrypted(stack, byMetadata).map((text) => ({ text, isDeadLetters: false })),
    ],
    wanted,
  };
}

function describeUnseen({ queue, inFlight, isComplete, shared }: Looked): Unseen[] {
  const { name, stack, isDeadLetters } = queue;
  const place = `${name} in ${stack.region.name}`;
  return [
    ...(inFlight > 0
      ? [{ text: `${formatCount(inFlight, 'message')} of ${place} in flight`, isDeadLetters }]
      : []),
    ...(shared > 0
      ? [
          {
            text: `${formatCount(shared, 'message')} of ${place}: kept, because recordings of others are named, too`,
            isDeadLetters,
          },
        ]
      : []),
    ...(isComplete ? [] : [{ text: `${place} has more messages than were read`, isDeadLetters }]),
  ];
}

type Looked = FoundMessages & { readonly queue: Queue };

function distinct(items: readonly StoredItem[]): StoredItem[] {
  return [...new Map(items.map((item) => [nameItem(item), item])).values()];
}

interface EntrySearch {
  readonly sessions: ReadonlySet<string>;
  readonly events: readonly StoredItem[];
  /** Names of events whose entries stay. */
  readonly kept: ReadonlySet<string>;
}

/** AWS's limit for the values of an IN. */
const MOST_VALUES = 100;

/** Only a scan finds them all: the keys of some are digests. */
async function findEntries(
  aws: AwsAccess,
  stack: Stack,
  { sessions, events, kept }: EntrySearch,
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const named = new Set(events.map(nameItem));
  const partitions = [...new Set([...sessions, ...events.flatMap(({ session_id }) => session_id?.S ?? [])])];
  const entries: StoredItem[] = [];
  if (partitions.length === 0) return entries;
  const values = Object.fromEntries(partitions.map((id, index) => [`:id${index}`, { S: id }]));
  const filter =
    partitions.length <= MOST_VALUES
      ? {
          FilterExpression: `#named IN (${Object.keys(values).join(', ')})`,
          ExpressionAttributeNames: { '#named': 'event_session_id' },
          ExpressionAttributeValues: values,
        }
      : {
          FilterExpression: 'attribute_exists(#named)',
          ExpressionAttributeNames: { '#named': 'event_session_id' },
        };
  const onItems = (items: readonly StoredItem[]): boolean => {
    for (const item of items) {
      const { event_session_id: session_id, event_timestamp: timestamp } = item;
      if (session_id?.S === undefined || timestamp === undefined) continue;
      const name = nameItem({ session_id, timestamp });
      if (!kept.has(name) && (sessions.has(session_id.S) || named.has(name))) entries.push(item);
    }
    return true;
  };
  await scanItems(aws, stack, { ...filter, ConsistentRead: true }, { signal, onItems });
  return entries;
}

/** The markers of uploads: digests, which are kept as tombstones. */
export function isUploadMarker({ session_id }: StoredItem): boolean {
  return session_id?.S?.startsWith(`${INTERNAL_NAMESPACE}audio#`) === true;
}
