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
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
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
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRUST_POLICY } from '../support/deployment/as-nobody.ts';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

/** A policy of so many characters. */
function writePolicy(length: number, more: object = { Action: '*', Resource: '*' }): string {
  const write = (filler: string): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: filler, Effect: 'Deny', ...more }] });
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
    const trust = (length: number): string =>
      writePolicy(length, { Action: 'sts:AssumeRole', Principal: '*' });
    const createRole = (AssumeRolePolicyDocument: string) =>
      iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
    await expect(createRole(trust(2049))).rejects.toThrow('equal to 2048');
    await createRole(trust(2048));
    const sizes: readonly (readonly [number, (text: string) => Promise<unknown>])[] = [
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

  it('refuses trust policies without a principal, with other actions, and what is not a policy', async () => {
    const create = (AssumeRolePolicyDocument: string) =>
      aws.client(IAMClient).send(new CreateRoleCommand({ RoleName: 'trust', AssumeRolePolicyDocument }));
    const write = (statement: object): string =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const refusals: readonly (readonly [string, string])[] = [
      ['nonsense', 'JSON object'],
      ['{}', 'Syntax errors'],
      [write({ Action: 'sts:AssumeRole' }), 'required field Principal'],
      [write({ Action: 's3:GetObject', Principal: '*' }), 'actions can only be'],
      [write({ Action: 'sts:AssumeRole', Principal: '*', Resource: '*' }), 'prohibited field Resource'],
    ];
    for (const [document, message] of refusals)
      await expect(create(document), document).rejects.toThrow(message);
  });

  it('refuses the path of service-linked roles', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    });
    const create = (Path: string) =>
      aws.client(IAMClient).send(new CreateRoleCommand({ RoleName: 'path', Path, AssumeRolePolicyDocument }));
    await expect(create('/aws-service-role/acme/')).rejects.toThrow(
      'can only be used for AWS Service linked',
    );
    await create('/service-role/acme/');
  });

  it('refuses attributes of a queue that are out of range or no numbers, and policies that are none', async () => {
    const sqs = aws.client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'attributes' }));
    const set = (name: string, value: unknown) => {
      const Attributes = { [name]: typeof value === 'string' ? value : JSON.stringify(value) };
      return sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    };
    const statement = { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' };
    const actions = [...'abcdefgh'].map((letter) => `sqs:${letter}*`);
    const accounts = Array.from({ length: 51 }, (_, index) => `${123456789000 + index}`);
    const refusals: readonly (readonly [string, unknown])[] = [
      ['VisibilityTimeout', '43201'],
      ['VisibilityTimeout', 'soon'],
      ['DelaySeconds', '901'],
      ['MaximumMessageSize', '1023'],
      ['ReceiveMessageWaitTimeSeconds', '21'],
      ['KmsDataKeyReusePeriodSeconds', '59'],
      ['RedrivePolicy', 'nonsense'],
      ['Policy', 'nonsense'],
      ['Policy', []],
      ['Policy', { Statement: ['nonsense'] }],
      ['Policy', { Statement: { ...statement, Action: actions } }],
      ['Policy', { Statement: { ...statement, Principal: { AWS: accounts } } }],
      ['Policy', { Statement: Array.from({ length: 21 }, () => statement) }],
    ];
    for (const [name, value] of refusals)
      await expect(set(name, value), JSON.stringify(value)).rejects.toThrow(`at '${name}'`);
    const Policy = { Version: '2012-10-17', Statement: { ...statement, Action: actions.slice(1) } };
    await expect(set('Policy', Policy)).resolves.toBeDefined();
  });

  it('refuses a mapping with large batches that loses its window', async () => {
    const lambda = aws.client(LambdaClient);
    const role = { RoleName: 'mapped', AssumeRolePolicyDocument: TRUST_POLICY };
    const { Role } = await aws.client(IAMClient).send(new CreateRoleCommand(role));
    await aws.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'mapped' }));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'mapped',
        Role: Role?.Arn,
        Code: { ZipFile: zipSync({ 'index.js': new Uint8Array() }) },
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
      }),
    );
    const mapping = {
      EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:mapped',
      FunctionName: 'mapped',
      BatchSize: 11,
    };
    const refused = 'must be greater than 0 if maximum batch size';
    await expect(lambda.send(new CreateEventSourceMappingCommand(mapping))).rejects.toThrow(refused);
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({ ...mapping, MaximumBatchingWindowInSeconds: 1 }),
    );
    const update = (changes: object) =>
      lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...changes }));
    await expect(update({ MaximumBatchingWindowInSeconds: 0 })).rejects.toThrow(refused);
    await expect(update({ BatchSize: 10, MaximumBatchingWindowInSeconds: 0 })).resolves.toBeDefined();
    await expect(update({ BatchSize: 11 })).rejects.toThrow(refused);
  });

  it('refuses tags that differ only in case on roles', async () => {
    const create = aws.client(IAMClient).send(
      new CreateRoleCommand({
        RoleName: 'tagged',
        AssumeRolePolicyDocument: TRUST_POLICY,
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
