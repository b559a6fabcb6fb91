// Erases what was found, in an order in which an interrupted run can be continued: tombstones first, in every region; then
// messages, recordings, markers and references; events last, because all the others are found through them.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../../generator/command-line/problem.ts';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import {
  buildTombstone,
  FORGET_MARKER,
  isForgettable,
  type Tombstone,
} from '../../handlers/shared/tombstone.ts';
import { doTogether, forEachConcurrently } from '../operator/for-each.ts';
import type { Operation } from '../operator/operation.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import type { RecordingVersion } from '../sessions/find-recording-versions.ts';
import { headVersion } from '../sessions/head-version.ts';
import { isUploadMarker, type Traces } from './find-traces.ts';
import { findVersions, nameVersion } from './find-versions.ts';
import { deleteMessages, type Queue } from './messages.ts';
import type { Plan } from './plan.ts';
import type { Subject } from './subjects.ts';

type Eraser = Pick<Operation, 'aws' | 'signal' | 'terminal'>;

const AT_ONCE = 16;
const MOST_ROUNDS = 3;

/** Writes the tombstones of all subjects and recordings into every table. Writing one again is safe. */
export async function writeTombstones(
  { aws, signal }: Eraser,
  { subjects, traces }: Pick<Plan, 'subjects' | 'traces'>,
  nowMs = Date.now(),
): Promise<void> {
  const tombstones = listTombstones(subjects, traces, nowMs);
  for (const { stack } of traces) {
    const client = aws.client(DynamoDBClient, stack.region.name);
    await forEachConcurrently(tombstones, AT_ONCE, signal, async (tombstone) => {
      const command = new PutItemCommand({
        TableName: stack.names.table,
        Item: { ...tombstone },
        ...unlessLonger(tombstone),
      });
      await withBackOff(signal, () => client.send(command, { abortSignal: signal })).catch(ignoreCondition);
    });
  }
}

/** An earlier one may have to last longer: it knew events that are gone by now. */
function unlessLonger({ ttl }: Tombstone): Partial<PutItemCommandInput> {
  if (ttl === undefined) return {};
  return {
    ConditionExpression: 'attribute_not_exists(session_id) OR #ttl < :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':ttl': ttl },
  };
}

function ignoreCondition(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

function listTombstones(subjects: readonly Subject[], traces: readonly Traces[], nowMs: number): Tombstone[] {
  const events = traces.flatMap((each) => each.events);
  const entries = traces.flatMap((each) => each.entries);
  const times = events.map(({ timestamp }) => Math.ceil(Number(timestamp?.N) * 1_000));
  const latestMs = times.reduce((latest, time) => Math.max(latest, time), nowMs);
  // References have a `ttl`; a marker without one belongs to an event without a time.
  const isUndated = entries.some((entry) => entry.ttl === undefined);
  const options = { nowMs, latestMs, isUndated };
  const keys = new Set(traces.flatMap((each) => each.keys).filter((key) => key.startsWith(INCOMING_PREFIX)));
  return [
    ...subjects
      .filter(({ kind, id }) => kind === 'session' && isForgettable(id))
      .map(({ id }) => buildTombstone('session', id, options)),
    ...[...keys].map((key) => buildTombstone('recording', key, options)),
  ];
}

/** Turns the markers of uploads into tombstones: from then on, a second delivery of an upload files no recording. */
export async function forgetUploads(eraser: Eraser, traces: Traces): Promise<void> {
  const markers = traces.entries.filter(isUploadMarker);
  await forEachConcurrently(markers, AT_ONCE, eraser.signal, (entry) => forgetMarker(eraser, traces, entry));
}

/** Erases what was found in one stack, except the markers of uploads. `onMore` gets recordings before they are erased. */
export async function eraseTraces(
  eraser: Eraser,
  traces: Traces,
  { queues, onMore }: { readonly queues: readonly Queue[]; readonly onMore: (more: Traces) => void },
): Promise<void> {
  const { aws, signal, terminal } = eraser;
  const { stack, entries, events } = traces;
  const region = stack.region.name;
  const progress = terminal.startProgress();
  progress.update(`${region}: erasing messages`);
  const holding = queues.filter(({ name }) => traces.messages.some(({ queue }) => queue.name === name));
  await doTogether(
    signal,
    holding.map((queue) => (either) => deleteMessages(aws, queue, traces.wanted, either)),
  );
  progress.update(`${region}: erasing recordings`);
  await deleteVersions(eraser, traces, onMore);
  const others = entries.filter((entry) => !isUploadMarker(entry));
  await forEachConcurrently(others, AT_ONCE, signal, async (entry) => {
    progress.update(`${region}: erasing markers`);
    await deleteItem(eraser, traces, entry);
  });
  await forEachConcurrently(events, AT_ONCE, signal, async (event) => {
    progress.update(`${region}: erasing events`);
    await deleteItem(eraser, traces, event);
  });
  progress.clear();
}

/**
 * Also those that were filed since the search, and the delete markers that a function left meanwhile: after the events,
 * nothing leads to them.
 */
async function deleteVersions(eraser: Eraser, traces: Traces, onMore: (more: Traces) => void): Promise<void> {
  const { aws, signal } = eraser;
  const kept = new Set([...traces.archived, ...traces.locked.keys()].map(nameVersion));
  let { versions } = traces;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    await forEachConcurrently(versions, AT_ONCE, signal, (version) => deleteVersion(eraser, version));
    const found = await findVersions(aws, traces.leads, signal);
    versions = found.map(({ version }) => version).filter((version) => !kept.has(nameVersion(version)));
    if (versions.length === 0) return;
    onMore({ ...traces, versions });
  }
  throw notErased(MOST_ROUNDS);
}

export function notErased(rounds: number): Problem {
  return new Problem({
    what: 'Not everything is erased.',
    why: `Data was left after ${rounds} rounds: deliveries continue, or S3 refuses to delete it.`,
    fix: 'run the same command again in some minutes',
  });
}

async function deleteVersion({ aws, signal }: Eraser, version: RecordingVersion): Promise<void> {
  const { stack, bucket, key, versionId, isDeleteMarker, etag } = version;
  const { accountId } = await aws.findCaller(stack.region.name);
  const client = aws.client(S3Client, stack.region.name);
  if (versionId === 'null' && !isDeleteMarker) {
    // Without versioning, another recording may have taken the key since it was found.
    const head = await headVersion({ client, bucket, accountId }, version, signal);
    // Of an encrypted one, S3 does not tell the ETag.
    if (head === 'gone' || (head !== 'encrypted' && head.ETag?.replaceAll('"', '') !== etag)) return;
  }
  const named = { Bucket: bucket, Key: key, VersionId: versionId, ExpectedBucketOwner: accountId };
  await withBackOff(signal, () => client.send(new DeleteObjectCommand(named), { abortSignal: signal }));
}

async function deleteItem({ aws, signal }: Eraser, { stack }: Traces, item: StoredItem): Promise<void> {
  const command = new DeleteItemCommand({ TableName: stack.names.table, Key: keyOf(item) });
  const client = aws.client(DynamoDBClient, stack.region.name);
  await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
}

async function forgetMarker({ aws, signal }: Eraser, { stack }: Traces, item: StoredItem): Promise<void> {
  const command = new UpdateItemCommand({ TableName: stack.names.table, Key: keyOf(item), ...FORGET_MARKER });
  const client = aws.client(DynamoDBClient, stack.region.name);
  // It may have expired meanwhile.
  await withBackOff(signal, () => client.send(command, { abortSignal: signal })).catch(ignoreCondition);
}

function keyOf({ session_id, timestamp }: StoredItem): StoredItem {
  if (session_id === undefined || timestamp === undefined) throw new Error('an item without its keys');
  return { session_id, timestamp };
}
