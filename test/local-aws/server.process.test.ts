// The behaviour of the server, without Terraform.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  APIGatewayClient,
  GetRestApiCommand,
  GetStageCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, ListAnomaliesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNobody } from '../support/deployment/as-nobody.ts';
import { makeApi } from '../support/deployment/made-by-hand.ts';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

const EMPTY_ZIP = zipSync({ 'index.js': new Uint8Array() });

async function createRole(aws: LocalAws, RoleName: string, Statement: readonly object[]): Promise<string> {
  const iam = aws.client(IAMClient);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  return Role?.Arn ?? '';
}

describeWithTools('the local AWS server', [MOTO], () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws?.stop());

  async function createBucket(Bucket: string): Promise<S3Client> {
    const s3 = aws.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket }));
    return s3;
  }

  it.each([
    ['sts', 'me-central-1', 'InvalidClientTokenId'],
    ['sts', 'us-gov-west-1', 'InvalidClientTokenId'],
    ['sqs', 'me-central-1', 'UnrecognizedClientException'],
  ])('%s in %s, which the account has not enabled, refuses its keys', async (service, region, name) => {
    const request =
      service === 'sts'
        ? aws.client(STSClient, { region }).send(new GetCallerIdentityCommand())
        : aws.client(SQSClient, { region }).send(new CreateQueueCommand({ QueueName: 'q' }));
    await expect(request).rejects.toMatchObject({ name });
  });

  it('copies a source only while its ETag is the expected one', async () => {
    const Bucket = 'copies';
    const s3 = await createBucket(Bucket);
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'first' }));
    const copy = () =>
      s3.send(
        new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/a%20b`, CopySourceIfMatch: ETag }),
      );

    await expect(copy()).resolves.toBeDefined();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'second' }));
    await expect(copy()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('does not overwrite a target with If-None-Match', async () => {
    const Bucket = 'free-targets';
    const s3 = await createBucket(Bucket);
    const copy = (source: string) =>
      s3.send(
        new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/${source}`, IfNoneMatch: '*' }),
      );
    for (const Key of ['a', 'b']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));

    await copy('a');
    await expect(copy('b')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'c' }));
    expect(await Body?.transformToString()).toBe('a');
  });

  it('refuses keys of more than 1,024 bytes and metadata of more than 2 KB, also in copies', async () => {
    const Bucket = 'limits';
    const s3 = await createBucket(Bucket);
    const put = (Key: string, filler: number) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Metadata: { a: 'x'.repeat(filler) } }));
    const copy = (Key: string, Metadata?: Record<string, string>) =>
      s3.send(
        new CopyObjectCommand({
          Bucket,
          Key,
          CopySource: `${Bucket}/full`,
          ...(Metadata ? { Metadata, MetadataDirective: 'REPLACE' } : {}),
        }),
      );
    const tooLong = `${'ü'.repeat(512)}x`;

    await put('ü'.repeat(512), 1);
    await expect(put(tooLong, 1)).rejects.toMatchObject({ name: 'KeyTooLongError' });
    await put('full', 2_047);
    await expect(put('fuller', 2_048)).rejects.toMatchObject({ name: 'MetadataTooLarge' });
    await copy('kept');
    await expect(copy(tooLong)).rejects.toMatchObject({ name: 'KeyTooLongError' });
    const metadata = { a: 'x'.repeat(2_000), b: 'x'.repeat(47) };
    await expect(copy('added', metadata)).rejects.toMatchObject({ name: 'MetadataTooLarge' });
  });

  it('refuses to read archived objects and objects of a customer key', async () => {
    const Bucket = 'locked';
    const s3 = await createBucket(Bucket);
    const key = Buffer.alloc(32, 'k');
    const customerKey = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    };
    await s3.send(new PutObjectCommand({ Bucket, Key: 'own', Body: 'x', ...customerKey }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x', StorageClass: 'DEEP_ARCHIVE' }));
    const get = (Key: string, options = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...options }));
    const head = (Key: string, options = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...options }));
    const copy = (source: string) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${source}` }));
    const refusal = (httpStatusCode: number, name?: string) =>
      expect.objectContaining({
        $metadata: expect.objectContaining({ httpStatusCode }),
        ...(name === undefined ? {} : { name }),
      });

    await expect(head('own')).rejects.toEqual(refusal(400));
    await expect(get('own')).rejects.toEqual(refusal(400, 'InvalidRequest'));
    await expect(copy('own')).rejects.toEqual(refusal(400, 'InvalidRequest'));
    await expect(head('own', customerKey)).resolves.toMatchObject({ ContentLength: 1 });
    await expect(get('own', customerKey)).resolves.toBeDefined();
    await expect(head('old')).resolves.toMatchObject({ StorageClass: 'DEEP_ARCHIVE' });
    await expect(get('old')).rejects.toEqual(refusal(403, 'InvalidObjectState'));
    await expect(copy('old')).rejects.toEqual(refusal(403, 'ObjectNotInActiveTierError'));
  });

  it('encrypts every bucket', async () => {
    const s3 = await createBucket('encrypted');
    const { ServerSideEncryptionConfiguration } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket: 'encrypted' }),
    );
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
  });

  it('tags APIs and stages that exist', async () => {
    const gateway = aws.client(APIGatewayClient);
    const { id: restApiId } = await makeApi(aws, 'arn:aws:lambda:us-east-1:123456789012:function:any');
    const api = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
    for (const resourceArn of [api, `${api}/stages/prod`]) {
      await gateway.send(new TagResourceCommand({ resourceArn, tags: { a: '1', b: '2' } }));
      await gateway.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    }
    expect((await gateway.send(new GetRestApiCommand({ restApiId }))).tags).toEqual({ b: '2' });
    const stage = await gateway.send(new GetStageCommand({ restApiId, stageName: 'prod' }));
    expect(stage.tags).toEqual({ b: '2' });
  });

  it('can empty a versioned bucket, including delete markers', async () => {
    const Bucket = 'versions';
    const s3 = await createBucket(Bucket);
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(DeleteMarkers).toHaveLength(1);
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).resolves.toBeDefined();
  });

  it('applies the conditions of a bucket policy', async () => {
    const Bucket = 'tls-only';
    const s3 = await createBucket(Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const deny = (isSecureTransport: string) =>
      s3.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:*',
                Resource: `arn:aws:s3:::${Bucket}/*`,
                Condition: { Bool: { 'aws:SecureTransport': isSecureTransport } },
              },
            ],
          }),
        }),
      );

    await deny('false');
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).resolves.toBeDefined();
    await deny('true');
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toThrow();
  });

  it('keeps the policy of a queue when other attributes are set', async () => {
    const sqs = aws.client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'sqs:*' }],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '7' } }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );

    expect(Attributes).toMatchObject({ VisibilityTimeout: '7' });
    expect(JSON.parse(Attributes?.Policy ?? '')).toEqual(JSON.parse(Policy));
  });

  it('wakes a long poll when a message arrives', async () => {
    const sqs = aws.client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }));
    const startedAtMs = Date.now();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));

    expect((await waiting).Messages?.map((message) => message.Body)).toEqual(['hello']);
    expect(Date.now() - startedAtMs).toBeLessThan(15_000);
  });

  it('returns access errors in the format of the service', async () => {
    const isolated = await aws.fork();
    const credentials = await createNobody(isolated);
    await isolated.enforceIam(true);
    const put = new PutItemCommand({ TableName: 't', Item: {} });
    const get = new GetObjectCommand({ Bucket: 'b', Key: 'k' });

    const fromDynamoDb = isolated.client(DynamoDBClient, { credentials }).send(put);
    await expect(fromDynamoDb).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const fromS3 = isolated.client(S3Client, { credentials }).send(get);
    await expect(fromS3).rejects.toMatchObject({ name: 'AccessDenied' });
    await isolated.stop();
  });

  it('refuses variables and layers of a function that AWS refuses, and layers without permission', async () => {
    const isolated = await aws.fork();
    const Role = await createRole(isolated, 'deployer', [
      { Effect: 'Allow', Action: ['lambda:CreateFunction', 'iam:PassRole'], Resource: '*' },
    ]);
    const lambda = isolated.client(LambdaClient);
    const { LayerVersionArn = '' } = await lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'tracing', Content: { ZipFile: EMPTY_ZIP } }),
    );
    const create = (Variables: Record<string, string>, Layers: string[] = []) =>
      new CreateFunctionCommand({
        FunctionName: 'f',
        Role,
        Code: { ZipFile: EMPTY_ZIP },
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Environment: { Variables },
        Layers,
      });
    const elsewhere = LayerVersionArn.replace('us-east-1', 'eu-west-1');

    await expect(lambda.send(create({ AWS_REGION: 'x' }))).rejects.toThrow(/Reserved keys.*AWS_REGION/);
    await expect(lambda.send(create({ LONG: 'x'.repeat(4086) }))).rejects.toThrow(/4KB limit/);
    await expect(lambda.send(create({}, [elsewhere]))).rejects.toThrow(/same region/);
    await expect(lambda.send(create({}, [LayerVersionArn, `${LayerVersionArn}1`]))).rejects.toThrow(
      /Two different versions/,
    );
    const deployer = isolated.client(LambdaClient, { credentials: await isolated.assumeRole(Role) });
    await isolated.enforceIam(true);
    await expect(deployer.send(create({}, [LayerVersionArn]))).rejects.toThrow(/not authorized/);
    await isolated.enforceIam(false);
    await lambda.send(create({ LONG: 'x'.repeat(4085) }, [LayerVersionArn]));
    await isolated.stop();
  });

  it('answers a request line that it cannot read with a status', async () => {
    const socket = connect(Number(new URL(aws.endpoint).port), '127.0.0.1');
    socket.end('GET /with blanks HTTP/1.1\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses an unimplemented action at once, with its name', async () => {
    const call = aws.client(CloudWatchLogsClient).send(new ListAnomaliesCommand({}));

    await expect(call).rejects.toThrow('The local AWS does not implement this');
  });

  it('ends, with all its forks, when the process that started it ends', async () => {
    const server = spawn('python3', [fileURLToPath(new URL('./server/server.py', import.meta.url))], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { port } = JSON.parse(line) as { port: number };
    const forked = await fetch(`http://127.0.0.1:${port}/moto-api/fork`, { method: 'POST' });
    const fork = (await forked.json()) as { port: number };
    const resources = `http://127.0.0.1:${fork.port}/moto-api/resources`;
    expect(await (await fetch(resources)).json()).toEqual([]);

    // The operating system also closes the pipe when a process is killed.
    server.stdin.end();
    await once(server, 'exit');
    await expect(fetchUntilRefused(resources)).resolves.toBe('refused');
  });
});

async function fetchUntilRefused(url: string): Promise<string> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (!isUp) return 'refused';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return 'still up';
}
