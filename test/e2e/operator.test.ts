// The operators' commands on one environment: deploy, inspect, rotate, test, destroy.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audioTooShort, type SonotheiaApi, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { CUT_OFF } from '../support/cut-off.ts';
import { asNobody } from '../support/deployment/as-nobody.ts';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { startFaultyProxy } from '../support/handlers/faulty-proxy.ts';
import { LocalResources } from '../support/handlers/local-resources.ts';
import { type CommandRun, listWords, runOperator } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const API_KEY = 'canary-api-key-5e3b';
const WEBHOOK_SECRET = 'canary-webhook-secret-91c7';
const NEW_KEY = 'canary-api-key-two';
const BUCKET = 'acme-voice-audio-dev';
/** As for users: Terraform starts the provider, with its own credentials. */
const OWN_PROVIDER = { TF_REATTACH_PROVIDERS: undefined };
/** Two pages of S3's lists and deletions. */
const OBJECTS = 1_100;

const tag = (Key: string, Value: string) => ({ Key, Value });

describeWithTools("the operator's commands", [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let folder: string;
  let config: string;
  let aws: LocalAws;
  let api: SonotheiaApi;
  let terraform: TerraformWorkdir;
  /** The resources of dev. */
  let made: number;

  const writeSpec = (more = '', versioning = true): Promise<void> =>
    writeFile(
      config,
      `
project_name: acme-voice
terraform: { extra_files: [local_override.tf] } # points the providers to the local AWS
defaults:
  sonotheia_api_url: ${api.url}
  s3: { versioning: ${versioning} }
  dynamodb: { point_in_time_recovery: ${versioning} }
${more}
environments:
  dev: { regions: [us-east-1] }
  kept: { regions: [us-east-1], protected: true }
  elsewhere: { regions: [us-east-1], account_id: "999988887777" }
  crowded: { regions: [us-east-1], lambda: { reserved_concurrency: { audio_processor: 950 } } }
`,
    );
  const generate = (outDir: string, ...options: string[]) =>
    execa(process.execPath, ['generator/main.mjs', '--config', config, '--out', outDir, ...options], {
      cwd: PROJECT_ROOT,
    });
  const run = async (
    script: string,
    argv: string[],
    input = '',
    env: Record<string, string | undefined> = {},
  ): Promise<CommandRun> =>
    await runOperator(script, [...argv, '--config', config, '--out', terraform.path], {
      // The folder of temporary plan files.
      env: { ...aws.env, ...(await terraform.shareProvider()), TMPDIR: join(folder, 'tmp'), ...env },
      input,
    });
  const readKey = async (stage = 'AWSCURRENT'): Promise<string | undefined> => {
    const SecretId = 'sonotheia-api-key-dev';
    const client = aws.client(SecretsManagerClient);
    return (await client.send(new GetSecretValueCommand({ SecretId, VersionStage: stage }))).SecretString;
  };
  const readMark = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(terraform.path, '.sonotheia-stacks.json'), 'utf8')).environments.dev
      .deployed;
  const countVersions = async (): Promise<number> => {
    const page = await aws.client(S3Client).send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    return (page.Versions?.length ?? 0) + (page.DeleteMarkers?.length ?? 0);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operator-'));
    config = join(folder, 'sonotheia.config.yaml');
    await mkdir(join(folder, 'tmp'));
    aws = await startLocalAws();
    api = await startSonotheiaApi(API_KEY);
    await writeSpec();
    await generate(join(folder, 'out'));
    terraform = await createTerraformWorkdir({ outDir: join(folder, 'out'), localAws: aws });
  });
  afterAll(async () => {
    await terraform?.remove();
    await api?.stop();
    await aws?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['deploy', ['--env', 'dve'], {}, 'There is no environment dve. Did you mean dev?'],
    ['deploy', [], {}, 'Which environment?\n  fix: give --env with one of dev, kept, elsewhere, crowded'],
    ['deploy', ['--env', 'dev'], { ...CUT_OFF }, 'There are no AWS credentials.'],
    [
      'deploy',
      ['--all'],
      {},
      'The credentials are of the account 123456789012, but elsewhere is in 999988887777.',
    ],
    ['deploy', ['--env', 'dev'], {}, 'There is no API key for dev. Nothing was changed.'],
    ['smoke', ['--env', 'dev'], {}, 'dev is not deployed.'],
    ['smoke', ['--env', 'dev'], { ...CUT_OFF }, 'There are no AWS credentials.'],
    ['destroy', [], {}, 'Which environment?'],
    [
      'destroy',
      ['--env', 'kept'],
      {},
      'kept is protected. Nothing was changed.\n  why: The spec says `protected: true`',
    ],
    ['destroy', ['--env', 'dev'], { ...CUT_OFF }, 'There are no AWS credentials.'],
  ])('%s %j changes nothing and prints the reason', async (script, argv, env, message) => {
    const { exitCode, stderr } = await run(script, argv, '', env);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
    expect(await aws.listResources()).toEqual([]);
  });

  test('doctor reports each problem of a deployment with its fix', async () => {
    const Bucket = 'acme-voice-audio-dev';
    await aws.client(S3Client).send(new CreateBucketCommand({ Bucket }));
    const owner = await aws.assumeRole('arn:aws:iam::555566667777:role/owner');
    const foreign = aws.client(S3Client, { credentials: owner });
    await foreign.send(new CreateBucketCommand({ Bucket: 'acme-voice-audio-kept' }));
    const secrets = aws.client(SecretsManagerClient);
    const byHand = { Name: 'sonotheia-api-key-dev', SecretString: API_KEY };
    const { ARN } = await secrets.send(new CreateSecretCommand(byHand));
    const lock = join(terraform.path, '.terraform.tfstate.lock.info');
    const held = { ID: '1', Operation: 'OperationTypeApply', Who: 'a@b', Created: '2026-01-05T12:34:56Z' };
    await writeFile(lock, JSON.stringify(held));
    const { exitCode, stdout } = await run('doctor', []);
    await rm(lock);
    await secrets.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }));
    expect(stdout).toContain(`adopt: { us-east-1: { api_key_secret: "${ARN}" } }`);
    for (const finding of [
      /^warn {2}dev, lock of the state: locked by a@b since 2026-01-05 12:34 UTC \(terraform apply\), unless that was killed\n {6}fix: wait/m,
      /^FAIL {2}dev, us-east-1, API key: sonotheia-api-key-dev exists already, but Terraform's state does not have it\n {6}fix: in the environment dev: if it belongs to another project, `secrets: \{ api_key: \{ name: acme-voice-api-key-dev \} \}`; to keep it by hand, `secrets: \{ api_key: \{ source: existing \} \}`/m,
      /^ok {4}kept, lock of the state: not locked/m,
      /^ok {4}Terraform: 1\./m,
      /^ok {4}generated folder: /m,
      /^warn {2}AWS provider: no .*terraform.lock.hcl yet/m,
      /^ok {4}dev, credentials: arn:aws:iam::123456789012:user\//m,
      /^ok {4}dev, us-east-1, concurrency: the account may run 1000/m,
      /^FAIL {2}dev, us-east-1, bucket: acme-voice-audio-dev exists already, but Terraform's state does not have it\n {6}fix: take it over/m,
      /^FAIL {2}kept, us-east-1, bucket: acme-voice-audio-kept is another account's, or these credentials may not read it.*\n {6}fix: if it is yours/m,
      /^FAIL {2}kept, us-east-1, logging role: .*\n {6}fix: deploy the environment that does first/m,
      /^ok {4}dev, us-east-1, events: no table yet/m,
      /^warn {2}dev, us-east-1, webhook secret: not there yet/m,
      /^FAIL {2}elsewhere, credentials: The credentials are of the account 123456789012/m,
      /^FAIL {2}crowded, us-east-1, concurrency: .* 950 are to be reserved, and AWS keeps 100 free\n {6}fix: /m,
    ])
      expect(stdout).toMatch(finding);
    expect(stdout).not.toMatch(/elsewhere, us-east-1/);
    expect(exitCode).toBe(1);
    await foreign.send(new DeleteBucketCommand({ Bucket: 'acme-voice-audio-kept' }));
    await aws.client(S3Client).send(new DeleteBucketCommand({ Bucket }));
  });

  test('deploy creates nothing when the name of the bucket is taken', async () => {
    const owner = await aws.assumeRole('arn:aws:iam::555566667777:role/owner');
    const foreign = aws.client(S3Client, { credentials: owner });
    await foreign.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const secrets = { TF_VAR_sonotheia_api_key: API_KEY, TF_VAR_webhook_secret: WEBHOOK_SECRET };
    const { exitCode, stderr } = await run('deploy', ['--env', 'dev', '--yes'], '', secrets);
    expect(stderr).toContain(`${BUCKET} is another account's, or`);
    expect(stderr).toMatch(
      /Nothing was made\.\n {2}fix: if it is yours, .* else set `s3\.bucket_suffix: account-id`/,
    );
    expect(exitCode).toBe(1);
    expect(await readMark()).toBe('no');
    await foreign.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    expect(await aws.listResources()).toEqual([]);
  });

  test('deploy asks for secrets and the name, and creates everything', async () => {
    const input = `${API_KEY}\n${WEBHOOK_SECRET}\ndev\n`;
    const { exitCode, stdout, stderr } = await run('deploy', ['--env', 'dev'], input, OWN_PROVIDER);
    expect(exitCode, stderr).toBe(0);
    made = Number(/^dev:\n {2}\+ make (\d+)\n {6}module.us_east_1\[0\]: \1\n/.exec(stdout)?.[1]);
    expect(made).toBeGreaterThan(60);
    expect(stdout).toMatch(/dev: deployed\.\n {2}webhook in us-east-1: https:\/\/.*\/prod\/webhook$/);
    expect(stdout + stderr).not.toContain('canary');
    expect(stderr).toContain('now says that dev is deployed. Commit it');
    expect(await readMark()).toBe('yes');
    expect(await readKey()).toBe(API_KEY);
    expect((await readdir(join(folder, 'tmp'))).filter((name) => name.includes('plan'))).toEqual([]);
  });

  test('smoke tests everything, shows durations and leaves no data', async () => {
    const listener = new LocalResources(aws.endpoint);
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:acme-voice-results-dev';
    const queueUrl = await listener.subscribeQueue(topicArn, 'listener');
    const { exitCode, stdout, stderr } = await smoke();
    expect(stderr).toContain('dev works.');
    expect(exitCode).toBe(0);
    const messages = (await listener.drain(queueUrl)).map((body) => JSON.parse(JSON.parse(body).Message));
    expect(messages.map(({ event_type, test }) => [event_type, test]).sort()).toEqual([
      ['audio.processed', true],
      ['system.health_check', true],
    ]);
    await listener.removeSubscribers(topicArn, queueUrl);
    // As in the document, except for numbers and widths.
    const page = await readFile(join(PROJECT_ROOT, 'docs/operations.md'), 'utf8');
    const shape = (text = ''): string =>
      text
        .replaceAll(/\d+(\.\d+)?/g, 'N')
        .replaceAll(/ +/g, ' ')
        .trim();
    expect(shape(stdout)).toBe(shape(/^```text\n(region +check[^`]*)```/m.exec(page)?.[1]));
    const s3 = aws.client(S3Client);
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))).Versions).toBeUndefined();
    const table = aws.client(DynamoDBClient);
    const { Items = [] } = await table.send(new ScanCommand({ TableName: 'acme-voice-sessions-dev' }));
    // Items of the function: its turns at the API, and the marker of the recording. Both expire.
    expect(Items.map(({ session_id }) => session_id?.S).sort()).toEqual([
      'delivery#api-turns',
      expect.stringMatching(/^delivery#audio#/),
    ]);
  });

  test('smoke reports skipped tests; doctor finds the secrets that Terraform created', async () => {
    const away = join(folder, 'away.yaml');
    const spec = await readFile(config, 'utf8');
    await writeFile(away, spec.replace(api.url, 'http://127.0.0.1:9'));
    const url = aws.apiUrl(String((await output()).health_url)).replace(/\/health$/, '');
    const argv = [
      '--env',
      'dev',
      '--skip-audio',
      '--api-url',
      url,
      '--config',
      away,
      '--out',
      terraform.path,
    ];
    const { exitCode, stdout, stderr } = await runOperator('smoke', argv, { env: aws.env });
    expect(stdout).toMatch(/API key +unknown .* cannot be reached at http:\/\/127\.0\.0\.1:9/);
    expect(stderr).toContain('dev works, as far as it could be checked; unknown: API key.');
    expect(exitCode).toBe(0);
    const doctor = await run('doctor', ['--env', 'dev']);
    expect(doctor.stdout).toMatch(/^ok {4}dev, us-east-1, API key: sonotheia-api-key-dev is there$/m);
    expect(doctor.stdout).toMatch(/^ok {4}dev, us-east-1, webhook secret: .* is there$/m);
    expect(doctor.exitCode, doctor.stdout).toBe(0);
  });

  test('smoke fails for a refused recording, a failed message and an unreachable API', async () => {
    api.answerNext(audioTooShort());
    const QueueUrl = String((await output()).audio_dlq_url);
    const sqs = aws.client(SQSClient);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'failed' }));
    const stuck = {
      session_id: { S: 'sess_1' },
      timestamp: { N: '1767616496.789' },
      event_id: { S: 'evt_1' },
    };
    const Item = { ...stuck, status: { S: 'stored' }, received_at: { S: '2026-01-05T12:34:57.012Z' } };
    const TableName = 'acme-voice-sessions-dev';
    await aws.client(DynamoDBClient).send(new PutItemCommand({ TableName, Item }));
    const { exitCode, stdout } = await run('smoke', ['--env', 'dev', '--api-url', 'http://127.0.0.1:9']);
    expect(stdout).toMatch(/GET \/health +FAILED .* cannot be reached/);
    expect(stdout).toMatch(/recording +FAILED .* the Sonotheia API refused it: AUDIO_TOO_SHORT/);
    expect(stdout).toMatch(/queues +FAILED .* 1 upload and 0 events in the dead-letter queues/);
    expect(stdout).toMatch(/events +FAILED .* 1 in the table was never announced, the oldest of 2026-01-05T/);
    expect(exitCode).toBe(1);
  });

  test('smoke waits until the function uses a rotated secret, and reports a refused key', async () => {
    // A signature with another secret makes the function fetch it; it may not fetch again for 30 s.
    const url = aws.apiUrl(String((await output()).webhook_url));
    const forged = {
      method: 'POST',
      headers: { 'x-sonotheia-signature': `sha256=${'a'.repeat(64)}` },
      body: '{}',
    };
    const rotate = (kind: string, value: string, name = '') =>
      runOperator('secrets', ['rotate', kind, '--env', 'dev', '--yes', '--config', config], {
        env: aws.env,
        input: `${value}\n${name}`,
      });
    await rotate('api_key', 'canary-wrong-key');
    await fetch(url, forged);
    await rotate('webhook_secret', 'canary-webhook-secret-two');
    const { exitCode, stdout, stderr } = await smoke();
    expect(stderr, stdout).toContain(
      'us-east-1 answered 503: the function may not have the current secret yet.',
    );
    expect(stdout).toMatch(/signed webhook +ok .* 200 after \d+ s, in the table/);
    expect(stdout).toMatch(
      /API key +FAILED .* refuses it \(401\).* rotate api_key --env dev; the functions may/,
    );
    expect(stdout).toMatch(/recording +ok /);
    expect(exitCode).toBe(1);
    const back = await rotate('api_key', API_KEY);
    expect(back.exitCode, back.stderr).toBe(0);
  });

  test('redrive shows why a message failed; webhook sends a sample', async () => {
    const common = ['--env', 'dev', '--config', config];
    const redrive = await runOperator('redrive', common, { env: aws.env });
    expect(redrive.stdout).toMatch(/us-east-1 +audio .* no notification of S3: The message is not JSON$/m);
    expect(redrive.exitCode, redrive.stderr).toBe(0);
    const url = aws.apiUrl(String((await output()).webhook_url));
    const sent = await run('webhook', ['send', '--env', 'dev', '--event', 'sar.filed', '--url', url]);
    expect(sent.stdout).toMatch(/^sar.filed evt_sample_\S+: 200 /);
    expect(sent.exitCode, sent.stderr).toBe(0);
  });

  test('the next deployment keeps a rotated key, with any TF_VAR', async () => {
    const rotate = ['rotate', 'api_key', '--env', 'dev', '--yes', '--config', config];
    await runOperator('secrets', rotate, { env: aws.env, input: `${NEW_KEY}\ndev\n` });
    const old = { TF_VAR_sonotheia_api_key: API_KEY };
    const { exitCode, stdout, stderr } = await run('deploy', ['--env', 'dev', '--yes'], '', old);
    expect(stdout).toBe('dev: nothing to change.');
    expect(stderr).toContain(
      'The given API key differs from the one in us-east-1, and this apply does not write it',
    );
    expect(exitCode).toBe(0);
    expect([await readKey(), await readKey('AWSPREVIOUS')]).toEqual([NEW_KEY, API_KEY]);
  });

  test('a stale folder is not deployed; a new version that would undo a rotation asks for the name', async () => {
    await writeSpec(
      '  secrets: { api_key: { version: 2 } }\n  logs: { retention_days: 14 }\n  api_gateway: { stage_name: live }',
      false,
    );
    const stale = await run('deploy', ['--env', 'dev', '--yes']);
    expect(stale.stderr).toContain('does not match');
    expect(stale.exitCode).toBe(1);
    await expect(generate(terraform.path)).rejects.toThrow(/SONO343[\s\S]*SONO344/);
    await generate(terraform.path, '--allow-replace');
    await terraform.adoptTree();
    const old = { TF_VAR_sonotheia_api_key: API_KEY };
    const { exitCode, stderr } = await run('deploy', ['--env', 'dev', '--yes'], '', old);
    for (const loss of [
      'THIS LOSES DATA:\n  module.us_east_1[0].',
      'aws_cloudwatch_log_group.webhook_handler: logs older than 14 days are deleted',
      'aws_dynamodb_table.sessions: its continuous backups are deleted',
      'aws_s3_bucket_versioning.audio[0]: objects that are deleted or overwritten are no longer kept',
      'sonotheia-api-key-dev in us-east-1: the given value is the one from before',
      'OTHERS LOSE AN ADDRESS:\n  module.us_east_1[0].aws_api_gateway_stage.webhook[0]: its URL is gone',
    ])
      expect(stderr).toContain(loss);
    expect(stderr).toContain('Nothing was changed.');
    expect(exitCode).toBe(1);
    expect(await readKey()).toBe(NEW_KEY);
  });

  test('destroy keeps resources outside of the plan, and resources that changed during the question', async () => {
    const fork = await aws.fork();
    const copy = await terraform.copyFor(fork);
    const s3 = fork.client(S3Client);
    const words = ['--env', 'dev', '--config', config, '--out', copy.path];
    const env = { ...fork.env, ...(await copy.shareProvider()), TMPDIR: join(folder, 'tmp') };
    const recording = { Bucket: BUCKET, Key: 'archives/call.wav', Body: 'recording' };
    const put = () => s3.send(new PutObjectCommand(recording));
    const isThere = async (): Promise<boolean> =>
      ((await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))).Versions ?? []).length === 1;
    const destroyAfter = async (whileItAsks: () => Promise<unknown>): Promise<CommandRun> => {
      const [node = '', ...rest] = listWords('destroy', words);
      const child = execa(node, rest, { cwd: PROJECT_ROOT, env, reject: false });
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.includes('Type dev')) void whileItAsks().then(() => child.stdin.end('dev\n'));
      });
      const { exitCode, stdout, stderr } = await child;
      return { exitCode, stdout, stderr };
    };
    const swapped = await destroyAfter(async () => {
      await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
      await put();
    });
    expect(swapped.stderr).toContain(`The bucket ${BUCKET} is in the state, but has no tags of dev.`);
    expect([swapped.exitCode, await isThere()]).toEqual([1, true]);

    // As deployed: the resource above represents another one with its name.
    const tags = [tag('Project', 'acme-voice'), tag('Environment', 'dev'), tag('ManagedBy', 'terraform')];
    await s3.send(new PutBucketTaggingCommand({ Bucket: BUCKET, Tagging: { TagSet: tags } }));
    await copy.selectWorkspace('dev');
    const data = ['aws_s3_bucket.audio', 'aws_dynamodb_table.sessions'];
    const removed = await destroyAfter(() =>
      copy.run(['state', 'rm', ...data.map((address) => `module.us_east_1[0].${address}`)]),
    );
    expect(removed.stdout).toContain(`bucket ${BUCKET}: 1 object, 1 version (9 bytes), 0 delete markers`);
    expect(removed.stdout).toMatch(/table acme-voice-sessions-dev in us-east-1: \d+ items?/);
    expect(removed.stdout).toContain('queue acme-voice-audio-dlq-dev in us-east-1: 1 dead letter');
    expect(removed.stderr).toContain('The state has changed since the plan was made. Nothing was changed.');
    expect([removed.exitCode, await isThere()]).toEqual([1, true]);

    const { exitCode, stdout, stderr } = await runOperator('destroy', words, { env, input: 'dev\n' });
    expect(stdout).toContain(`not Terraform's, kept: bucket ${BUCKET} in us-east-1`);
    expect(stdout).toContain("not Terraform's, kept: table acme-voice-sessions-dev in us-east-1");
    expect(stdout).toContain('dev: destroyed.');
    expect(exitCode, stderr).toBe(0);
    expect(await isThere()).toBe(true);
    expect(await fork.listResources()).toContainEqual(
      expect.stringMatching(/:table\/acme-voice-sessions-dev$/),
    );
    await copy.remove();
    await fork.stop();
  });

  test('deploy lists resources that are missing in the state, and its commands import them', async () => {
    const fork = await aws.fork();
    const copy = await terraform.copyFor(fork);
    await copy.selectWorkspace('dev');
    const lost = [
      'aws_iam_role.audio_processor',
      'aws_sqs_queue.audio_dlq',
      'aws_secretsmanager_secret.api_key',
    ];
    const listed = (await copy.run(['state', 'list'])).split('\n');
    const addresses = lost.flatMap((label) => listed.filter((address) => address.includes(`.${label}`)));
    await copy.run(['state', 'rm', ...addresses]);
    const words = ['--env', 'dev', '--config', config, '--out', copy.path];
    const env = { ...fork.env, ...(await copy.shareProvider()), TMPDIR: join(folder, 'tmp') };
    const { exitCode, stderr } = await runOperator('deploy', words, { env });
    expect(stderr).toContain('AWS has 3 resources that this plan would create');
    expect(stderr).toContain('role sonotheia-audio-processor-dev in us-east-1');
    expect(exitCode).toBe(1);
    const pasted = stderr.split('\n').filter((line) => line.includes(' terraform -chdir='));
    expect(pasted).toHaveLength(3);
    await execa('bash', ['-ec', pasted.join('\n')], { env: { ...process.env, ...env } });
    const again = await runOperator('deploy', words, { env, input: 'dev\n' });
    expect(again.exitCode, again.stderr).toBe(0);
    await copy.remove();
    await fork.stop();
  });

  test('destroy with another state of the same names deletes nothing', async () => {
    const other = await createTerraformWorkdir({ outDir: join(folder, 'out'), localAws: aws });
    const before = await aws.listResources();
    const words = ['--env', 'dev', '--config', config, '--out', other.path];
    const env = { ...aws.env, ...(await other.shareProvider()) };
    const { exitCode, stdout } = await runOperator('destroy', words, { env, input: 'dev\n' });
    expect(stdout).toContain(`The state in ${other.path} has no resources of dev.`);
    expect(stdout).toContain(`not Terraform's, kept: bucket ${BUCKET} in us-east-1`);
    expect(exitCode).toBe(1);
    expect(await aws.listResources()).toEqual(before);
    await other.remove();
  });

  test('without permission nothing is destroyed', async () => {
    let before: readonly string[] = [];
    const { exitCode, stderr } = await asNobody(aws, async (env) => {
      before = await aws.listResources();
      return await run('destroy', ['--env', 'dev'], 'dev\n', { ...OWN_PROVIDER, ...env });
    });
    expect(stderr).toContain('terraform plan failed');
    expect(stderr).toContain('dynamodb:DescribeTable');
    expect(exitCode).toBe(1);
    expect(await aws.listResources()).toEqual(before);
  });

  test('destroy lists the losses and changes nothing until the name is typed', async () => {
    await fillBucket();
    const before = await aws.listResources();
    const { exitCode, stdout, stderr } = await run('destroy', ['--env', 'dev'], 'yes\n');
    expect(stdout).toContain(`- destroy ${made}\n`);
    expect(stdout).toContain(
      'module.us_east_1[0].aws_dynamodb_table.sessions: the table and all sessions in it',
    );
    expect(stdout).toMatch(
      new RegExp(`bucket ${BUCKET}: \\d+ objects, ${OBJECTS} versions .*, 1 delete marker`),
    );
    expect(stderr).toContain('It was not confirmed: dev was not typed.');
    expect(exitCode).toBe(1);
    expect(await aws.listResources()).toEqual(before);
  });

  test('after destroy is killed while it empties the bucket, the next one continues', async () => {
    const before = await aws.listResources();
    const [node = '', ...words] = listWords('destroy', [
      '--env',
      'dev',
      '--config',
      config,
      '--out',
      terraform.path,
    ]);
    const proxy = await startFaultyProxy(aws.endpoint);
    const provider = await terraform.shareProvider();
    const env = { ...aws.env, ...provider, AWS_ENDPOINT_URL_S3: proxy.endpoint };
    const child = execa(node, words, { cwd: PROJECT_ROOT, env, input: 'dev\n', reject: false });
    let deletions = 0;
    proxy.decide = ({ method, url }) => {
      if (method === 'POST' && url?.includes('delete') === true) deletions += 1;
      return deletions === 2 ? 'crash_before' : 'none';
    };
    proxy.crash = () => void child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    proxy.stop();
    expect(await countVersions()).toBe(OBJECTS + 1 - 1_000);
    expect(await aws.listResources()).toEqual(before);
    // Resources that are no longer in the state are kept.
    await terraform.selectWorkspace('dev');
    await terraform.run(['state', 'rm', 'module.us_east_1[0].aws_cloudwatch_log_group.webhook_handler']);
    const { exitCode, stdout, stderr } = await run('destroy', ['--env', 'dev'], 'dev\n');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`${BUCKET}: \\d+ object versions deleted\\.`));
    const logGroup = '/aws/lambda/sonotheia-webhook-handler-dev';
    expect(stdout).toContain(`not Terraform's, kept: log group ${logGroup} in us-east-1\n  aws logs delete`);
    expect(stdout).toContain('left: secret sonotheia-api-key-dev in us-east-1, which can be restored until');
    expect(stdout).toMatch(/Nothing else is left of dev\.$/);
    expect(await readMark()).toBe('no');
    const leftBehind = (await aws.listResources()).filter((arn) => !arn.endsWith(':role/nobody'));
    expect(leftBehind).toEqual([expect.stringContaining(`log-group:${logGroup}`)]);
    await aws.client(CloudWatchLogsClient).send(new DeleteLogGroupCommand({ logGroupName: logGroup }));
  });

  test('destroy reports the remains of a destroyed environment, and keeps them', async () => {
    const QueueName = 'acme-voice-audio-dev';
    const logGroupName = '/aws/lambda/sonotheia-audio-processor-dev';
    const { QueueUrl } = await aws.client(SQSClient).send(new CreateQueueCommand({ QueueName }));
    await aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
    const { exitCode, stdout } = await run('destroy', ['--env', 'dev']);
    expect(stdout).toContain(`The state in ${terraform.path} has no resources of dev.`);
    expect(stdout).toContain("not Terraform's, kept: queue acme-voice-audio-dev in us-east-1");
    expect(stdout).toContain(
      `not Terraform's, kept: log group ${logGroupName} in us-east-1\n  aws logs delete-log-group`,
    );
    expect(exitCode).toBe(1);
    await aws.client(SQSClient).send(new DeleteQueueCommand({ QueueUrl }));
    const doctor = await run('doctor', ['--env', 'dev']);
    expect(doctor.stdout).toMatch(/FAIL {2}dev, us-east-1, API key: .* is scheduled for deletion/);
  });

  async function output(): Promise<Record<string, unknown>> {
    await terraform.selectWorkspace('dev');
    return await terraform.output();
  }

  async function smoke(): Promise<CommandRun> {
    const url = aws.apiUrl(String((await output()).health_url)).replace(/\/health$/, '');
    return await run('smoke', ['--env', 'dev', '--api-url', url]);
  }

  /** Versions of one key and delete markers among them. */
  async function fillBucket(): Promise<void> {
    const s3 = aws.client(S3Client);
    const put = async (index: number): Promise<void> => {
      const Key = index % 3 === 0 ? 'archives/same.wav' : `archives/${index}.wav`;
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
    };
    for (let from = 0; from < OBJECTS; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => put(from + index)));
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'archives/same.wav' }));
  }
});
