// Checks that the table, the bucket and the queues are those of the stack: a name proves no ownership, Terraform's tags do.
import { DescribeTableCommand, DynamoDBClient, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { describeTags, isOwnedBy, readBucketTags, type Tags } from '../operator/ownership.ts';
import type { Queue } from './messages.ts';

export interface OwnedStack {
  readonly stack: Stack;
  readonly accountId: string;
  readonly queues: readonly Queue[];
}

/** Throws a `Problem` for anything that has no tags of the environment, or that belongs to another account. */
export async function checkOwnership(
  aws: AwsAccess,
  { stack, accountId, queues }: OwnedStack,
  signal: AbortSignal,
): Promise<void> {
  const { names, region } = stack;
  const bucket = { name: names.bucket, region: region.name, accountId };
  refuseForeign(stack, `table ${names.table}`, await readTableTags(aws, stack, signal));
  refuseForeign(
    stack,
    `bucket ${names.bucket}`,
    await readBucketTags(aws, bucket, {
      signal,
      fix: '--print-policy prints the permissions that this needs',
    }),
  );
  for (const { name, url } of queues) {
    const command = new ListQueueTagsCommand({ QueueUrl: url });
    const { Tags = {} } = await aws.client(SQSClient, region.name).send(command, { abortSignal: signal });
    refuseForeign(stack, `queue ${name}`, new Map(Object.entries(Tags)));
  }
}

function refuseForeign({ environment, region }: Stack, what: string, tags: Tags): void {
  if (isOwnedBy(environment, tags)) return;
  throw new Problem({
    what: `The ${what} in ${region.name} has no tags of ${environment.name}. Nothing was changed.`,
    why: `Terraform tags everything that it creates or adopts with ${describeTags(environment)}. This resource may have another owner and the same name.`,
    fix: `if it is yours, \`npx sonotheia deploy --env ${environment.name}\` tags it; then run the same command again`,
  });
}

async function readTableTags(aws: AwsAccess, { region, names }: Stack, signal: AbortSignal): Promise<Tags> {
  const client = aws.client(DynamoDBClient, region.name);
  const options = { abortSignal: signal };
  const { Table } = await client.send(new DescribeTableCommand({ TableName: names.table }), options);
  const tags = new Map<string | undefined, string | undefined>();
  let NextToken: string | undefined;
  do {
    const command = new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn, NextToken });
    const page = await client.send(command, options);
    for (const { Key, Value } of page.Tags ?? []) tags.set(Key, Value);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return tags;
}
