// Finds and removes the data of a smoke test in the table and the bucket.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  type NativeAttributeValue,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { formatCount } from '../../generator/text/format-count.ts';
import { listVersions } from '../operator/s3-listing.ts';
import { CheckFailure } from './check.ts';
import type { SmokeContext } from './smoke-context.ts';

export interface SmokeItem {
  readonly key: { readonly session_id: NativeAttributeValue; readonly timestamp: NativeAttributeValue };
  readonly eventId: string;
  readonly eventType: string;
  readonly status: string;
  readonly score: string | undefined;
  readonly errorCode: string | undefined;
  /** The outcome of the move; undefined until it is known. */
  readonly filing: string | undefined;
  readonly targetKey: string | undefined;
}

/** Below `incoming/`, `processed/` or `rejected/`. */
export function nameRecording(sessionId: string): string {
  return `smoke/${sessionId}.wav`;
}

/** The items of a session, read consistently. */
export async function findItems(context: SmokeContext, sessionId: string): Promise<SmokeItem[]> {
  const { Items = [] } = await openTable(context).send(
    new QueryCommand({
      TableName: context.outputs.table,
      KeyConditionExpression: 'session_id = :id',
      ExpressionAttributeValues: { ':id': sessionId },
      ConsistentRead: true,
    }),
  );
  return Items.map(
    ({ session_id, timestamp, event_id, event_type, status, data, filing }): SmokeItem => ({
      key: { session_id, timestamp },
      eventId: event_id ?? '',
      eventType: event_type ?? '',
      status: status ?? '',
      score: data?.score?.value,
      errorCode: data?.error?.code,
      filing: filing?.code ?? filing?.status,
      targetKey: data?.target_key,
    }),
  );
}

/** Numbers stay wrapped: a score may have more digits than a JavaScript number holds. */
function openTable({ aws, stack }: SmokeContext): DynamoDBDocumentClient {
  const client = aws.client(DynamoDBClient, stack.region.name);
  return DynamoDBDocumentClient.from(client, { unmarshallOptions: { wrapNumbers: true } });
}

/** Removes items, their markers and every version of the recording; ignores Ctrl-C. */
export async function removeTraces(context: SmokeContext): Promise<string> {
  const { outputs, sessionId } = context;
  const table = openTable(context);
  const items = await findItems(context, sessionId);
  for (const { key, eventId } of items) {
    // docs/handlers.md#items: the marker that identifies a redelivery. The key of a recording's marker contains S3's
    // sequencer, which is unknown here; that marker expires.
    const marker = { session_id: `delivery#event#${eventId}`, timestamp: 0 };
    for (const Key of [key, marker]) await table.send(new DeleteCommand({ TableName: outputs.table, Key }));
  }
  const hasResult = items.some(({ eventType }) => eventType.startsWith('audio.'));
  const versions = await removeRecording(context, hasResult);
  return `${formatCount(items.length, 'item')}, ${formatCount(versions, 'object version')}`;
}

/** Keeps a recording in process: without the file, its message would end in the dead-letter queue. */
async function removeRecording(
  { aws, stack, outputs, sessionId }: SmokeContext,
  hasResult: boolean,
): Promise<number> {
  const s3 = aws.client(S3Client, stack.region.name);
  let removed = 0;
  for (const folder of ['incoming', 'processed', 'rejected']) {
    const Prefix = `${folder}/${nameRecording(sessionId)}`;
    const { accountId } = await aws.findCaller(stack.region.name);
    const place = { client: s3, bucket: outputs.bucket, accountId };
    const { value: page } = await listVersions(place, new AbortController().signal, Prefix).next();
    const Objects = [...(page?.versions ?? []), ...(page?.deleteMarkers ?? [])].flatMap(
      ({ Key, VersionId }) =>
        Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (Objects.length === 0) continue;
    if (folder === 'incoming' && !hasResult)
      throw new CheckFailure(`${Prefix} is left in ${outputs.bucket}: its result has not arrived`);
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: outputs.bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors.length > 0)
      throw new CheckFailure(`left in ${outputs.bucket}: ${Prefix} (${Errors[0]?.Code})`);
    removed += Objects.length;
  }
  return removed;
}
