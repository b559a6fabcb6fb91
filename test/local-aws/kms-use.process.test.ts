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
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRUST_POLICY } from '../support/deployment/as-nobody.ts';
import { LocalResources } from '../support/handlers/local-resources.ts';
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

  it('let SNS deliver to a queue only if their policy and that of the queue name SNS', async () => {
    const resources = new LocalResources(aws.endpoint);
    const { TopicArn = '' } = await resources.sns.send(new CreateTopicCommand({ Name: 'delivers' }));
    const [receiver, deadLetters] = [
      await resources.createReceiver(TopicArn, 'receiver'),
      await resources.createReceiver(TopicArn, 'dead-letters'),
    ];
    await resources.sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: receiver.arn,
        Attributes: {
          RawMessageDelivery: 'true',
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn }),
        },
      }),
    );
    const publish = async (Attributes: Record<string, string>, QueueUrl = receiver.url) => {
      await resources.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      await resources.sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
      const counts = [receiver, deadLetters].map(async ({ url }) => (await resources.drain(url)).length);
      return await Promise.all(counts);
    };
    const forSns = {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Principal: { Service: 'sns.amazonaws.com' },
    };
    expect(await publish({})).toEqual([1, 0]);
    expect(await publish({ KmsMasterKeyId: await createKey(ROOT) })).toEqual([0, 1]);
    expect(await publish({ KmsMasterKeyId: 'alias/aws/sqs' })).toEqual([0, 1]);
    expect(await publish({ KmsMasterKeyId: await createKey(ROOT, forSns) })).toEqual([1, 0]);
    expect(await publish({ Policy: '' })).toEqual([0, 1]);
    expect(await publish({ Policy: '' }, deadLetters.url)).toEqual([0, 0]);
  });

  it('are used for a caller only if both its role and their policy allow it', async () => {
    const isolated = await aws.fork();
    const assume = await prepareRoles(isolated);
    const denied = { name: expect.stringMatching(/^AccessDenied/) };
    const refused = async (calls: Record<string, () => Promise<unknown>>) => {
      const names: string[] = [];
      for (const [name, call] of Object.entries(calls))
        await call().catch((error: unknown) => {
          expect(error).toMatchObject(denied);
          names.push(name);
        });
      return names;
    };
    const reads = ['receive', 'get'];
    const writes = ['send', 'publish', 'put'];
    expect((await refused(await assume('without', []))).sort()).toEqual([...reads, ...writes].sort());
    expect(await refused(await assume('reads', ['kms:Decrypt']))).toEqual(writes);
    const both = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect(await refused(await assume('both', both))).toEqual([]);
    // A queue is written to with a data key that the caller decrypts; an object is not.
    expect(await refused(await assume('generates', ['kms:GenerateDataKey']))).toEqual([
      'send',
      'publish',
      ...reads,
    ]);
    const ofQueue = { StringLike: { 'kms:EncryptionContext:aws:sqs:arn': '*:secret-queue' } };
    expect(await refused(await assume('of-queue', both, ofQueue))).toEqual(['publish', 'put', 'get']);
    const ofBucket = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::secret-bucket' } };
    expect(await refused(await assume('of-bucket', both, ofBucket))).toEqual(['send', 'publish', 'receive']);
    const ofObject = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::secret-bucket/*' } };
    // The bucket key has the bucket's context.
    expect(await refused(await assume('of-object', both, ofObject))).toEqual([...writes, ...reads]);
    await isolated.stop();
  });

  type Calls = Readonly<Record<'send' | 'publish' | 'put' | 'receive' | 'get', () => Promise<unknown>>>;

  /** A queue, a topic and a bucket under one key, and roles that may use all, with some permissions on keys. */
  async function prepareRoles(
    local: LocalAws,
  ): Promise<(RoleName: string, keyActions: readonly string[], condition?: object) => Promise<Calls>> {
    const [Bucket, QueueName, Name] = ['secret-bucket', 'secret-queue', 'secret-topic'];
    const Policy = JSON.stringify({ Version, Statement: [ROOT] });
    const { KeyMetadata } = await local.client(KMSClient).send(new CreateKeyCommand({ Policy }));
    const KMSMasterKeyID = KeyMetadata?.Arn ?? '';
    const Attributes = { KmsMasterKeyId: KMSMasterKeyID };
    const { QueueUrl } = await local
      .client(SQSClient)
      .send(new CreateQueueCommand({ QueueName, Attributes }));
    const { TopicArn } = await local.client(SNSClient).send(new CreateTopicCommand({ Name, Attributes }));
    const s3 = local.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID };
    const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }];
    const ServerSideEncryptionConfiguration = { Rules };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    return async (RoleName, keyActions, condition = {}) => {
      await local.enforceIam(false);
      const iam = local.client(IAMClient);
      const role = { RoleName, AssumeRolePolicyDocument: TRUST_POLICY };
      const { Role } = await iam.send(new CreateRoleCommand(role));
      const Statement = [
        { Effect: 'Allow', Action: ['sqs:*', 'sns:*', 's3:*'], Resource: '*' },
        { Effect: 'Allow', Action: keyActions, Resource: '*', Condition: condition },
      ].filter(({ Action }) => Action.length > 0);
      const PolicyDocument = JSON.stringify({ Version, Statement });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
      const options = { credentials: await local.assumeRole(Role?.Arn ?? '') };
      await local.enforceIam(true);
      const own = { sqs: local.client(SQSClient, options), sns: local.client(SNSClient, options) };
      const ownS3 = local.client(S3Client, options);
      return {
        send: () => own.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' })),
        publish: () => own.sns.send(new PublishCommand({ TopicArn, Message: 'm' })),
        put: () => ownS3.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x' })),
        receive: () => own.sqs.send(new ReceiveMessageCommand({ QueueUrl })),
        get: () => ownS3.send(new GetObjectCommand({ Bucket, Key: 'k' })),
      };
    };
  }
});
