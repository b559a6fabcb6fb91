// The main flow with the shipped spec: generate, apply, post a signed webhook, upload audio, find both results, destroy.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APIGatewayClient, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audioTooShort, type SonotheiaApi, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { createWav } from '../../scripts/local/wav.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { listForbiddenCalls } from '../support/deployment/forbidden-calls.ts';
import { generateOutput, PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { waitFor } from '../support/deployment/poll.ts';
import {
  actionsOf,
  type PolicyDocument,
  processUploads,
  type RoleWork,
  receiveWebhooks,
  runWithout,
  writeLog,
} from '../support/deployment/role-work.ts';
import { postWebhook } from '../support/deployment/webhooks.ts';
import { LocalResources } from '../support/handlers/local-resources.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const API_KEY = 'canary-api-key-5e3b';
const WEBHOOK_SECRET = 'canary-webhook-secret-91c7';

describeWithTools('the dev environment of the shipped spec', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let api: SonotheiaApi;
  let terraform: TerraformWorkdir;
  let apply: { varFile: string; vars: Record<string, string> };
  let listenerUrl: string;

  beforeAll(async () => {
    aws = await startLocalAws();
    api = await startSonotheiaApi(API_KEY);
    terraform = await createTerraformWorkdir({
      outDir: await generateOutput(),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: API_KEY, TF_VAR_webhook_secret: WEBHOOK_SECRET },
    });
    apply = { varFile: 'dev.tfvars', vars: { sonotheia_api_url: api.url } };
    await terraform.init();
    await terraform.apply(apply);
    // From here on, each function may only do what its role allows.
    await aws.enforceIam(true);
  });

  afterAll(async () => {
    await terraform?.remove();
    await api?.stop();
    await aws?.stop();
  });

  test('a plan right after the apply is empty', async () => {
    const plan = await terraform.plan(apply);
    expect(plan.hasChanges, plan.text).toBe(false);
  });

  test('the outputs have the documented shape', async () => {
    expect(await terraform.output()).toMatchObject({
      webhook_url: expect.stringMatching(
        /^https:\/\/[a-z0-9]+\.execute-api\.us-east-1\.amazonaws\.com\/prod\/webhook$/,
      ),
      s3_bucket_name: 'sonotheia-example-audio-dev',
      dynamodb_table_name: 'sonotheia-example-sessions-dev',
      s3_bucket_names: { 'us-east-1': 'sonotheia-example-audio-dev' },
      log_group_names: [
        '/aws/lambda/sonotheia-webhook-handler-dev',
        '/aws/lambda/sonotheia-audio-processor-dev',
        '/aws/apigateway/sonotheia-example-dev',
      ],
    });
  });

  test('no secret is in the state', async () => {
    const state = await readFile(join(terraform.path, 'terraform.tfstate'), 'utf8');
    expect(state).toContain('sonotheia-api-key-dev');
    expect(state).not.toContain(API_KEY);
    expect(state).not.toContain(WEBHOOK_SECRET);
  });

  test('each function has its own role, settings and code', async () => {
    const lambda = aws.client(LambdaClient);
    for (const [name, folder] of [
      ['sonotheia-webhook-handler-dev', 'webhook_handler'],
      ['sonotheia-audio-processor-dev', 'audio_processor'],
    ] as const) {
      const { Configuration: deployed } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
      const zip = await readFile(join(terraform.path, 'lambda', `${folder}.zip`));
      expect(deployed).toMatchObject({
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 30,
        Architectures: ['arm64'],
        CodeSize: zip.byteLength,
        Environment: {
          Variables: {
            SONOTHEIA_PROJECT: 'sonotheia-example',
            SONOTHEIA_ENVIRONMENT: 'dev',
            SESSIONS_TABLE_NAME: 'sonotheia-example-sessions-dev',
            POWERTOOLS_SERVICE_NAME: folder,
          },
        },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: `/aws/lambda/${name}` },
      });
      const { PolicyNames } = await aws
        .client(IAMClient)
        .send(new ListRolePoliciesCommand({ RoleName: deployed?.Role?.split('/').at(-1) }));
      expect(PolicyNames).toHaveLength(1);
    }
  });

  test('GET /health answers as documented', async () => {
    const { health_url } = await terraform.output();
    const response = await fetch(aws.apiUrl(String(health_url)));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  test('a results listener can be subscribed', async () => {
    const { results_topic_arn } = await terraform.output();
    const resources = new LocalResources(aws.endpoint, aws.credentials);
    listenerUrl = await resources.subscribeQueue(String(results_topic_arn), 'listener');
    expect(listenerUrl).toContain('listener');
  });

  test('a signed webhook is stored and announced, a forged one refused', async () => {
    const { webhook_url } = await terraform.output();
    const url = aws.apiUrl(String(webhook_url));
    const sample = await readFile(join(PROJECT_ROOT, 'scripts/local/events/deepfake.completed.json'), 'utf8');
    const body = sample.replace(/("timestamp": ")[^"]+/, `$1${new Date().toISOString()}`);
    const { event_id, data } = JSON.parse(body) as { event_id: string; data: { session_id: string } };

    const forged = await postWebhook(url, body, 'not the secret');
    expect(forged.status).toBe(401);
    expect(await queryEvents(data.session_id)).toEqual([]);

    const accepted = await postWebhook(url, body, WEBHOOK_SECRET);
    expect({ status: accepted.status, body: await accepted.json() }).toEqual({
      status: 200,
      body: { status: 'success', event_id },
    });
    const repeated = await postWebhook(url, body, WEBHOOK_SECRET);
    expect(repeated.status).toBe(200);

    const items = await queryEvents(data.session_id);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      event_type: 'deepfake.completed',
      event_id,
      data: { score: 0.82, label: 'likely_synthetic' },
      risk: 'high',
      test: false,
      ttl: expect.any(Number),
      status: 'announced',
    });
    const message = await receiveMessage((text) => text.includes(event_id));
    expect(message).not.toContain('audio_metadata');
    const source = { project: 'sonotheia-example', environment: 'dev', region: 'us-east-1' };
    expect(JSON.parse(JSON.parse(message).Message)).toMatchObject({
      schema_version: '1',
      source,
      test: false,
    });
  });

  test('the stage answers throttled requests with 503, which the sender retries', async () => {
    const { webhook_url } = await terraform.output();
    const limit = (rate: number, burst: number) =>
      aws.client(APIGatewayClient, { region: 'us-east-1' }).send(
        new UpdateStageCommand({
          restApiId: /\/\/([a-z0-9]+)\./.exec(String(webhook_url))?.[1] ?? '',
          stageName: 'prod',
          patchOperations: [
            { op: 'replace', path: '/*/*/throttling/rateLimit', value: String(rate) },
            { op: 'replace', path: '/*/*/throttling/burstLimit', value: String(burst) },
          ],
        }),
      );
    await limit(0.001, 1);
    const post = () => postWebhook(aws.apiUrl(String(webhook_url)), '{}', WEBHOOK_SECRET);
    expect((await post()).status).toBe(400);
    const throttled = await post();
    expect([throttled.status, throttled.headers.get('retry-after'), await throttled.json()]).toEqual([
      503,
      '5',
      { status: 'error', error: 'service_unavailable' },
    ]);
    await limit(50, 100);
    expect((await post()).status).toBe(400);
  });

  test('an upload is scored, stored, filed and announced', async () => {
    const s3 = aws.client(S3Client, { region: 'us-east-1' });
    const Bucket = 'sonotheia-example-audio-dev';
    const wav = createWav(4);
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'incoming/calls/a b+c.wav',
        Body: wav,
        ContentType: 'audio/wav',
        Metadata: { 'session-id': 'sess_upload_1' },
      }),
    );

    const items = await waitFor('the result in the table', async () => {
      const found = await queryEvents('sess_upload_1');
      return found.length > 0 ? found : undefined;
    });
    expect(items).toHaveLength(1);
    const filed = await waitFor('the moved file', async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      const keys = Contents.map(({ Key }) => Key);
      return keys.includes('incoming/calls/a b+c.wav') ? undefined : keys;
    });
    expect(filed).toEqual(['processed/calls/a b+c.wav']);
    const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'processed/calls/a b+c.wav' }));
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(Buffer.from(wav));
    expect(await receiveMessage((text) => text.includes('sess_upload_1'))).toContain('score');
    expect(api.requests.map(({ path }) => path)).toEqual(['/v1/voice/deepfake']);
  });

  test('an upload that the API refuses is recorded and moved to rejected/', async () => {
    const s3 = aws.client(S3Client);
    const Bucket = 'sonotheia-example-audio-dev';
    api.answerNext(audioTooShort());
    const Metadata = { 'session-id': 'sess_short' };
    await s3.send(new PutObjectCommand({ Bucket, Key: 'incoming/short.wav', Body: createWav(1), Metadata }));
    const keys = await waitFor('the rejected file', async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'rejected/' }));
      return Contents.length > 0 ? Contents.map(({ Key }) => Key) : undefined;
    });
    expect(keys).toEqual(['rejected/short.wav']);
    const items = await waitFor('the announced rejection', async () => {
      const found = await queryEvents('sess_short');
      return found[0]?.status === 'announced' ? found : undefined;
    });
    expect(items).toMatchObject([{ event_type: 'audio.rejected' }]);
    expect(JSON.stringify(items)).toContain('AUDIO_TOO_SHORT');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'rejected/short.wav' }));
  });

  test.each([
    ['webhook', 'sonotheia-webhook-handler-dev'],
    ['audio', 'sonotheia-audio-processor-dev'],
  ] as const)('the role of the %s function allows nothing beyond its work', async (kind, functionName) => {
    const { Configuration } = await aws
      .client(LambdaClient)
      .send(new GetFunctionCommand({ FunctionName: functionName }));
    const credentials = await aws.assumeRole(Configuration?.Role ?? '');
    const calls = listForbiddenCalls(aws, credentials, await terraform.output())[kind];
    expect(calls.length).toBeGreaterThan(15);
    for (const [what, send] of calls) {
      const answer = await send().then(
        () => 'allowed',
        (error: Error) => error.name,
      );
      expect(answer, what).toMatch(/AccessDenied|AuthorizationError/);
    }
  });

  test.each(['webhook', 'audio'] as const)(
    'the role of the %s function needs each of its actions',
    async (kind) => {
      const work = (await readRoleWork())[kind];
      expect(await runWithout(aws, work, undefined)).toBeUndefined();
      const actions = actionsOf(work.policy);
      expect(actions.length).toBeGreaterThan(7);
      for (const action of actions) expect(await runWithout(aws, work, action), action).toBeDefined();
    },
  );

  test('the logs contain neither secret', () => {
    const logs = [
      ...aws.logs('sonotheia-webhook-handler-dev'),
      ...aws.logs('sonotheia-audio-processor-dev'),
    ].join('\n');
    expect(logs).not.toBe('');
    expect(logs).not.toContain(API_KEY);
    expect(logs).not.toContain(WEBHOOK_SECRET);
  });

  test('destroy leaves no resources', async () => {
    await aws
      .client(S3Client)
      .send(
        new DeleteObjectCommand({ Bucket: 'sonotheia-example-audio-dev', Key: 'processed/calls/a b+c.wav' }),
      );
    await aws.client(SQSClient).send(new DeleteQueueCommand({ QueueUrl: listenerUrl }));
    await terraform.destroy(apply);
    expect(await aws.listResources()).toEqual([]);
  });

  async function readRoleWork(): Promise<Record<'webhook' | 'audio', RoleWork>> {
    const outputs = await terraform.output();
    const url = String(outputs.webhook_url);
    const deadLetterUrl = await findQueue('sonotheia-example-webhook-dlq-dev');
    const queueUrl = await findQueue('sonotheia-example-audio-dev');
    const bucket = 'sonotheia-example-audio-dev';
    const webhook = await readRole('sonotheia-webhook-handler-dev');
    const audio = await readRole('sonotheia-audio-processor-dev');
    return {
      webhook: {
        ...webhook,
        async run(copy, role) {
          await writeLog(copy, role, webhook.functionName);
          return await receiveWebhooks(copy, role, { url, secret: WEBHOOK_SECRET, deadLetterUrl });
        },
      },
      audio: {
        ...audio,
        async run(copy, role) {
          const { functionName } = audio;
          await writeLog(copy, role, functionName);
          return await processUploads(copy, role, { functionName, bucket, queueUrl });
        },
      },
    };
  }

  async function readRole(functionName: string): Promise<Omit<RoleWork, 'run'>> {
    const { Configuration } = await aws
      .client(LambdaClient)
      .send(new GetFunctionCommand({ FunctionName: functionName }));
    const roleArn = Configuration?.Role ?? '';
    const roleName = roleArn.split('/').at(-1) ?? '';
    const iam = aws.client(IAMClient);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: roleName }));
    const policyName = PolicyNames[0] ?? '';
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName }),
    );
    const policy = JSON.parse(decodeURIComponent(PolicyDocument)) as PolicyDocument;
    return { functionName, roleName, roleArn, policyName, policy };
  }

  async function findQueue(QueueName: string): Promise<string> {
    const { QueueUrl = '' } = await aws.client(SQSClient).send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  }

  async function queryEvents(sessionId: string): Promise<Record<string, unknown>[]> {
    const documents = DynamoDBDocumentClient.from(aws.client(DynamoDBClient));
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: 'sonotheia-example-sessions-dev',
        KeyConditionExpression: 'session_id = :id',
        ExpressionAttributeValues: { ':id': sessionId },
      }),
    );
    return Items;
  }

  async function receiveMessage(isWanted: (text: string) => boolean): Promise<string> {
    return await waitFor('the published message', async () => {
      const { Messages = [] } = await aws
        .client(SQSClient)
        .send(new ReceiveMessageCommand({ QueueUrl: listenerUrl, MaxNumberOfMessages: 10 }));
      return Messages.map(({ Body }) => Body ?? '').find(isWanted);
    });
  }
});
