// Finds the events of the subjects in one stack, and the reasons of the law to keep them.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { chooseWay } from '../sessions/choose-way.ts';
import { announce, findItems } from '../sessions/find-items.ts';
import { getItems, readPartition } from '../sessions/read-table.ts';
import type { Subject } from './subjects.ts';

export interface SubjectEvents {
  readonly stack: Stack;
  readonly subject: Subject;
  readonly events: readonly StoredItem[];
  /** In the partition of the subject: references to events of other sessions. */
  readonly references: readonly StoredItem[];
}

const QUERIES_AT_ONCE = 16;

/** In the order of the subjects. */
export async function findEvents(
  aws: AwsAccess,
  stack: Stack,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<SubjectEvents[]> {
  const found = new Map<Subject, SubjectEvents>();
  await forEachConcurrently(subjects, QUERIES_AT_ONCE, signal, async (subject) => {
    const items =
      subject.kind === 'session'
        ? await readPartition(aws, stack, subject.id, signal)
        : await findRecordingEvents(aws, stack, subject.id, signal);
    const isEvent = ({ event_type }: StoredItem): boolean => event_type !== undefined;
    const events = items.filter(isEvent);
    const references = items.filter((item) => !isEvent(item));
    found.set(subject, { stack, subject, events, references });
  });
  return subjects.flatMap((subject) => found.get(subject) ?? []);
}

async function findRecordingEvents(
  aws: AwsAccess,
  stack: Stack,
  key: string,
  signal: AbortSignal,
): Promise<StoredItem[]> {
  const search = { recording: key, types: [], labels: [], decisions: [] };
  const way = await chooseWay(aws, stack, search, signal);
  const items: StoredItem[] = [];
  const onFound = (found: readonly { readonly item: StoredItem }[]): boolean => {
    items.push(...found.map(({ item }) => item));
    return true;
  };
  await findItems(aws, stack, { way, search }, { signal, onFound });
  return items;
}

/** 31 CFR 1020.320(d): five years from the filing, with the documents that support it. */
const SAR_YEARS = 5;
const YEAR_MS = 365.25 * 86_400_000;

/** Returns why the law keeps a subject, if a report of suspicious activity names its session or its case. */
export async function findSarReason(
  aws: AwsAccess,
  { stack, subject, events }: SubjectEvents,
  signal: AbortSignal,
): Promise<string | undefined> {
  const partitions = new Set(events.flatMap(({ data }) => readCase(data?.M?.case_id)));
  if (subject.kind === 'recording') for (const { session_id } of events) partitions.add(session_id?.S ?? '');
  const reports = events.filter(isReport);
  for (const partition of partitions) reports.push(...(await readReports(aws, stack, partition, signal)));
  for (const report of reports) {
    const { event_type, occurred_at, event_id } = announce(stack, report);
    if (Date.parse(occurred_at) + SAR_YEARS * YEAR_MS > Date.now())
      return `${event_type} ${event_id} of ${occurred_at.slice(0, 10)}`;
  }
  return undefined;
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
  const keys = items.flatMap(({ event_session_id: session_id, event_timestamp: timestamp }) =>
    session_id === undefined || timestamp === undefined ? [] : [{ session_id, timestamp }],
  );
  const all = [...items, ...(await getItems(aws, stack, keys, signal))];
  return all.filter(isReport);
}
