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
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import {
  buildTombstone,
  FORGET_MARKER,
  isForgettable,
  type Tombstone,
} from '../../handlers/shared/tombstone.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Operation } from '../operator/operation.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import { isUploadMarker, type Traces } from './find-traces.ts';
import { deleteMessages, type Queue } from './messages.ts';
import type { Subject } from './subjects.ts';

type Eraser = Pick<Operation, 'aws' | 'signal' | 'terminal'>;

const AT_ONCE = 16;

/** Writes the tombstones of all subjects and recordings into every table. Writing one again is safe. */
export async function writeTombstones(
  { aws, signal }: Eraser,
  subjects: readonly Subject[],
  traces: readonly Traces[],
): Promise<void> {
  const tombstones = listTombstones(subjects, traces);
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

function listTombstones(subjects: readonly Subject[], traces: readonly Traces[]): Tombstone[] {
  const events = traces.flatMap((each) => each.events);
  const entries = traces.flatMap((each) => each.entries);
  const times = events.map(({ timestamp }) => Math.ceil(Number(timestamp?.N) * 1_000));
  const nowMs = Date.now();
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
  const { accountId } = await aws.findCaller(region);
  const s3 = aws.client(S3Client, region);
  await forEachConcurrently(versions, AT_ONCE, signal, async ({ bucket, key, versionId }) => {
    progress.update(`${region}: erasing recordings`);
    const target = { Bucket: bucket, Key: key, VersionId: versionId, ExpectedBucketOwner: accountId };
    await withBackOff(signal, () => s3.send(new DeleteObjectCommand(target), { abortSignal: signal }));
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
