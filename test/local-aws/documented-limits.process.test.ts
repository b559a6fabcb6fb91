// The server refuses what AWS refuses by its documentation, beyond the API models.
import { APIGatewayClient, CreateRestApiCommand, CreateStageCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, PutDashboardCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

/** A policy of so many characters. */
function writePolicy(length: number): string {
  const write = (filler: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: filler, Effect: 'Deny', Action: '*', Resource: '*' }],
    });
  return write('x'.repeat(length - write('').length));
}

describeWithTools('documented limits on the local AWS', [MOTO], () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws?.stop());

  it('refuses a policy that is one character too long', async () => {
    const iam = aws.client(IAMClient);
    const AssumeRolePolicyDocument = writePolicy(2048);
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
    const sizes: readonly (readonly [number, (text: string) => Promise<unknown>])[] = [
      [
        2048,
        (text) =>
          iam.send(new CreateRoleCommand({ RoleName: `r${text.length}`, AssumeRolePolicyDocument: text })),
      ],
      [
        6144,
        (PolicyDocument) =>
          iam.send(new CreatePolicyCommand({ PolicyName: `p${PolicyDocument.length}`, PolicyDocument })),
      ],
      [
        10_240,
        (PolicyDocument) =>
          iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument })),
      ],
      [8192, (policy) => aws.client(APIGatewayClient).send(new CreateRestApiCommand({ name: 'a', policy }))],
      [
        8192,
        (Policy) =>
          aws
            .client(SQSClient)
            .send(new CreateQueueCommand({ QueueName: `q${Policy.length}`, Attributes: { Policy } })),
      ],
      [
        30_720,
        (Policy) =>
          aws
            .client(SNSClient)
            .send(new CreateTopicCommand({ Name: `t${Policy.length}`, Attributes: { Policy } })),
      ],
      [32_768, (Policy) => aws.client(KMSClient).send(new CreateKeyCommand({ Policy }))],
    ];
    for (const [most, send] of sizes) {
      await expect(send(writePolicy(most)), `${most}`).resolves.toBeDefined();
      await expect(send(writePolicy(most + 1)), `${most}`).rejects.toThrow(`equal to ${most}`);
    }
    await aws.client(S3Client).send(new CreateBucketCommand({ Bucket: 'policies' }));
    const Policy = writePolicy(20 * 1024 + 1);
    const put = aws.client(S3Client).send(new PutBucketPolicyCommand({ Bucket: 'policies', Policy }));
    await expect(put).rejects.toThrow('equal to 20480');
  });

  it('refuses lifecycle rules in which storage classes follow each other too soon', async () => {
    const s3 = aws.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket: 'lifecycle' }));
    const put = (infrequent: number, glacier: number, expiration: number) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: 'lifecycle',
          LifecycleConfiguration: {
            Rules: [
              {
                ID: 'age-out',
                Status: 'Enabled',
                Filter: { Prefix: '' },
                Transitions: [
                  { Days: infrequent, StorageClass: 'STANDARD_IA' },
                  { Days: glacier, StorageClass: 'GLACIER' },
                ],
                Expiration: { Days: expiration },
              },
            ],
          },
        }),
      );
    await expect(put(30, 60, 61)).resolves.toBeDefined();
    await expect(put(29, 60, 61)).rejects.toThrow('greater than or equal to 30');
    await expect(put(30, 59, 61)).rejects.toThrow('30 days more');
    await expect(put(30, 60, 60)).rejects.toThrow('greater than in the Transition');
  });

  it('drops an empty filter policy, and refuses twins and FIFO queues as subscribers', async () => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'results' }));
    const subscribe = (Endpoint: string, FilterPolicy: string) =>
      sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint,
          Attributes: { FilterPolicy, FilterPolicyScope: 'MessageAttributes' },
          ReturnSubscriptionArn: true,
        }),
      );
    const queue = 'arn:aws:sqs:us-east-1:123456789012:cases';
    const { SubscriptionArn } = await subscribe(queue, '{}');
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).not.toHaveProperty('FilterPolicy');
    await expect(subscribe(queue, '{"event_type":["a"]}')).rejects.toThrow('different attributes');
    await expect(subscribe(`${queue}.fifo`, '{"event_type":["a"]}')).rejects.toThrow('FIFO');
  });

  it('refuses tags that differ only in case on roles', async () => {
    const create = aws.client(IAMClient).send(
      new CreateRoleCommand({
        RoleName: 'tagged',
        AssumeRolePolicyDocument: '{}',
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'Team', Value: 'b' },
        ],
      }),
    );
    await expect(create).rejects.toThrow(/duplicate tag keys/i);
  });

  it('refuses names and numbers out of the documented range', async () => {
    await aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: 'g' }));
    const refused: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => aws.client(S3Client).send(new CreateBucketCommand({ Bucket: 'Upper' })), 'Bucket'],
      [() => aws.client(S3Client).send(new CreateBucketCommand({ Bucket: 'a-s3alias' })), 'Bucket'],
      [
        () =>
          aws
            .client(LambdaClient)
            .send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 901 })),
        'Timeout',
      ],
      [
        () =>
          aws.client(LambdaClient).send(
            new UpdateFunctionConfigurationCommand({
              FunctionName: 'f',
              Environment: { Variables: { LONG: 'x'.repeat(4096) } },
            }),
          ),
        'Environment',
      ],
      [
        () =>
          aws
            .client(SQSClient)
            .send(new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '43201' } })),
        'VisibilityTimeout',
      ],
      [() => aws.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'q'.repeat(81) })), 'QueueName'],
      [
        () =>
          aws
            .client(CloudWatchLogsClient)
            .send(new PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 31 })),
        'retentionInDays',
      ],
      [
        () =>
          aws.client(SecretsManagerClient).send(new CreateSecretCommand({ Name: 'a b', SecretString: 's' })),
        'Name',
      ],
      [
        () =>
          aws
            .client(APIGatewayClient)
            .send(new CreateStageCommand({ restApiId: 'a', stageName: 'v.1', deploymentId: 'b' })),
        'stageName',
      ],
      [
        () =>
          aws
            .client(CloudWatchClient)
            .send(new PutDashboardCommand({ DashboardName: 'a b', DashboardBody: '{}' })),
        'DashboardName',
      ],
      [
        () =>
          aws.client(CloudWatchClient).send(
            new PutMetricAlarmCommand({
              AlarmName: 'a',
              ComparisonOperator: 'GreaterThanThreshold',
              EvaluationPeriods: 1500,
              Period: 60,
              MetricName: 'm',
              Namespace: 'n',
              Statistic: 'Sum',
              Threshold: 1,
            }),
          ),
        'EvaluationPeriods',
      ],
    ];
    for (const [send, member] of refused) await expect(send(), member).rejects.toThrow(`at '${member}'`);
  });
});
