// Finds the events of the subjects in one stack, and the reasons of the law to keep them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { AUDIO_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { chooseAccess } from '../sessions/choose-access.ts';
import { readSession } from '../sessions/find-by-metadata.ts';
import { announce, findItems } from '../sessions/find-items.ts';
import { getReferenced, readPartition } from '../sessions/read-table.ts';
import { findNamedVersions } from './find-versions.ts';
import type { Subject, SubjectEvents } from './subjects.ts';

const QUERIES_AT_ONCE = 16;

/** In the order of the subjects. */
export async function findEvents(
  aws: AwsAccess,
  stack: Stack,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<SubjectEvents[]> {
  const found = new Map<Subject, readonly StoredItem[]>();
  const sessions = subjects.filter(({ kind }) => kind === 'session');
  await forEachConcurrently(sessions, QUERIES_AT_ONCE, signal, async (subject) => {
    found.set(subject, await readPartition(aws, stack, subject.id, signal));
  });
  const ofRecordings = await findRecordingEvents(aws, stack, subjects, signal);
  return subjects.map((subject) => {
    const items = found.get(subject) ?? ofRecordings.get(subject.id) ?? [];
    const isEvent = ({ event_type }: StoredItem): boolean => event_type !== undefined;
    const references = items.filter((item) => !isEvent(item));
    return { stack, subject, events: items.filter(isEvent), references };
  });
}

/** By the key of the recording. Reads the table once for all of them. */
async function findRecordingEvents(
  aws: AwsAccess,
  stack: Stack,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly StoredItem[]>> {
  const found = new Map<string, StoredItem[]>(
    subjects.flatMap(({ kind, id }) => (kind === 'recording' ? [[id, []]] : [])),
  );
  if (found.size === 0) return found;
  const [only, ...others] = found.keys();
  const recording = others.length === 0 ? only : undefined;
  const search = { recording, types: Object.values(AUDIO_EVENT_TYPES), labels: [], decisions: [] };
  const access = await chooseAccess(aws, stack, { search, isConsistent: true }, signal);
  const onFound = (page: readonly { readonly item: StoredItem }[]): boolean => {
    for (const { item } of page) {
      const { key, target_key } = item.data?.M ?? {};
      for (const id of new Set([key?.S, target_key?.S])) found.get(id ?? '')?.push(item);
    }
    return true;
  };
  await findItems(aws, stack, { access, search }, { signal, onFound });
  return found;
}

/** 31 CFR 1020.320(d): five years from the filing, with the documents that support it. */
const SAR_YEARS = 5;
const YEAR_MS = 365.25 * 86_400_000;

/**
 * Returns why the law keeps a subject, if a report of suspicious activity names its session or its case. The report may be
 * in another region than the events.
 */
export async function findSarReason(
  aws: AwsAccess,
  found: readonly SubjectEvents[],
  { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: number },
): Promise<string | undefined> {
  const partitions = new Set<string>();
  for (const each of found) {
    for (const id of each.events.flatMap(({ data }) => readCase(data?.M?.case_id))) partitions.add(id);
    if (each.subject.kind === 'recording')
      for (const id of await findOwners(aws, each, signal)) partitions.add(id);
  }
  for (const { stack, events, references } of found) {
    const reports = [...events, ...(await getReferenced(aws, stack, references, signal))].filter(isReport);
    for (const partition of partitions) reports.push(...(await readReports(aws, stack, partition, signal)));
    for (const report of reports) {
      const { event_type, occurred_at, event_id } = announce(stack, report);
      if (Date.parse(occurred_at) + SAR_YEARS * YEAR_MS > nowMs)
        return `${event_type} ${event_id} of ${occurred_at.slice(0, 10)}`;
    }
  }
  return undefined;
}

/** The sessions of a recording: of its events and, since these may have expired, of its metadata. */
async function findOwners(aws: AwsAccess, found: SubjectEvents, signal: AbortSignal): Promise<string[]> {
  const { region, names } = found.stack;
  const { accountId } = await aws.findCaller(region.name);
  const bucket = { client: aws.client(S3Client, region.name), bucket: names.bucket, accountId };
  const owners = found.events.flatMap(({ session_id }) => session_id?.S ?? []);
  for (const version of await findNamedVersions(aws, found, signal)) {
    const session = version.isDeleteMarker ? undefined : await readSession(bucket, version, signal);
    if (typeof session === 'object') owners.push(session.key);
  }
  return owners;
}

function readCase(id: AttributeValue | undefined): string[] {
  const text = id?.S ?? id?.N;
  return text === undefined ? [] : [`case#${text}`];
}

function isReport({ event_type }: StoredItem): boolean {
  return event_type?.S?.startsWith('sar.') === true;
}

async function readReports(
  aws: AwsAccess,
  stack: Stack,
  partition: string,
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const items = await readPartition(aws, stack, partition, signal);
  return [...items, ...(await getReferenced(aws, stack, items, signal))].filter(isReport);
}
