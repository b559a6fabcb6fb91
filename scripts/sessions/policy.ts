// The least permissions of the commands about sessions, as an IAM policy for the environment's stacks.
import { findPartition } from '../../generator/spec/partitions.ts';
import type { Caller } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { TYPE_INDEX } from './choose-way.ts';

export const POLICY_OPTION = {
  'print-policy': {
    type: 'boolean',
    description: 'print the IAM policy with the least permissions for this command, and do nothing else',
  },
} as const;

/** `find`: see events and where recordings are. `export`: also read recordings. `forget`: also erase. */
export type Purpose = 'find' | 'export' | 'forget';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const TABLE_ACTIONS: Readonly<Record<Purpose, readonly string[]>> = {
  find: [
    'dynamodb:BatchGetItem',
    'dynamodb:DescribeTable',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:Scan',
  ],
  export: [],
  forget: ['dynamodb:DeleteItem', 'dynamodb:ListTagsOfResource', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
};
const BUCKET_ACTIONS: Readonly<Record<Purpose, readonly string[]>> = {
  find: ['s3:ListBucket', 's3:ListBucketVersions'],
  export: [],
  forget: ['s3:GetBucketTagging'],
};
const OBJECT_ACTIONS: Readonly<Record<Purpose, readonly string[]>> = {
  find: ['s3:GetObject', 's3:GetObjectVersion'],
  export: [],
  forget: ['s3:DeleteObjectVersion'],
};
const QUEUE_ACTIONS: readonly string[] = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

/** Prints it; nothing else is asked of AWS. */
export async function printPolicy(
  { aws, terminal }: Operation,
  stacks: readonly Stack[],
  purpose: Purpose,
): Promise<boolean> {
  const [first] = stacks;
  if (first === undefined) return true;
  const { accountId } = await aws.findCaller(first.region.name);
  const policy = { Version: '2012-10-17', Statement: listStatements(stacks, { accountId }, purpose) };
  terminal.write(`${JSON.stringify(policy, null, 2)}\n`);
  return true;
}

/** The statements for all stacks: IAM limits the size of a policy. */
export function listStatements(
  stacks: readonly Stack[],
  { accountId }: Pick<Caller, 'accountId'>,
  purpose: Purpose,
): PolicyStatement[] {
  const kinds: readonly Purpose[] = {
    find: ['find'],
    export: ['find', 'export'],
    forget: ['find', 'forget'],
  }[purpose] as Purpose[];
  const collect = (actions: Readonly<Record<Purpose, readonly string[]>>): string[] =>
    [...new Set(kinds.flatMap((kind) => actions[kind]))].sort();
  const arn = ({ region }: Stack, service: string, rest: string): string =>
    `arn:${findPartition(region.name)}:${service}:${rest}`;
  const local = (stack: Stack, service: string, rest: string): string =>
    arn(stack, service, `${stack.region.name}:${accountId}:${rest}`);
  const statement = (
    Sid: string,
    Action: readonly string[],
    Resource: readonly string[],
  ): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  const indexed = stacks.filter(({ region }) => region.settings.dynamodb.event_type_index);
  const tables = stacks.map((stack) => local(stack, 'dynamodb', `table/${stack.names.table}`));
  const indexes = indexed.map((stack) =>
    local(stack, 'dynamodb', `table/${stack.names.table}/index/${TYPE_INDEX}`),
  );
  const buckets = stacks.map((stack) => arn(stack, 's3', `::${stack.names.bucket}`));
  const queues = stacks.flatMap((stack) =>
    [stack.names.queue, stack.names.deadLetterQueue, stack.names.webhookDeadLetterQueue].map((name) =>
      local(stack, 'sqs', name),
    ),
  );
  return [
    statement('Table', collect(TABLE_ACTIONS), tables),
    ...(indexes.length === 0 ? [] : [statement('Index', ['dynamodb:Query'], indexes)]),
    statement('Bucket', collect(BUCKET_ACTIONS), buckets),
    statement(
      'Recordings',
      collect(OBJECT_ACTIONS),
      buckets.map((bucket) => `${bucket}/*`),
    ),
    ...(purpose === 'forget' ? [statement('Queues', QUEUE_ACTIONS, queues)] : []),
    ...stacks.flatMap((stack, index) => allowKey(stack, { index, accountId, purpose })),
  ];
}

/** DynamoDB, S3 and SQS use the stack's key for the caller. */
function allowKey(
  { region, names }: Stack,
  { index, accountId, purpose }: { index: number; accountId: string; purpose: Purpose },
): PolicyStatement[] {
  const { kms, kms_key_arn: given } = region.settings;
  if (!kms.managed && given === null) return [];
  const partition = findPartition(region.name);
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const services = ['dynamodb', 's3', ...(purpose === 'forget' ? ['sqs'] : [])];
  return [
    {
      Sid: `Key${index + 1}`,
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      // The id of a managed key is known only after its creation.
      Resource: [given ?? `arn:${partition}:kms:${region.name}:${accountId}:key/*`],
      Condition: {
        StringLike: { 'kms:ViaService': services.map((each) => `${each}.${region.name}.${domain}`) },
        ...(given === null
          ? { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [names.kmsAlias] } }
          : {}),
      },
    },
  ];
}
