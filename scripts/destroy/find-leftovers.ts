// Looks for everything that the model names, whatever Terraform's state says. Keys and firewalls have no names that AWS
// could be asked for one by one: for those the state is the proof.
import { APIGatewayClient, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { isManaged, nameSecret, readSecret, SECRET_KINDS } from '../operator/secret-store.ts';
import { describeLogGroup, findLogGroups } from './log-groups.ts';

export interface Leftover {
  readonly what: string;
  /** How to get rid of it. */
  readonly fix?: string;
  /** It is meant to be left. */
  readonly isExpected: boolean;
}

const GONE = [
  'ResourceNotFoundException',
  'ResourceNotFound',
  'NotFoundException',
  'NotFound',
  'NoSuchBucket',
  'NoSuchEntityException',
  'NoSuchEntity',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'DashboardNotFoundError',
];

/** Everything of the stacks that is still there. `logGroups` are those whose names only the state had. */
export async function findLeftovers(
  aws: AwsAccess,
  stacks: readonly Stack[],
  logGroups: readonly string[],
): Promise<Leftover[]> {
  const found = await Promise.all(
    stacks.map(async (stack) => [
      ...(await findNamed(aws, stack)),
      ...(await findListed(aws, stack)),
      ...(await findLogGroups(aws, stack, logGroups)).map((name) => describeLogGroup(stack, name)),
      ...(await findSecrets(aws, stack)),
    ]),
  );
  return found.flat();
}

/** Those that AWS can be asked for by name. */
export async function findNamed(aws: AwsAccess, { region, names }: Stack): Promise<Leftover[]> {
  const { name } = region;
  const { accountId, partition } = await aws.findCaller(name);
  const lambda = aws.client(LambdaClient, name);
  const iam = aws.client(IAMClient, name);
  const sqs = aws.client(SQSClient, name);
  const sns = aws.client(SNSClient, name);
  const s3 = aws.client(S3Client, name);
  const owned = { ExpectedBucketOwner: accountId };
  const arn = (topic: string): string => `arn:${partition}:sns:${name}:${accountId}:${topic}`;
  const questions: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ...[names.webhookFunction, names.audioFunction].map(
      (each) =>
        [
          'function',
          each,
          () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: each })),
        ] as const,
    ),
    ...[names.webhookRole, names.audioRole, names.apiLoggingRole].map(
      (each) => ['role', each, () => iam.send(new GetRoleCommand({ RoleName: each }))] as const,
    ),
    ...[names.bucket, names.accessLogBucket].map(
      (each) => ['bucket', each, () => s3.send(new HeadBucketCommand({ Bucket: each, ...owned }))] as const,
    ),
    [
      'table',
      names.table,
      () => aws.client(DynamoDBClient, name).send(new DescribeTableCommand({ TableName: names.table })),
    ],
    ...[names.queue, names.deadLetterQueue, names.webhookDeadLetterQueue].map(
      (each) => ['queue', each, () => sqs.send(new GetQueueUrlCommand({ QueueName: each }))] as const,
    ),
    ...[names.resultsTopic, names.alarmsTopic].map(
      (each) =>
        ['topic', each, () => sns.send(new GetTopicAttributesCommand({ TopicArn: arn(each) }))] as const,
    ),
    [
      'dashboard',
      names.dashboard,
      () =>
        aws.client(CloudWatchClient, name).send(new GetDashboardCommand({ DashboardName: names.dashboard })),
    ],
  ];
  const found = await Promise.all(
    questions.map(async ([kind, each, ask]) =>
      (await exists(ask)) ? [{ what: `${kind} ${each} in ${name}`, isExpected: false }] : [],
    ),
  );
  return found.flat();
}

async function findListed(aws: AwsAccess, { region, names }: Stack): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const gateway = aws.client(APIGatewayClient, region.name);
  for await (const { items = [] } of paginateGetRestApis({ client: gateway, pageSize: 500 }, {}))
    for (const { name, id } of items)
      if (name === names.api)
        found.push({ what: `API ${name} (${id}) in ${region.name}`, isExpected: false });
  const { MetricAlarms = [] } = await aws
    .client(CloudWatchClient, region.name)
    .send(new DescribeAlarmsCommand({ AlarmNamePrefix: `${names.api}-` }));
  for (const { AlarmName } of MetricAlarms)
    if (isOwnAlarm(AlarmName, names.api))
      found.push({ what: `alarm ${AlarmName} in ${region.name}`, isExpected: false });
  return found;
}

/** The prefix `acme-dev-` is also that of an environment `dev-two`. */
function isOwnAlarm(name = '', api: string): boolean {
  return /^-(webhook-|audio-|api-5xx$|dynamodb-)/.test(name.slice(api.length));
}

async function findSecrets(aws: AwsAccess, stack: Stack): Promise<Leftover[]> {
  const found = await Promise.all(
    SECRET_KINDS.map(async (kind): Promise<Leftover[]> => {
      const stored = await readSecret(aws, stack, kind);
      if (stored.state === 'missing') return [];
      const name = nameSecret(stack, kind);
      const what = `secret ${name} in ${stack.region.name}`;
      if (!isManaged(stack, kind)) return [{ what: `${what}, which is not Terraform's`, isExpected: true }];
      if (stored.state !== 'deleted') return [{ what, isExpected: false }];
      const fix = `to have its name back at once: aws secretsmanager delete-secret --secret-id ${name} --region ${stack.region.name} --force-delete-without-recovery`;
      return [{ what: `${what}, to be restored until its recovery window is over`, fix, isExpected: true }];
    }),
  );
  return found.flat();
}

async function exists(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return false;
    throw error;
  }
}
