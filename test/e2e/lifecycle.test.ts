// One deployment through several generations: renamed resources are kept, a removed region leaves no resources, and
// protected data is kept.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsCommand, SNSClient } from '@aws-sdk/client-sns';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateAgain, generateOutput } from '../support/deployment/generated-tree.ts';
import { type CommandRun, runOperator } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const BOTH_REGIONS = `
project_name: acme-voice
terraform: { extra_files: [local_override.tf] } # points the providers to the local AWS
environments:
  live:
    regions: [eu-west-1, us-east-1]
    subscriptions:
      - { name: desk, protocol: email, endpoint: desk@example.com }
`;
// The second environment gives the secrets' resources a count. The others are in regions that refuse the account's keys.
const RENAMED = `${BOTH_REGIONS.replace('name: desk', 'name: fraud-team')}
  test:
    regions: [eu-west-1]
    secrets:
      api_key: { source: existing }
      webhook_secret: { source: existing }
  opt-in: { regions: [me-central-1] }
  gov: { regions: [us-gov-west-1] }
`;
const ONE_REGION = RENAMED.replace('[eu-west-1, us-east-1]', '[eu-west-1]');
const PROTECTED = ONE_REGION.replace('  live:', '  live:\n    protected: true');
const TABLE = 'acme-voice-sessions-live';
const RECORDING = { Bucket: 'acme-voice-audio-live', Key: 'archives/call.wav' };
const KEY = { session_id: { S: 'session-1' }, timestamp: { N: '1' } };

describeWithTools('a deployment through its generations', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  let s3: S3Client;

  beforeAll(async () => {
    aws = await startLocalAws();
    terraform = await createTerraformWorkdir({
      outDir: await generateOutput(BOTH_REGIONS),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' },
    });
    s3 = aws.client(S3Client, { region: 'eu-west-1' });
    await terraform.init();
    await terraform.apply();
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  const describeTable = (region: string): Promise<unknown> =>
    aws.client(DynamoDBClient, { region }).send(new DescribeTableCommand({ TableName: TABLE }));
  const continueWith = async (spec: string, ...options: string[]): Promise<string> => {
    const warnings = await generateAgain(terraform.path, spec, ...options);
    await terraform.adoptTree();
    return warnings;
  };

  const run = async (
    script: string,
    spec: string,
    input = 'live\n',
    env: Readonly<Record<string, string | undefined>> = {},
  ): Promise<CommandRun> => {
    const config = join(await mkdtemp(join(tmpdir(), 'deployed-')), 'sonotheia.config.yaml');
    await writeFile(config, spec);
    const words = ['--env', 'live', '--config', config, '--out', terraform.path];
    const secrets = { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' };
    const argv = script === 'deploy' ? ['--yes', ...words] : words;
    const provider = await terraform.shareProvider();
    return await runOperator(script, argv, { env: { ...aws.env, ...provider, ...secrets, ...env }, input });
  };
  const paste = async (command: string): Promise<void> => {
    const env = { ...process.env, ...aws.env, ...(await terraform.shareProvider()) };
    await execa('bash', ['-ec', command], { cwd: terraform.path, env });
  };
  /** With a loss of data, it asks in spite of `--yes`. */
  const deploy = (spec: string, input: string): Promise<CommandRun> => run('deploy', spec, input);

  test('a renamed subscription moves, and so do secrets that get a count', async () => {
    const list = async (): Promise<unknown> =>
      (await aws.client(SNSClient, { region: 'us-east-1' }).send(new ListSubscriptionsCommand()))
        .Subscriptions;
    const before = await list();
    expect(before).toHaveLength(1);
    await continueWith(RENAMED);
    await terraform.init();
    const { text } = await terraform.plan();
    expect(text).toMatch(/"desk"\]\s+has moved to\s+module\.eu_west_1\[0\]\.\S+\["fraud-team"\]/);
    expect(text).not.toMatch(/will be (destroyed|created)|must be replaced/);
    await terraform.apply();
    expect(await list()).toEqual(before);
    const again = await terraform.plan();
    expect(again.hasChanges, again.text).toBe(false);
  });

  test('a region that is taken from all environments is destroyed by the next apply', async () => {
    const warnings = await continueWith(ONE_REGION);
    expect(warnings).toContain('apply live, then run `npx sonotheia generate --drop-region us-east-1`');
    await expect(terraform.plan({ vars: { regions: '["eu-west-1", "us-east-1"]' } })).rejects.toThrow(
      'regions names a region without a provider here',
    );
    await terraform.init();
    const { text } = await terraform.plan();
    expect(text).toMatch(/Plan: 0 to add, 0 to change, [1-9]\d* to destroy/);
    expect(text).not.toMatch(/module\.eu_west_1\S* (will|must) be/);
    const recording = {
      Bucket: 'acme-voice-audio-live-us-east-1',
      Key: 'archives/call.wav',
      Body: 'recording',
    };
    const s3 = aws.client(S3Client, { region: 'us-east-1' });
    await s3.send(new PutObjectCommand(recording));
    const asked = await deploy(ONE_REGION, 'no\n');
    expect(asked.stderr).toContain('THIS LOSES DATA:');
    expect(asked.stderr).toContain(`bucket ${recording.Bucket}: 1 object, 1 version (9 bytes)`);
    expect(asked.stderr).toContain('Nothing was changed.');
    expect(asked.exitCode).toBe(1);
    await s3.send(new HeadObjectCommand(recording));
    const deployed = await deploy(ONE_REGION, 'live\n');
    expect(deployed.exitCode, deployed.stderr).toBe(0);

    await expect(describeTable('us-east-1')).rejects.toThrow(/not found/i);
    const bucket = new HeadBucketCommand({ Bucket: 'acme-voice-audio-live-us-east-1' });
    await expect(aws.client(S3Client).send(bucket)).rejects.toMatchObject({ name: 'NotFound' });
    await expect(describeTable('eu-west-1')).resolves.toBeDefined();
    expect(await terraform.output()).toMatchObject({
      s3_bucket_names: { 'eu-west-1': 'acme-voice-audio-live' },
    });
  });

  test('after that, the region can be removed from the spec', async () => {
    for (const options of [[], ['--drop-region', 'us-east-1']]) {
      await continueWith(ONE_REGION, ...options);
      await terraform.init();
      const plan = await terraform.plan();
      expect(plan.hasChanges, plan.text).toBe(false);
    }
    expect(await terraform.run(['providers'])).not.toContain('us_east_1');
  });

  test('a secret keeps its value when its management changes and changes back', async () => {
    const secrets = aws.client(SecretsManagerClient, { region: 'eu-west-1' });
    const SecretId = 'sonotheia-api-key-live';
    const read = async () => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'rotated' }));
    const byHand = ONE_REGION.replace('  live:', '  live:\n    secrets: { api_key: { source: existing } }');
    const refusal = await generateAgain(terraform.path, byHand).catch(String);
    expect(refusal).toContain('SONO333');
    await paste(/`(terraform state rm [^`]+)`/.exec(refusal)?.[1] ?? 'false');
    await continueWith(byHand, '--allow-replace');
    const given = await deploy(byHand, '');
    expect(given.exitCode, given.stderr).toBe(0);
    expect(await read()).toBe('rotated');

    await continueWith(ONE_REGION);
    const refused = await deploy(ONE_REGION, '');
    expect(refused.stderr).toContain(`secret ${SecretId} in eu-west-1`);
    expect(refused.stderr).toContain('or say `source: existing`');
    await paste(refused.stderr.split('\n').find((line) => line.includes(' import ')) ?? 'false');
    // Without TF_VAR_sonotheia_api_key: the existing value is kept.
    const taken = await run('deploy', ONE_REGION, 'live\n', { TF_VAR_sonotheia_api_key: undefined });
    expect(taken.exitCode, taken.stderr).toBe(0);
    expect(await read()).toBe('rotated');
    expect((await deploy(ONE_REGION, '')).stdout).toBe('live: nothing to change.');
  });

  test('plain Terraform destroys nothing of a protected environment', async () => {
    await continueWith(PROTECTED);
    const { text } = await terraform.plan();
    expect(text).toContain('terraform_data.protected_live[0] will be created');
    expect(text).toMatch(/Plan: 1 to add, \d to change, 0 to destroy/);
    await terraform.apply();
    await aws
      .client(DynamoDBClient, { region: 'eu-west-1' })
      .send(new PutItemCommand({ TableName: TABLE, Item: KEY }));
    await s3.send(new PutObjectCommand({ ...RECORDING, Body: 'recording' }));
    const before = await aws.listResources();
    const failed = await terraform.destroy().catch(String);
    expect(failed).toContain('terraform_data.protected_live[0] has lifecycle.prevent_destroy');
    expect(await aws.listResources()).toEqual(before);
    const again = await terraform.plan();
    expect(again.hasChanges, again.text).toBe(false);
  });

  test('once it is not protected, a failed destruction leaves the bucket open: doctor says so, deploy mends it', async () => {
    await continueWith(ONE_REGION);
    // The table's backups go with the protection: a loss that `deploy` asks about.
    const given = await deploy(ONE_REGION, 'live\n');
    expect(given.exitCode, given.stderr).toBe(0);
    // Only the bucket and its dependants, so that the rest need not be deployed again.
    const args = ['-target=module.eu_west_1[0].aws_s3_bucket.audio'];
    expect(await terraform.destroy({ args }).catch(String)).toContain('BucketNotEmpty');
    await s3.send(new HeadObjectCommand(RECORDING));
    const { Bucket } = RECORDING;
    const readBlock = () => s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    const readPolicy = () => s3.send(new GetBucketPolicyCommand({ Bucket }));
    await expect(readBlock()).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' });
    await expect(readPolicy()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });

    const told = await run('doctor', ONE_REGION);
    expect(told.stdout).toMatch(
      /^FAIL {2}live, eu-west-1, bucket: acme-voice-audio-live has no public access block: .*\n {6}fix: npx sonotheia deploy --env live restores it/m,
    );
    const mended = await deploy(ONE_REGION, '');
    expect(mended.exitCode, mended.stderr).toBe(0);
    expect((await readBlock()).PublicAccessBlockConfiguration?.RestrictPublicBuckets).toBe(true);
    expect((await readPolicy()).Policy).toContain('aws:SecureTransport');
    await s3.send(new HeadObjectCommand(RECORDING));
  });
});
