// Counts the data that a plan would destroy, for the confirmation: in buckets, tables, queues and secrets. Read-only.

import {
  type AttributeValue,
  DynamoDBClient,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { formatCount } from '../../generator/text/format-count.ts';
import { type Destroyed, listDestroyed, readText } from '../operator/destroyed.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import type { Operation } from '../operator/operation.ts';
import type { Owner } from '../operator/ownership.ts';
import type { SavedPlan } from '../operator/plan-file.ts';
import { type BucketContents, countBuckets, describeBucket } from './bucket-contents.ts';

/** Limit of 1 MB pages to read when counting a table's items; ten cost 0.0003 dollars. */
const MOST_PAGES = 10;

export interface Losses {
  readonly buckets: readonly BucketContents[];
  /** A line for each bucket, table, queue with messages, and secret. */
  readonly lines: readonly string[];
}

export async function countLosses(
  { aws, signal, terminal }: Pick<Operation, 'aws' | 'signal' | 'terminal'>,
  environment: Owner,
  plan: SavedPlan,
): Promise<Losses> {
  const destroyed = listDestroyed(plan);
  const progress = terminal.startProgress();
  const buckets = await countBuckets(aws, environment, destroyed, { signal, progress });
  const others = await Promise.all(
    destroyed.map(async (each) => {
      if (each.type === 'aws_dynamodb_table') return await countItems(aws, each, signal);
      if (each.type === 'aws_sqs_queue') return await countMessages(aws, each, signal);
      return each.type === 'aws_secretsmanager_secret' ? [describeSecret(each)] : [];
    }),
  );
  return { buckets, lines: [...buckets.map(describeBucket), ...others.flat()] };
}

/** DynamoDB's own count is up to six hours old, so small tables are counted here. */
async function countItems(
  aws: Operation['aws'],
  { id, region }: Destroyed,
  signal: AbortSignal,
): Promise<string[]> {
  const client = aws.client(DynamoDBClient, region);
  let count = 0;
  let start: Record<string, AttributeValue> | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { Count = 0, LastEvaluatedKey }: ScanCommandOutput = await client.send(
        new ScanCommand({
          TableName: id,
          Select: 'COUNT',
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
        { abortSignal: signal },
      );
      count += Count;
      start = LastEvaluatedKey;
      if (start === undefined) return [`table ${id} in ${region}: ${formatCount(count, 'item')}`];
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    if (!isAccessDenied(error)) throw error;
    return [`table ${id} in ${region}: all items, not counted without dynamodb:Scan`];
  }
  return [`table ${id} in ${region}: more than ${count} items`];
}

/** Visible messages and messages in flight. */
async function countMessages(
  aws: Operation['aws'],
  { id, address, region, attributes }: Destroyed,
  signal: AbortSignal,
): Promise<string[]> {
  const QueueUrl = readText(attributes, 'url');
  const question = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  const { Attributes = {} } = await aws
    .client(SQSClient, region)
    .send(question, { abortSignal: signal })
    .catch((error: unknown) => {
      // AWS shows a deleted queue for up to a minute.
      if (error instanceof QueueDoesNotExist) return { Attributes: {} };
      throw error;
    });
  const count = Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
  const noun = address.includes('_dlq') ? 'dead letter' : 'waiting message';
  return count === 0 ? [] : [`queue ${id} in ${region}: ${formatCount(count, noun)}`];
}

function describeSecret({ id, region, attributes }: Destroyed): string {
  const days = Number(attributes.recovery_window_in_days ?? 0);
  return `secret ${id} in ${region}: ${days === 0 ? 'gone at once' : `can be restored for ${days} days, with its name taken`}`;
}
