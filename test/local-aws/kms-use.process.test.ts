// Customer-managed keys on the local AWS: their policies decide which services and callers use them.
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

const ACCOUNT = '123456789012';
const Version = '2012-10-17';
const ROOT = {
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
};

describeWithTools('keys on the local AWS', [MOTO], () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws?.stop());

  async function createKey(...Statement: readonly object[]): Promise<string> {
    const Policy = JSON.stringify({ Version, Statement });
    const { KeyMetadata } = await aws.client(KMSClient).send(new CreateKeyCommand({ Policy }));
    return KeyMetadata?.Arn ?? '';
  }

  it('encrypt a log group only if their policy names its ARN', async () => {
    const own = await createKey(ROOT);
    const shared = await createKey(ROOT, {
      Effect: 'Allow',
      Action: ['kms:Decrypt*', 'kms:Encrypt*', 'kms:GenerateDataKey*'],
      Resource: '*',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Condition: {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:named`,
        },
      },
    });
    const create = (logGroupName: string, kmsKeyId: string) =>
      aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName, kmsKeyId }));
    await expect(create('named', own)).rejects.toThrow('not allowed to be used');
    await expect(create('other', shared)).rejects.toThrow('not allowed to be used');
    await expect(create('named', shared)).resolves.toBeDefined();
  });

  it('let S3 announce uploads in a queue only if their policy names S3', async () => {
    const s3 = aws.client(S3Client);
    const Bucket = 'announces';
    await s3.send(new CreateBucketCommand({ Bucket }));
    const forS3 = { Effect: 'Allow', Resource: '*', Principal: { Service: 's3.amazonaws.com' } };
    const announce = async (QueueName: string, KmsMasterKeyId: string): Promise<unknown> => {
      const QueueArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}`;
      const Statement = [{ ...forS3, Action: 'sqs:SendMessage', Resource: QueueArn }];
      const Attributes = { Policy: JSON.stringify({ Version, Statement }), KmsMasterKeyId };
      await aws.client(SQSClient).send(new CreateQueueCommand({ QueueName, Attributes }));
      const QueueConfigurations = [{ QueueArn, Events: ['s3:ObjectCreated:*' as const] }];
      const NotificationConfiguration = { QueueConfigurations };
      return await s3.send(
        new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }),
      );
    };
    await expect(announce('closed', await createKey(ROOT))).rejects.toThrow('Unable to validate');
    await expect(announce('own', 'alias/aws/sqs')).rejects.toThrow('Unable to validate');
    const open = await createKey(ROOT, { ...forS3, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] });
    await expect(announce('open', open)).resolves.toBeDefined();
  });

  it('are used for a caller only if both its role and their policy allow it', async () => {
    const isolated = await aws.fork();
    const [Bucket, QueueName] = ['secret-bucket', 'secret-queue'];
    const assume = await prepareRoles(isolated, { Bucket, QueueName });
    const without = await assume('without', []);
    await expect(without.send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(without.get()).rejects.toMatchObject({ name: 'AccessDenied' });
    const withKey = await assume('with', ['kms:Decrypt', 'kms:GenerateDataKey']);
    await expect(withKey.send()).resolves.toBeDefined();
    await expect(withKey.get()).resolves.toBeDefined();
    await isolated.stop();
  });

  interface Caller {
    send(): Promise<unknown>;
    get(): Promise<unknown>;
  }

  /** A queue and a bucket under one key, and roles that may use both, with some permissions on keys. */
  async function prepareRoles(
    local: LocalAws,
    { Bucket, QueueName }: { Bucket: string; QueueName: string },
  ): Promise<(RoleName: string, keyActions: readonly string[]) => Promise<Caller>> {
    const Policy = JSON.stringify({ Version, Statement: [ROOT] });
    const { KeyMetadata } = await local.client(KMSClient).send(new CreateKeyCommand({ Policy }));
    const KMSMasterKeyID = KeyMetadata?.Arn ?? '';
    const Attributes = { KmsMasterKeyId: KMSMasterKeyID };
    const { QueueUrl } = await local
      .client(SQSClient)
      .send(new CreateQueueCommand({ QueueName, Attributes }));
    const s3 = local.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID };
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    return async (RoleName, keyActions) => {
      await local.enforceIam(false);
      const iam = local.client(IAMClient);
      const AssumeRolePolicyDocument = JSON.stringify({ Version, Statement: [] });
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const Action = ['sqs:SendMessage', 's3:GetObject', ...keyActions];
      const PolicyDocument = JSON.stringify({
        Version,
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
      const credentials = await local.assumeRole(Role?.Arn ?? '');
      await local.enforceIam(true);
      return {
        send: () =>
          local
            .client(SQSClient, { credentials })
            .send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' })),
        get: async () => {
          const get = new GetObjectCommand({ Bucket, Key: 'k' });
          const { Body } = await local.client(S3Client, { credentials }).send(get);
          return await Body?.transformToString();
        },
      };
    };
  }
});
