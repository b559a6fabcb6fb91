// The documented system as created by hand: Python functions, one shared role, an API, and data in each part.
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { strToU8, zipSync } from 'fflate';
import type { LocalAws } from '../../local-aws/local-aws.ts';

/** A bucket with an upload and settings of its own, among them a notification that runs a function. */
export async function makeBucket(aws: LocalAws, Bucket: string, functionArn: string): Promise<void> {
  const s3 = aws.client(S3Client);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'archives/call.wav', Body: 'kept' }));
  await s3.send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
  );
  const rule = {
    ID: 'by-hand',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { Days: 90 },
  } as const;
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
  );
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:DeleteBucket',
    Resource: `arn:aws:s3:::${Bucket}`,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [
          { Id: 'by-hand', LambdaFunctionArn: functionArn, Events: ['s3:ObjectCreated:*'] },
        ],
      },
    }),
  );
}

/** A table with the documented keys, or with `id` alone, and one item. */
export async function makeTable(
  aws: LocalAws,
  TableName: string,
  keys: 'documented' | 'other',
): Promise<void> {
  const dynamodb = aws.client(DynamoDBClient);
  const isDocumented = keys === 'documented';
  const hash = isDocumented ? 'session_id' : 'id';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      AttributeDefinitions: [
        { AttributeName: hash, AttributeType: 'S' },
        ...(isDocumented ? [{ AttributeName: 'timestamp', AttributeType: 'N' } as const] : []),
      ],
      KeySchema: [
        { AttributeName: hash, KeyType: 'HASH' },
        ...(isDocumented ? [{ AttributeName: 'timestamp', KeyType: 'RANGE' } as const] : []),
      ],
    }),
  );
  const Item = { [hash]: 'sess_old', timestamp: 1_700_000_000, event_type: 'deepfake.completed' };
  await DynamoDBDocumentClient.from(dynamodb).send(new PutCommand({ TableName, Item }));
}

/** Returns the ARN. */
export async function makeRole(aws: LocalAws, RoleName: string): Promise<string> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await aws
    .client(IAMClient)
    .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return Role?.Arn ?? '';
}

/** A Python function and its log group. Returns the function's ARN. */
export async function makeFunction(
  aws: LocalAws,
  FunctionName: string,
  Role: string,
  Environment?: { readonly Variables: Record<string, string> },
): Promise<string> {
  const ZipFile = zipSync({ 'main.py': strToU8('def lambda_handler(event, context):\n    return {}\n') });
  const { FunctionArn } = await aws.client(LambdaClient).send(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Runtime: 'python3.12',
      Handler: 'main.lambda_handler',
      Code: { ZipFile },
      ...(Environment && { Environment }),
    }),
  );
  await makeLogGroup(aws, `/aws/lambda/${FunctionName}`);
  return FunctionArn ?? '';
}

export async function makeLogGroup(aws: LocalAws, logGroupName: string): Promise<void> {
  await aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
}

/** Returns the ARN. */
export async function makeSecret(aws: LocalAws, Name: string, SecretString: string): Promise<string> {
  const { ARN } = await aws
    .client(SecretsManagerClient)
    .send(new CreateSecretCommand({ Name, SecretString }));
  return ARN ?? '';
}

export interface HandMadeApi {
  readonly id: string;
  readonly webhookResource: string;
  readonly healthResource: string;
}

/** POST /webhook runs the function, GET /health answers by itself; deployed as the stage `prod`. */
export async function makeApi(aws: LocalAws, functionArn: string): Promise<HandMadeApi> {
  const gateway = aws.client(APIGatewayClient);
  const { id: restApiId = '' } = await gateway.send(
    new CreateRestApiCommand({ name: 'hooks', endpointConfiguration: { types: ['REGIONAL'] } }),
  );
  const { items = [] } = await gateway.send(new GetResourcesCommand({ restApiId }));
  const parentId = items[0]?.id;
  const addRoute = async (pathPart: string, httpMethod: string): Promise<string> => {
    const { id: resourceId = '' } = await gateway.send(
      new CreateResourceCommand({ restApiId, parentId, pathPart }),
    );
    await gateway.send(
      new PutMethodCommand({ restApiId, resourceId, httpMethod, authorizationType: 'NONE' }),
    );
    return resourceId;
  };
  const webhookResource = await addRoute('webhook', 'POST');
  const healthResource = await addRoute('health', 'GET');
  await gateway.send(
    new PutIntegrationCommand({
      restApiId,
      resourceId: webhookResource,
      httpMethod: 'POST',
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    }),
  );
  await gateway.send(
    new PutIntegrationCommand({
      restApiId,
      resourceId: healthResource,
      httpMethod: 'GET',
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    }),
  );
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  return { id: restApiId, webhookResource, healthResource };
}
