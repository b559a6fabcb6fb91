// The server refuses what the API model of a service does not describe, in each protocol.
import { APIGatewayClient, CreateStageCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRUST_POLICY } from '../support/deployment/as-nobody.ts';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

describeWithTools('API models on the local AWS', [MOTO], () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws?.stop());

  const refused = (name: string, ...parts: readonly string[]) =>
    expect.objectContaining({ name, message: expect.stringMatching(new RegExp(parts.join('.*'))) });

  it('refuses a required member that is missing (query)', async () => {
    const command = new CreateTopicCommand({ Name: undefined });
    await expect(aws.client(SNSClient).send(command)).rejects.toEqual(
      refused('InvalidParameterException', 'Name', 'must not be null'),
    );
  });

  it('refuses a pattern with classes of Unicode, and knows those it allows (query)', async () => {
    const create = (RoleName: string, Value: string) =>
      aws.client(IAMClient).send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: TRUST_POLICY,
          Tags: [{ Key: 'Größe', Value }],
        }),
      );
    await expect(create('a', 'a#b')).rejects.toEqual(
      refused('ValidationError', "'a#b' at 'Tags.1.Value'", 'regular expression pattern'),
    );
    await expect(create('a/b', 'ü')).rejects.toEqual(refused('ValidationError', "'a/b' at 'RoleName'"));
    await expect(create('a', 'ü')).resolves.toBeDefined();
  });

  it('refuses a value that is not in a list, a number out of range and a length (JSON)', async () => {
    const logs = aws.client(CloudWatchLogsClient);
    const dynamodb = aws.client(DynamoDBClient);
    const secrets = aws.client(SecretsManagerClient);
    await expect(
      logs.send(new CreateLogGroupCommand({ logGroupName: 'a', logGroupClass: 'BEST' as 'STANDARD' })),
    ).rejects.toEqual(refused('InvalidParameterException', "'BEST' at 'logGroupClass'", 'enum'));
    await expect(
      dynamodb.send(
        new CreateTableCommand({
          TableName: 'table',
          AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
          ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 },
        }),
      ),
    ).rejects.toEqual(refused('ValidationException', 'ReadCapacityUnits', 'greater than or equal to 1'));
    await expect(
      secrets.send(new CreateSecretCommand({ Name: 'n'.repeat(513), SecretString: 's' })),
    ).rejects.toEqual(refused('ValidationException', "at 'Name'", 'less than or equal to 512'));
  });

  it('refuses numbers out of range in the body of a REST request (REST JSON)', async () => {
    const lambda = aws.client(LambdaClient);
    const update = new UpdateFunctionConfigurationCommand({ FunctionName: 'f', MemorySize: 64 });
    await expect(lambda.send(update)).rejects.toEqual(
      refused('ValidationException', "'64' at 'MemorySize'", 'greater than or equal to 128'),
    );
    const stage = new CreateStageCommand({ restApiId: 'a', stageName: 'b', deploymentId: undefined });
    await expect(aws.client(APIGatewayClient).send(stage)).rejects.toEqual(
      refused('BadRequestException', 'deploymentId', 'must not be null'),
    );
  });

  it('refuses values in headers and in XML (REST XML)', async () => {
    const s3 = aws.client(S3Client);
    const StorageClass = 'COLD' as 'GLACIER';
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x', StorageClass })),
    ).rejects.toEqual(refused('InvalidArgument', "'COLD' at 'StorageClass'"));
    const VersioningConfiguration = { Status: 'On' as 'Enabled' };
    await expect(
      s3.send(new PutBucketVersioningCommand({ Bucket: 'b', VersioningConfiguration })),
    ).rejects.toEqual(refused('InvalidArgument', "'On' at 'VersioningConfiguration.Status'"));
  });
});
