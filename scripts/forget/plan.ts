// What an erasure would do, in all regions, and what stays, with the reason. Read-only.
import { formatCount } from '../../generator/text/format-count.ts';
import { formatTable } from '../../generator/text/format-table.ts';
import { doTogether, forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import type { MetadataListener } from '../sessions/find-by-metadata.ts';
import { findEvents, findSarReason } from './find-events.ts';
import { findTraces, type Traces } from './find-traces.ts';
import type { Queue } from './messages.ts';
import type { Kept } from './receipt.ts';
import type { Subject } from './subjects.ts';

/** The reasons to keep something, by the name with which they are overruled. */
export const REASONS = ['sar', 'protected', 'archived'] as const;
export type Reason = (typeof REASONS)[number];

const REQUESTS_AT_ONCE = 16;

export interface OpenStack {
  readonly stack: Stack;
  readonly queues: readonly Queue[];
}

export interface Planning {
  readonly stacks: readonly OpenStack[];
  readonly subjects: readonly Subject[];
  readonly overruled: ReadonlySet<Reason>;
  readonly knownUploads: ReadonlySet<string>;
  /** By default the machine's time; the local system's clock can be moved. */
  readonly nowMs?: () => number;
}

/** Something that stays. */
export interface Staying extends Kept {
  /** The name with which it goes, too; S3 lets nobody delete what is locked. */
  readonly name: Reason | 'locked';
  /** For the terminal; may hold ids. */
  readonly detail: string;
}

export interface Plan {
  /** Those that nothing keeps. */
  readonly subjects: readonly Subject[];
  readonly traces: readonly Traces[];
  readonly kept: readonly Staying[];
}

const WHY: Readonly<Record<Staying['name'], string>> = {
  sar: 'the law requires a report of suspicious activity and its supporting documents for five years (31 CFR 1020.320(d))',
  protected: 'the environment is protected',
  archived:
    'archived objects cannot be read before a restore, and S3 bills the rest of their 90 or 180 days; their events stay too',
  locked:
    'S3 Object Lock refuses to delete them; their events stay too; run the same command again when the lock has ended',
};

export async function makePlan(
  { aws, signal, terminal }: Pick<Operation, 'aws' | 'signal' | 'terminal'>,
  { stacks, subjects, overruled, knownUploads, nowMs = Date.now }: Planning,
): Promise<Plan> {
  const progress = terminal.startProgress();
  progress.update('looking for events');
  const found = await doTogether(
    signal,
    stacks.map(
      ({ stack }) =>
        (either) =>
          findEvents(aws, stack, subjects, either),
    ),
  );
  const reports = new Map<Subject, string>();
  if (!overruled.has('sar'))
    await forEachConcurrently(subjects.entries(), REQUESTS_AT_ONCE, signal, async ([index, subject]) => {
      const inAll = found.flatMap((ofStack) => ofStack[index] ?? []);
      const report = await findSarReason(aws, inAll, { signal, nowMs: nowMs() });
      if (report !== undefined) reports.set(subject, report);
    });
  progress.update('looking for markers, recordings and messages');
  const showRead: MetadataListener = ({ names }, count) =>
    progress.update(`${names.bucket}: metadata of ${formatCount(count, 'version')} of recordings`);
  const traces = await doTogether(
    signal,
    stacks.map(({ stack, queues }, index) => (either) => {
      const free = found[index]?.filter(({ subject }) => !reports.has(subject)) ?? [];
      const keepsArchives = !overruled.has('archived');
      const search = { stack, queues, subjects: free, keepsArchives, knownUploads, onRead: showRead };
      return findTraces(aws, search, either);
    }),
  );
  progress.clear();
  const kept = [...reports].map(([{ id, kind, digest }, report]): Staying => {
    const what = `${kind} ${digest}`;
    return { name: 'sar', what, reason: WHY.sar, detail: `the ${kind} ${id}, because of ${report}` };
  });
  return {
    subjects: subjects.filter((subject) => !reports.has(subject)),
    traces,
    kept: [...kept, ...traces.flatMap(describeArchived), ...traces.flatMap(describeLocked)],
  };
}

function describeArchived({ stack, archived }: Traces): Staying[] {
  if (archived.length === 0) return [];
  const what = `${formatCount(archived.length, 'archived version')} of recordings`;
  const region = stack.region.name;
  return [{ name: 'archived', region, what, reason: WHY.archived, detail: `${what} in ${region}` }];
}

/** One for each hold: a legal hold, or the day of a retention. */
function describeLocked({ stack, locked }: Traces): Staying[] {
  const region = stack.region.name;
  return [...new Set(locked.values())].sort().map((hold): Staying => {
    const count = [...locked.values()].filter((each) => each === hold).length;
    const what = `${formatCount(count, 'version')} of recordings under ${hold}`;
    return { name: 'locked', region, what, reason: WHY.locked, detail: `${what} in ${region}` };
  });
}

export function isEmpty({ events, entries, versions, messages }: Traces): boolean {
  return events.length + entries.length + versions.length + messages.length === 0;
}

export interface TraceCount {
  readonly region: string;
  readonly what: string;
  readonly count: number;
  readonly bytes?: number;
}

/** By region and kind; without zeros. */
export function countTraces(traces: readonly Traces[]): TraceCount[] {
  return traces.flatMap(({ stack, events, entries, versions, messages }) => {
    const objects = versions.filter(({ isDeleteMarker }) => !isDeleteMarker);
    const bytes = objects.reduce((sum, version) => sum + version.bytes, 0);
    const counts = [
      { what: 'events', count: events.length },
      { what: 'markers and references', count: entries.length },
      { what: 'versions of recordings', count: objects.length, bytes },
      { what: 'delete markers', count: versions.length - objects.length },
      ...messages.map(({ queue, ids }) => ({ what: `messages in ${queue.name}`, count: ids.length })),
    ];
    return counts.filter(({ count }) => count > 0).map((each) => ({ region: stack.region.name, ...each }));
  });
}

/** A row for each count; empty if nothing was found. */
export function describeTraces(traces: readonly Traces[]): string[] {
  const rows = countTraces(traces).map(({ region, what, count, bytes }) => [
    region,
    what,
    String(count),
    bytes === undefined ? '-' : String(bytes),
  ]);
  return rows.length === 0 ? [] : formatTable(['region', 'what', 'count', 'bytes'], rows, ['count', 'bytes']);
}

/** Regions in which nothing was searched. */
export function describeUnsearched(
  { regions }: Stack['environment'],
  stacks: readonly OpenStack[],
): string[] {
  const searched: readonly string[] = stacks.map(({ stack }) => stack.region.name);
  const missing = regions.map(({ name }) => name).filter((name) => !searched.includes(name));
  return [
    ...missing.map((name) => `${name}: it has no table, so its bucket and queues were not searched either`),
    `regions that are not in the spec, or no longer: searched were ${searched.join(', ')}`,
  ];
}

/** Copies that no command of this stack reaches. */
export function describeOutliving(stacks: readonly OpenStack[]): string[] {
  const ofRegions = stacks.flatMap(({ stack: { region } }) => {
    const { dynamodb, logs, s3, subscriptions } = region.settings;
    const copies: readonly (readonly [boolean, string])[] = [
      [dynamodb.point_in_time_recovery, 'backups of the table, for 35 days; after a restore, run this again'],
      [dynamodb.stream, "the table's stream, for 24 hours"],
      [s3.access_logs, `access logs of the bucket with file names, for ${2 * logs.retention_days} days`],
      [subscriptions.length > 0, 'results that subscribers received'],
      [true, `parts of unfinished multipart uploads, for ${s3.abort_incomplete_upload_days} days`],
      [true, `ids in logs, for ${logs.retention_days} days`],
    ];
    return copies.flatMap(([exists, text]) => (exists ? [`${region.name}: ${text}`] : []));
  });
  return [
    'recordings and voiceprints that Sonotheia keeps: ask it to erase them',
    'copies that the account makes by itself: AWS Backup, replication, exports, CloudTrail logs of data events',
    ...ofRegions,
  ];
}
