// One apply of a small stack, then one fork of it per test.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  CopyObjectCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from './terraform.ts';

const STACK = fileURLToPath(new URL('./testdata/small-stack', import.meta.url));
const FUNCTION = 'small-stack-worker';
const BUCKET = 'small-stack-uploads';
const TABLE = 'small-stack-scores';

interface Outputs {
  readonly api_url: string;
  readonly role_arn: string;
  readonly topic_arn: string;
  readonly queue_url: string;
  readonly dead_letter_queue_url: string;
}

describeWithTools('a stack that real Terraform applied', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let original: LocalAws;
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  let outputs: Outputs;
  let leftovers: Promise<readonly string[]>;

  beforeAll(async () => {
    original = await startLocalAws();
    terraform = await createTerraformWorkdir({ outDir: STACK, localAws: original });
    const code = await readFile(path.join(STACK, 'function/index.js'));
    await writeFile(path.join(terraform.path, 'function.zip'), zipSync({ 'index.js': code }));
    await terraform.init();
    await terraform.apply();
    outputs = (await terraform.output()) as unknown as Outputs;
    // Started here, because it waits half a minute inside the provider while the other tests run.
    leftovers = destroyOnFork();
    leftovers.catch(() => {});
  }, 240_000);

  afterAll(async () => {
    await original?.stop();
    await terraform?.remove();
  });

  async function fork(): Promise<void> {
    aws = await original.fork();
  }

  async function destroyOnFork(): Promise<readonly string[]> {
    const fork = await original.fork();
    const copy = await terraform.copyFor(fork);
    await copy.destroy();
    await copy.remove();
    return fork.listResources();
  }

  /** Queue URLs in outputs carry the port of the AWS on which they were applied. */
  function onFork(url: string): string {
    return url.replace(original.endpoint, aws.endpoint);
  }

  async function countMessages(queueUrl: string): Promise<number> {
    const { Attributes } = await aws.client(SQSClient).send(
      new GetQueueAttributesCommand({
        QueueUrl: onFork(queueUrl),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  it('has an empty second plan, on a fork as well', async () => {
    await fork();
    const copy = await terraform.copyFor(aws);
    const plans = await Promise.all([terraform.plan(), copy.plan()]);
    await copy.remove();

    for (const { hasChanges, text } of plans) expect(hasChanges, text).toBe(false);
  });

  it('serves its API with the event of a proxy integration', async () => {
    await fork();
    const url = `${aws.apiUrl(outputs.api_url)}/echo?a=1&a=2`;
    const answer = await fetch(url, { method: 'POST', body: 'hällo', headers: { 'X-Case': 'kept' } });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-kind')).toBe('echo');
    expect(await answer.json()).toMatchObject({
      resource: '/echo',
      path: '/echo',
      httpMethod: 'POST',
      multiValueQueryStringParameters: { a: ['1', '2'] },
      body: 'hällo',
      isBase64Encoded: false,
      requestContext: { stage: 'prod', path: '/prod/echo' },
    });
  });

  it('answers like API Gateway without invoking the function', async () => {
    await fork();
    const base = aws.apiUrl(outputs.api_url);
    const call = async (url: string, method = 'POST'): Promise<[number, unknown]> => {
      const answer = await fetch(url, { method });
      return [answer.status, await answer.json()];
    };

    expect(await call(`${base}/nowhere`)).toEqual([403, { message: 'Missing Authentication Token' }]);
    expect(await call(`${base}/echo`, 'PUT')).toEqual([403, { message: 'Missing Authentication Token' }]);
    expect(await call(`${base.replace('/prod/', '/test/')}/echo`)).toEqual([403, { message: 'Forbidden' }]);
    // Its method exists, but the function's permission does not cover it.
    expect(await call(`${base}/forbidden`)).toEqual([500, { message: 'Internal server error' }]);
    expect(aws.logs(FUNCTION).join()).toContain('no permission to invoke from');
  });

  it('passes uploads through the queue, retries only failed ones, and moves them to the dead-letter queue', async () => {
    await fork();
    const s3 = aws.client(S3Client);
    for (const Key of ['incoming/a b+c/ü.wav', 'incoming/bad.wav', 'other/ignored.wav']) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'RIFF' }));
    }
    await vi.waitFor(async () => expect(await countMessages(outputs.dead_letter_queue_url)).toBe(1), {
      timeout: 60_000,
      interval: 100,
    });

    expect(
      aws
        .logs(FUNCTION)
        .map((line) => JSON.parse(line) as unknown)
        .sort(byText),
    ).toEqual([
      { key: 'incoming/a b+c/ü.wav', attempt: '1' },
      { key: 'incoming/bad.wav', attempt: '1' },
      { key: 'incoming/bad.wav', attempt: '2' },
      { key: 'incoming/bad.wav', attempt: '3' },
    ]);
    expect(await countMessages(outputs.queue_url)).toBe(0);
  });

  it('runs functions with their deployed settings, and new settings at once', async () => {
    await fork();
    const before = JSON.parse((await aws.invoke(FUNCTION, {})).payload) as Record<string, unknown>;
    const lambda = aws.client(LambdaClient);
    const Environment = { Variables: { GREETING: 'good evening' } };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: FUNCTION, Environment }));
    const through = await lambda.send(new InvokeCommand({ FunctionName: FUNCTION, Payload: '{}' }));
    const after = JSON.parse(through.Payload?.transformToString() ?? '') as Record<string, unknown>;

    expect(before).toMatchObject({ greeting: 'hello', region: 'us-east-1' });
    expect(before.accessKeyId).not.toBe(aws.credentials.accessKeyId);
    expect(before.remainingMs).toBeGreaterThan(2000);
    expect(after.greeting).toBe('good evening');
  });

  it('reports errors, exits and timeouts as Lambda does, and continues', async () => {
    await fork();
    const thrown = await aws.invoke(FUNCTION, { fail: 'out of luck' });
    const exited = await aws.invoke(FUNCTION, { fail: 'exit' });
    const late = await aws.invoke(FUNCTION, { sleepSeconds: 30 });
    const next = await aws.invoke(FUNCTION, {});

    expect([thrown.failed, exited.failed, late.failed, next.failed]).toEqual([true, true, true, false]);
    expect(JSON.parse(thrown.payload)).toMatchObject({ errorType: 'TypeError', errorMessage: 'out of luck' });
    expect(JSON.parse(exited.payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(JSON.parse(late.payload)).toMatchObject({ errorMessage: 'Task timed out after 3.00 seconds' });
  });

  it('runs concurrent invocations in separate sandboxes', async () => {
    await fork();
    const runs = await Promise.all([1, 2, 3].map(() => aws.invoke(FUNCTION, { sleepSeconds: 1 })));
    const processes = runs.map(({ payload }) => (JSON.parse(payload) as { pid?: number }).pid);
    const next = await aws.invoke(FUNCTION, {});

    // One after the other, they would share a process, as the next one does.
    expect(new Set(processes).size).toBe(3);
    expect(processes).toContain((JSON.parse(next.payload) as { pid?: number }).pid);
  });

  it('delivers what a subscription filters for', async () => {
    await fork();
    const publish = (score: string): Promise<unknown> =>
      aws.client(SNSClient).send(
        new PublishCommand({
          TopicArn: outputs.topic_arn,
          Message: `score ${score}`,
          MessageAttributes: {
            event_type: { DataType: 'String', StringValue: 'deepfake.completed' },
            score: { DataType: 'Number', StringValue: score },
          },
        }),
      );
    await Promise.all(['0.1', '0.93', '0.79'].map(publish));
    const { Messages } = await aws.client(SQSClient).send(
      new ReceiveMessageCommand({
        QueueUrl: onFork(outputs.dead_letter_queue_url),
        MaxNumberOfMessages: 10,
      }),
    );

    expect(Messages?.map((message) => message.Body)).toEqual(['score 0.93']);
  });

  it('refuses a notification to a queue that does not accept it', async () => {
    await fork();
    const QueueUrl = onFork(outputs.queue_url);
    const queue = await aws
      .client(SQSClient)
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'Policy'] }));
    const notify = (): Promise<unknown> =>
      aws.client(S3Client).send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: BUCKET,
          NotificationConfiguration: {
            QueueConfigurations: [{ QueueArn: queue.Attributes?.QueueArn, Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      );
    const policyOfAnother = queue.Attributes?.Policy?.replaceAll(`:::${BUCKET}`, ':::another') ?? '';

    await expect(notify()).resolves.toBeDefined();
    await aws
      .client(SQSClient)
      .send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policyOfAnother } }));
    await expect(notify()).rejects.toThrow('Unable to validate the following destination configurations');
  });

  it('with IAM enforcement, allows only what the role grants', async () => {
    await fork();
    const s3 = aws.client(S3Client);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'incoming/there.wav', Body: 'RIFF' }));
    await aws.enforceIam(true);
    const calls = callsUnder(aws, outputs, await aws.assumeRole(outputs.role_arn));

    for (const [name, call] of calls.allowed) await expect(call(), name).resolves.toBeDefined();
    for (const [name, call] of calls.denied)
      await expect(call(), name).rejects.toThrow(/denied|not authorized/i);

    await aws.enforceIam(false);
    const [, putUpload] = calls.denied.find(([name]) => name === 'put an upload') ?? [];
    await expect(putUpload?.()).resolves.toBeDefined();
  });

  it('with IAM enforcement, runs functions and polls queues with their role', async () => {
    await fork();
    await aws.enforceIam(true);
    await aws
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket: BUCKET, Key: 'incoming/good.wav', Body: 'RIFF' }));

    await vi.waitFor(() => expect(aws.logs(FUNCTION).join()).toContain('incoming/good.wav'), {
      timeout: 60_000,
    });
    await vi.waitFor(async () => expect(await countMessages(outputs.queue_url)).toBe(0), { timeout: 60_000 });
  });

  it('destroy leaves no resources, and does not affect the original of the fork', async () => {
    expect(await leftovers).toEqual([]);

    const untouched = await original.listResources();
    expect(untouched).toContain(`arn:aws:s3:::${BUCKET}`);
    expect(untouched.length).toBeGreaterThan(20);
  }, 120_000);
});

type Call = readonly [name: string, call: () => Promise<unknown>];

/** Calls with the credentials of the worker's role, which function.tf defines. */
function callsUnder(
  aws: LocalAws,
  outputs: Outputs,
  credentials: LocalAws['credentials'],
): { allowed: readonly Call[]; denied: readonly Call[] } {
  const s3 = aws.client(S3Client, { credentials });
  const dynamodb = aws.client(DynamoDBClient, { credentials });
  const secrets = aws.client(SecretsManagerClient, { credentials });
  const sns = aws.client(SNSClient, { credentials });
  const item = { id: { S: 'a' }, at: { N: '1' }, kind: { S: 'k' } };
  const get = (Key: string) => () => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  const put = (Key: string) => () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
  const copy = (source: string, Key: string) => () =>
    s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/${source}` }));
  const putItem = (TableName: string) => () => dynamodb.send(new PutItemCommand({ TableName, Item: item }));
  const transact = (TableName: string) => () =>
    dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item } }] }));
  const secret = (SecretId: string) => () => secrets.send(new GetSecretValueCommand({ SecretId }));
  const publish = (TopicArn: string) => () => sns.send(new PublishCommand({ TopicArn, Message: 'x' }));
  return {
    allowed: [
      ['get an upload', get('incoming/there.wav')],
      ['put a processed object', put('processed/a.wav')],
      ['copy', copy('incoming/there.wav', 'processed/there.wav')],
      ['put an item', putItem(TABLE)],
      ['put in a transaction', transact(TABLE)],
      ['read the secret', secret('small-stack-token')],
      ['publish', publish(outputs.topic_arn)],
    ],
    denied: [
      ['get a missing upload without ListBucket', get('incoming/missing.wav')],
      ['get a processed object', get('processed/a.wav')],
      ['put an upload', put('incoming/a.wav')],
      ['copy from elsewhere', copy('processed/there.wav', 'processed/again.wav')],
      ['another table', putItem('another-table')],
      ['another table in a transaction', transact('another-table')],
      ['another secret', secret('another-token')],
      ['another topic', publish(`${outputs.topic_arn}-2`)],
    ],
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a).localeCompare(JSON.stringify(b));
}
