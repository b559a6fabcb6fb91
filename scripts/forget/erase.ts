// Erases what was found, in an order in which an interrupted run can be continued: tombstones first, in every region; then
// recordings, messages, markers and references; events last, because all the others are found through them.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import {
  buildTombstone,
  FORGET_MARKER,
  isForgettable,
  type Tombstone,
} from '../../handlers/shared/tombstone.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Operation } from '../operator/operation.ts';
import { readStatus } from '../operator/read-status.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import type { RecordingVersion } from '../sessions/find-recording-versions.ts';
import { isUploadMarker, type Traces } from './find-traces.ts';
import { deleteMessages, type Queue } from './messages.ts';
import type { Plan } from './plan.ts';
import type { Subject } from './subjects.ts';

type Eraser = Pick<Operation, 'aws' | 'signal' | 'terminal'>;

const AT_ONCE = 16;

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

/** Erases what was found in one stack. */
export async function eraseTraces(eraser: Eraser, traces: Traces, queues: readonly Queue[]): Promise<void> {
  const { aws, signal, terminal } = eraser;
  const { stack, versions, entries, events } = traces;
  const region = stack.region.name;
  const progress = terminal.startProgress();
  await forEachConcurrently(versions, AT_ONCE, signal, async (version) => {
    progress.update(`${region}: erasing recordings`);
    await deleteVersion(eraser, version);
  });
  progress.update(`${region}: erasing messages`);
  const holding = queues.filter(({ name }) => traces.messages.some(({ queue }) => queue.name === name));
  await Promise.all(holding.map((queue) => deleteMessages(aws, queue, traces.wanted, signal)));
  await forEachConcurrently(entries, AT_ONCE, signal, async (entry) => {
    progress.update(`${region}: erasing markers`);
    await (isUploadMarker(entry) ? forgetMarker(eraser, traces, entry) : deleteItem(eraser, traces, entry));
  });
  await forEachConcurrently(events, AT_ONCE, signal, async (event) => {
    progress.update(`${region}: erasing events`);
    await deleteItem(eraser, traces, event);
  });
  progress.clear();
}

async function deleteVersion({ aws, signal }: Eraser, version: RecordingVersion): Promise<void> {
  const { stack, bucket, key, versionId, isDeleteMarker, isLatest, etag } = version;
  const { accountId } = await aws.findCaller(stack.region.name);
  const s3 = aws.client(S3Client, stack.region.name);
  const options = { abortSignal: signal };
  const object = { Bucket: bucket, Key: key, ExpectedBucketOwner: accountId };
  const named = { ...object, VersionId: versionId };
  if (versionId === 'null' && !isDeleteMarker) {
    // Without versioning, another recording may have taken the key since it was found.
    const question = new HeadObjectCommand(isLatest ? object : named);
    const found = await s3.send(question, options).catch((error: unknown) => {
      if (readStatus(error) === 404) return undefined;
      // Of an object that cannot be read, S3 does not tell the ETag either.
      if (readStatus(error) === 400 || readStatus(error) === 403) return { ETag: etag };
      throw error;
    });
    if (found?.ETag?.replaceAll('"', '') !== etag) return;
  }
  await withBackOff(signal, () => s3.send(new DeleteObjectCommand(named), options));
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
