// Checks that the table, the bucket and the queues are those of the stack: a name proves no ownership, Terraform's tags do.
import { DescribeTableCommand, DynamoDBClient, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Queue } from './messages.ts';

type Tags = ReadonlyMap<string | undefined, string | undefined>;

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
  refuseForeign(stack, `table ${names.table}`, await readTableTags(aws, stack, signal));
  refuseForeign(stack, `bucket ${names.bucket}`, await readBucketTags(aws, { stack, accountId }, signal));
  for (const { name, url } of queues) {
    const command = new ListQueueTagsCommand({ QueueUrl: url });
    const { Tags = {} } = await aws.client(SQSClient, region.name).send(command, { abortSignal: signal });
    refuseForeign(stack, `queue ${name}`, new Map(Object.entries(Tags)));
  }
}

function refuseForeign({ environment, region }: Stack, what: string, tags: Tags): void {
  if (tags.get('Environment') === environment.name && tags.get('ManagedBy') === 'terraform') return;
  throw new Problem({
    what: `The ${what} in ${region.name} has no tags of ${environment.name}. Nothing was changed.`,
    why: 'Terraform tags everything that it makes or takes over: this may be of another owner, under the same name.',
    fix: `if it is yours, \`npx sonotheia deploy --env ${environment.name}\` tags it; then run this again`,
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

async function readBucketTags(
  aws: AwsAccess,
  { stack, accountId }: Omit<OwnedStack, 'queues'>,
  signal: AbortSignal,
): Promise<Tags> {
  const { names, region } = stack;
  const command = new GetBucketTaggingCommand({ Bucket: names.bucket, ExpectedBucketOwner: accountId });
  try {
    const { TagSet = [] } = await aws.client(S3Client, region.name).send(command, { abortSignal: signal });
    return new Map(TagSet.map(({ Key, Value }) => [Key, Value]));
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchTagSet') return new Map();
    if (!isAccessDenied(error)) throw error;
    throw new Problem(
      {
        what: `The owner of the bucket ${names.bucket} is unknown. Nothing was changed.`,
        why: `S3 answered 403: it belongs to another account than ${accountId}, or the credentials lack s3:GetBucketTagging.`,
        fix: '--print-policy prints the permissions that this needs',
      },
      { cause: error },
    );
  }
}
