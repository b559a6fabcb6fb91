// The least permissions of the commands about sessions, as an IAM policy for the environment's stacks.
import { findPartition } from '../../generator/spec/partitions.ts';
import type { Caller } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { TYPE_INDEX } from './choose-access.ts';

export const POLICY_OPTION = {
  'print-policy': {
    type: 'boolean',
    description: 'only print the least-privilege IAM policy of this command',
  },
} as const;

/** `find`: see events, and read recordings or where they are. `forget`: also erase. */
export type Purpose = 'find' | 'forget';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

type Actions = Readonly<Record<'find' | 'forget', readonly string[]>>;

const TABLE_ACTIONS: Actions = {
  find: [
    'dynamodb:BatchGetItem',
    'dynamodb:DescribeTable',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:Scan',
  ],
  forget: ['dynamodb:DeleteItem', 'dynamodb:ListTagsOfResource', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
};
const INDEX_ACTIONS: Actions = { find: ['dynamodb:Query'], forget: [] };
const BUCKET_ACTIONS: Actions = {
  find: ['s3:ListBucket', 's3:ListBucketVersions'],
  forget: ['s3:GetBucketObjectLockConfiguration', 's3:GetBucketTagging'],
};
/** IAM has one permission for the metadata of an object and for its content, and two for its locks in the metadata. */
const OBJECT_ACTIONS: Actions = {
  find: ['s3:GetObject', 's3:GetObjectVersion'],
  forget: ['s3:DeleteObjectVersion', 's3:GetObjectLegalHold', 's3:GetObjectRetention'],
};
const QUEUE_ACTIONS: Actions = {
  find: [],
  forget: [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ListQueueTags',
    'sqs:ReceiveMessage',
  ],
};

/** IAM's limit for a managed policy, without white space. */
const MAX_POLICY_CHARACTERS = 6_144;

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
  if (JSON.stringify(policy).length > MAX_POLICY_CHARACTERS)
    terminal.note(
      `This is longer than a managed policy may be (${MAX_POLICY_CHARACTERS} characters): split its statements.`,
    );
  return true;
}

/** The statements for all stacks: IAM limits the size of a policy. */
export function listStatements(
  stacks: readonly Stack[],
  { accountId }: Pick<Caller, 'accountId'>,
  purpose: Purpose,
): PolicyStatement[] {
  const purposes = (['find', 'forget'] as const).filter((each) => each === 'find' || each === purpose);
  const allow = (Sid: string, actions: Actions, Resource: readonly string[]): PolicyStatement[] => {
    const Action = purposes.flatMap((each) => actions[each]).sort();
    return Action.length === 0 || Resource.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action, Resource }];
  };
  const name = (service: string, toResources: (stack: Stack) => readonly string[]): string[] =>
    stacks.flatMap((stack) => {
      const { name: region } = stack.region;
      const place = service === 's3' ? ':' : `${region}:${accountId}`;
      return toResources(stack).map((each) => `arn:${findPartition(region)}:${service}:${place}:${each}`);
    });
  const hasIndex = ({ region }: Stack): boolean => region.settings.dynamodb.event_type_index;
  return [
    ...allow(
      'Table',
      TABLE_ACTIONS,
      name('dynamodb', ({ names }) => [`table/${names.table}`]),
    ),
    ...allow(
      'Index',
      INDEX_ACTIONS,
      name('dynamodb', (stack) =>
        hasIndex(stack) ? [`table/${stack.names.table}/index/${TYPE_INDEX}`] : [],
      ),
    ),
    ...allow(
      'Bucket',
      BUCKET_ACTIONS,
      name('s3', ({ names }) => [names.bucket]),
    ),
    ...allow(
      'Recordings',
      OBJECT_ACTIONS,
      name('s3', ({ names }) => [`${names.bucket}/*`]),
    ),
    ...allow(
      'Queues',
      QUEUE_ACTIONS,
      name('sqs', ({ names }) => listQueues(names)),
    ),
    ...stacks.flatMap((stack, index) => allowKey(stack, { index, accountId, purpose })),
  ];
}

/** Those that hold uploads and events on their way. */
function listQueues(names: Stack['names']): string[] {
  return [names.queue, names.deadLetterQueue, names.webhookDeadLetterQueue, names.resultsDeadLetterQueue];
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
