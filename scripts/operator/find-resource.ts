// Asks AWS whether there is something of a type and a name, whatever Terraform's state says, and what Terraform would
// import it by. Reads only. Keys have no names; what they encrypt, and firewalls, are told by their own.
import { APIGatewayClient, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccess } from './aws-access.ts';

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

/** Returns what Terraform imports it by; undefined where there is none. */
type Find = (aws: AwsAccess, region: string, name: string) => Promise<string | undefined>;

interface ResourceKind {
  /** In a sentence. */
  readonly title: string;
  /** The attribute with its name. */
  readonly nameAttribute: string;
  /** AWS refuses a second one of the same name; of the others Terraform would take over the one that is there. */
  readonly isUnique: boolean;
  readonly find: Find;
}

export const RESOURCE_KINDS: Readonly<Record<string, ResourceKind>> = {
  aws_lambda_function: kind('function', 'function_name', true, async (aws, region, name) => {
    await aws.client(LambdaClient, region).send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return name;
  }),
  aws_iam_role: kind('role', 'name', true, async (aws, region, name) => {
    await aws.client(IAMClient, region).send(new GetRoleCommand({ RoleName: name }));
    return name;
  }),
  aws_s3_bucket: kind('bucket', 'bucket', true, findBucket),
  aws_dynamodb_table: kind('table', 'name', true, async (aws, region, name) => {
    await aws.client(DynamoDBClient, region).send(new DescribeTableCommand({ TableName: name }));
    return name;
  }),
  aws_cloudwatch_log_group: kind('log group', 'name', true, async (aws, region, name) => {
    const { logGroups = [] } = await aws
      .client(CloudWatchLogsClient, region)
      .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    return logGroups.some(({ logGroupName }) => logGroupName === name) ? name : undefined;
  }),
  aws_secretsmanager_secret: kind('secret', 'name', true, async (aws, region, name) => {
    const { ARN, DeletedDate } = await aws
      .client(SecretsManagerClient, region)
      .send(new DescribeSecretCommand({ SecretId: name }));
    return DeletedDate === undefined ? ARN : undefined;
  }),
  aws_sqs_queue: kind('queue', 'name', false, async (aws, region, name) => {
    const { QueueUrl } = await aws
      .client(SQSClient, region)
      .send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  }),
  aws_sns_topic: kind('topic', 'name', false, async (aws, region, name) => {
    const { accountId, partition } = await aws.findCaller(region);
    const TopicArn = `arn:${partition}:sns:${region}:${accountId}:${name}`;
    await aws.client(SNSClient, region).send(new GetTopicAttributesCommand({ TopicArn }));
    return TopicArn;
  }),
  aws_cloudwatch_dashboard: kind('dashboard', 'dashboard_name', false, async (aws, region, name) => {
    await aws.client(CloudWatchClient, region).send(new GetDashboardCommand({ DashboardName: name }));
    return name;
  }),
  aws_cloudwatch_metric_alarm: kind('alarm', 'alarm_name', false, async (aws, region, name) => {
    const { MetricAlarms = [] } = await aws
      .client(CloudWatchClient, region)
      .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms.length > 0 ? name : undefined;
  }),
  aws_api_gateway_rest_api: kind('API', 'name', false, async (aws, region, name) => {
    const gateway = aws.client(APIGatewayClient, region);
    for await (const { items = [] } of paginateGetRestApis({ client: gateway, pageSize: 500 }, {}))
      for (const item of items) if (item.name === name) return item.id;
    return undefined;
  }),
};

function kind(title: string, nameAttribute: string, isUnique: boolean, find: Find): ResourceKind {
  return { title, nameAttribute, isUnique, find };
}

/** A bucket of another account, or of another region, is none of ours. */
async function findBucket(aws: AwsAccess, region: string, name: string): Promise<string | undefined> {
  const { accountId } = await aws.findCaller(region);
  try {
    await aws
      .client(S3Client, region)
      .send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: accountId }));
    return name;
  } catch (error) {
    const status =
      error instanceof Error && '$metadata' in error
        ? (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode
        : undefined;
    if (status === 403 || status === 301) return undefined;
    throw error;
  }
}

/** What Terraform would import it by; undefined where AWS has none, or for a type that has no name. */
export async function findResource(
  aws: AwsAccess,
  type: string,
  region: string,
  name: string,
): Promise<string | undefined> {
  try {
    return await RESOURCE_KINDS[type]?.find(aws, region, name);
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return undefined;
    throw error;
  }
}
