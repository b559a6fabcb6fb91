// The rate limit, an outage and a bad file together, in real time: the bundled function on a queue of the local AWS,
// polled as Lambda polls it.
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildPackage } from '../../scripts/local/bundled-function.ts';
import {
  API_KEY,
  type SonotheiaApi,
  serverError,
  startSonotheiaApi,
} from '../../scripts/local/sonotheia-api.ts';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { LocalResources } from '../../test/support/handlers/local-resources.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';

const FILES_AT_ONCE = 30;
const MAX_FILES = 120;
const CALLS_A_MINUTE = 300;
const INTERVAL_MS = 60_000 / CALLS_A_MINUTE;
/** A busy machine may delay calls by more than a second, so that this many arrive together. */
const JITTER_CALLS = 8;
const FAILING_CALLS = 6;
const MAX_ATTEMPTS = 2;
const TIMEOUT_SECONDS = 6;
const FUNCTION = 'audio-processor';
const ROLE = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

describeWithTools('a queue that is polled', [MOTO], () => {
  let aws: LocalAws;
  let api: SonotheiaApi;
  let resources: LocalResources;
  let queue: { url: string; arn: string };
  let deadLetters: { url: string; arn: string };

  beforeAll(async () => {
    aws = await startLocalAws({ retryDelaySeconds: 1 });
    api = await startSonotheiaApi(API_KEY);
    resources = new LocalResources(aws.endpoint);
    await resources.createTable('sessions');
    await resources.createBucket('uploads');
    queue = await withArn(await resources.createUploadQueue('uploads', 'uploads'));
    const { QueueUrl = '' } = await resources.sqs.send(new CreateQueueCommand({ QueueName: 'uploads-dlq' }));
    deadLetters = await withArn(QueueUrl);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1_000 });
    const Attributes = { RedrivePolicy, VisibilityTimeout: String(6 * TIMEOUT_SECONDS) };
    await resources.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }));
    await deploy();
  });

  afterAll(async () => {
    await aws?.stop();
    await api?.stop();
  });

  async function withArn(url: string): Promise<{ url: string; arn: string }> {
    const { Attributes } = await resources.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    return { url, arn: Attributes?.QueueArn ?? '' };
  }

  /** Created without an event source mapping, so that the uploads wait in the queue. */
  async function deploy(): Promise<void> {
    const role = await aws
      .client(IAMClient)
      .send(new CreateRoleCommand({ RoleName: FUNCTION, AssumeRolePolicyDocument: JSON.stringify(ROLE) }));
    const { topicArn } = await resources.createTopic('results');
    await aws.client(LambdaClient).send(
      new CreateFunctionCommand({
        FunctionName: FUNCTION,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: role.Role?.Arn,
        Timeout: TIMEOUT_SECONDS,
        MemorySize: 512,
        Code: { ZipFile: await buildPackage('audio_processor') },
        Environment: {
          Variables: {
            SONOTHEIA_PROJECT: 'test',
            SONOTHEIA_ENVIRONMENT: 'test',
            SESSIONS_TABLE_NAME: 'sessions',
            RESULTS_TOPIC_ARN: topicArn,
            AUDIO_BUCKET_NAME: 'uploads',
            AUDIO_DLQ_URL: deadLetters.url,
            SONOTHEIA_API_URL: api.url,
            SONOTHEIA_API_KEY_SECRET_ID: await resources.createSecret(
              'key',
              JSON.stringify({ api_key: API_KEY }),
            ),
            API_REQUESTS_PER_MINUTE: String(CALLS_A_MINUTE),
            MAX_ATTEMPTS: String(MAX_ATTEMPTS),
            POWERTOOLS_SERVICE_NAME: 'audio_processor',
            POWERTOOLS_METRICS_NAMESPACE: 'Sonotheia',
          },
        },
      }),
    );
  }

  async function startPolling(): Promise<void> {
    await aws.client(LambdaClient).send(
      new CreateEventSourceMappingCommand({
        FunctionName: FUNCTION,
        EventSourceArn: queue.arn,
        BatchSize: 5,
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
  }

  async function countMessages(QueueUrl: string): Promise<number> {
    const { Attributes } = await resources.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  async function upload(name: string): Promise<void> {
    const object = { Bucket: 'uploads', Key: `incoming/${name}`, Body: `RIFF${name}` };
    await resources.s3.send(new PutObjectCommand(object));
  }

  function countAnswers(status: number): number {
    return api.requests.filter(({ answeredStatus }) => answeredStatus === status).length;
  }

  /** The highest number of calls in any window of `turns` intervals. */
  function countMostCalls(turns: number): number {
    const times = api.requests.map(({ receivedAtMs }) => receivedAtMs).sort((a, b) => a - b);
    const spans = times.map(
      (startMs) => times.filter((ms) => ms >= startMs && ms < startMs + turns * INTERVAL_MS).length,
    );
    return Math.max(...spans);
  }

  test('every good file is scored despite the limit and an outage; only the bad one is given up', async () => {
    const names = Array.from({ length: FILES_AT_ONCE }, (_, index) => `call-${index}.wav`);
    // The API receives no names, only types: every file of this type fails.
    const bad = 'bad.flac';
    api.answerFile('audio.flac', ...Array.from({ length: 100 }, () => serverError(500)));
    api.answerNext(...Array.from({ length: FAILING_CALLS }, () => serverError(503)));
    for (const name of names) await upload(name);
    await startPolling();
    await vi.waitFor(() => expect(countAnswers(200)).toBeGreaterThan(0), { timeout: 60_000, interval: 100 });
    await upload(bad);
    // Successes of other files distinguish the bad file from a failing API.
    while ((await countMessages(deadLetters.url)) === 0 && names.length < MAX_FILES) {
      await sleep(500);
      names.push(`later-${names.length}.wav`);
      await upload(names.at(-1) ?? '');
    }
    await vi.waitFor(async () => expect(await countMessages(queue.url)).toBe(0), {
      timeout: 60_000,
      interval: 200,
    });

    const scored = (await resources.scanEvents('sessions')).map(({ data }) => data?.M?.key?.S).sort();
    expect(scored, aws.logs(FUNCTION).join('\n')).toEqual(names.map((name) => `incoming/${name}`).sort());
    const letters = await resources.drain(deadLetters.url);
    expect(letters.map((body) => /incoming\/[\w.-]+/.exec(body)?.[0])).toEqual([`incoming/${bad}`]);
    expect(countAnswers(503)).toBe(FAILING_CALLS);
    for (const turns of [10, 30]) {
      expect(countMostCalls(turns)).toBeLessThanOrEqual(turns + JITTER_CALLS);
    }
  });
});
