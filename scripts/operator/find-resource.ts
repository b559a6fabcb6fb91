// Asks AWS whether a resource of a type and name exists, whatever Terraform's state says, and returns its import id. Read-only.
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
import { readText } from './destroyed.ts';
import { readStatus } from './read-status.ts';
import type { Attributes, ResourceKind } from './resource-kind.ts';
import { RESOURCE_PARTS } from './resource-parts.ts';

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

export const RESOURCE_KINDS: Readonly<Record<string, ResourceKind>> = {
  aws_lambda_function: {
    title: 'function',
    nameAttribute: 'function_name',
    way: 'import',
    find: async (aws, region, name) => {
      await aws
        .client(LambdaClient, region)
        .send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      return name;
    },
  },
  aws_iam_role: {
    title: 'role',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      await aws.client(IAMClient, region).send(new GetRoleCommand({ RoleName: name }));
      return name;
    },
  },
  aws_s3_bucket: { title: 'bucket', nameAttribute: 'bucket', way: 'import', find: findBucket },
  aws_dynamodb_table: {
    title: 'table',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      await aws.client(DynamoDBClient, region).send(new DescribeTableCommand({ TableName: name }));
      return name;
    },
  },
  aws_cloudwatch_log_group: {
    title: 'log group',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      const { logGroups = [] } = await aws
        .client(CloudWatchLogsClient, region)
        .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      return logGroups.some(({ logGroupName }) => logGroupName === name) ? name : undefined;
    },
  },
  aws_secretsmanager_secret: {
    title: 'secret',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      const { ARN, DeletedDate } = await aws
        .client(SecretsManagerClient, region)
        .send(new DescribeSecretCommand({ SecretId: name }));
      return DeletedDate === undefined ? ARN : undefined;
    },
  },
  aws_sqs_queue: {
    title: 'queue',
    nameAttribute: 'name',
    way: 'take over',
    find: async (aws, region, name) => {
      const { QueueUrl } = await aws
        .client(SQSClient, region)
        .send(new GetQueueUrlCommand({ QueueName: name }));
      return QueueUrl;
    },
  },
  aws_sns_topic: {
    title: 'topic',
    nameAttribute: 'name',
    way: 'take over',
    find: async (aws, region, name) => {
      const { accountId, partition } = await aws.findCaller(region);
      const TopicArn = `arn:${partition}:sns:${region}:${accountId}:${name}`;
      await aws.client(SNSClient, region).send(new GetTopicAttributesCommand({ TopicArn }));
      return TopicArn;
    },
  },
  aws_cloudwatch_dashboard: {
    title: 'dashboard',
    nameAttribute: 'dashboard_name',
    way: 'take over',
    find: async (aws, region, name) => {
      await aws.client(CloudWatchClient, region).send(new GetDashboardCommand({ DashboardName: name }));
      return name;
    },
  },
  aws_cloudwatch_metric_alarm: {
    title: 'alarm',
    nameAttribute: 'alarm_name',
    way: 'take over',
    find: async (aws, region, name) => {
      const { MetricAlarms = [] } = await aws
        .client(CloudWatchClient, region)
        .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      return MetricAlarms.length > 0 ? name : undefined;
    },
  },
  aws_api_gateway_rest_api: {
    title: 'API',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      const gateway = aws.client(APIGatewayClient, region);
      for await (const { items = [] } of paginateGetRestApis({ client: gateway, pageSize: 500 }, {}))
        for (const item of items) if (item.name === name) return item.id;
      return undefined;
    },
  },
  ...RESOURCE_PARTS,
};

/** Ignores a bucket of another account or region. */
async function findBucket(aws: AwsAccess, region: string, name: string): Promise<string | undefined> {
  const { accountId } = await aws.findCaller(region);
  try {
    await aws
      .client(S3Client, region)
      .send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: accountId }));
    return name;
  } catch (error) {
    const status = readStatus(error);
    if (status === 403 || status === 301) return undefined;
    throw error;
  }
}

/**
 * Returns the id for `terraform import`; undefined if AWS has no such resource, or if its type cannot be looked up.
 * `attributes` name the parent of a resource that is part of another.
 */
export async function findResource(
  aws: AwsAccess,
  type: string,
  region: string,
  name: string,
  attributes: Attributes = {},
): Promise<string | undefined> {
  const kind = RESOURCE_KINDS[type];
  if (kind?.within?.some((attribute) => readText(attributes, attribute) === '') === true) return undefined;
  try {
    return await kind?.find(aws, region, name, attributes);
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return undefined;
    throw error;
  }
}
