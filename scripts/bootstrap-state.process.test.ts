// The command as an operator types it, on a local AWS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';

const projectRoot = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'bootstrap-state-'));
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SPEC = `
project_name: acme-voice
terraform:
  backend: s3
  state: { bucket: acme-state }
environments:
  dev: { regions: [us-east-1], account_id: "123456789012" }
  staging: { regions: [eu-west-1] }
  prod:
    regions: [eu-central-1]
    state: { bucket: acme-prod-state, kms_key_arn: "${KEY}" }
  elsewhere:
    regions: [us-east-1]
    account_id: "999988887777"
    state: { bucket: acme-other-state }
  taken:
    regions: [us-east-1]
    state: { bucket: someone-elses-state }
`;

interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function runScript(
  env: Readonly<Record<string, string>>,
  spec: string,
  ...argv: string[]
): Promise<Run> {
  const config = join(mkdtempSync(join(folder, 'spec-')), 'sonotheia.config.yaml');
  writeFileSync(config, spec);
  const script = ['generator/main.mjs', 'bootstrap-state', '--config', config, ...argv];
  const { exitCode, stdout, stderr } = await execa(process.execPath, script, {
    cwd: projectRoot,
    env: { ...env, AWS_PROFILE: undefined, NODE_NO_WARNINGS: '1' },
    reject: false,
  });
  return { exitCode, stdout, stderr: stderr.replaceAll(config, 'the spec') };
}

afterAll(() => rmSync(folder, { recursive: true }));

describeWithTools('npx sonotheia bootstrap-state', [MOTO], () => {
  let aws: LocalAws;
  let s3: S3Client;
  const run = (...argv: string[]): Promise<Run> => runScript(aws.env, SPEC, ...argv);
  const listBuckets = async (): Promise<unknown[]> =>
    (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name) ?? [];

  beforeAll(async () => {
    aws = await startLocalAws();
    s3 = aws.client(S3Client);
  });
  afterAll(() => aws?.stop());

  test('changes nothing if one bucket belongs in another account', async () => {
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'The credentials are of the account 123456789012, but acme-other-state (elsewhere) is to be in 999988887777',
    );
    expect(stderr).toContain('Nothing was changed.');
    expect(await listBuckets()).toEqual([]);
  });

  test('creates a shared bucket once, with every setting', async () => {
    const first = await run('--env', 'dev', '--env', 'staging');
    expect(first).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        'acme-state in us-east-1 (dev, staging)',
        '  changed  bucket: created',
        '  changed  public access: blocked',
        "  same     ownership: the bucket owner's, without ACLs",
        // S3 encrypts every new bucket like this by itself.
        "  same     encryption: S3's own keys",
        '  changed  versioning: enabled',
        '  changed  policy: TLS only',
        '  changed  old versions: deleted after 90 days',
        '5 changed.',
      ].join('\n'),
    });
    const Bucket = 'acme-state';
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
    expect(await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(await s3.send(new GetBucketEncryptionCommand({ Bucket }))).toMatchObject({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy)).toMatchObject({
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: ['arn:aws:s3:::acme-state', 'arn:aws:s3:::acme-state/*'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  test('changes nothing in a second run, and reports it', async () => {
    const { exitCode, stdout } = await run('--env', 'staging');
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('changed  ');
    expect(stdout).toMatch(/^Nothing was changed\.$/m);
  });

  test('restores missing settings, and keeps other rules and statements', async () => {
    const Bucket = 'acme-state';
    const statement = {
      Sid: 'Ours',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteBucket',
      Resource: `arn:aws:s3:::${Bucket}`,
    };
    const rule = {
      ID: 'ours',
      Status: 'Enabled',
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 7 },
    } as const;
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    );
    const { stdout } = await run('--env', 'dev');
    expect(stdout.match(/changed {2}.*/g)).toEqual([
      'changed  versioning: enabled',
      'changed  policy: TLS only',
      'changed  old versions: deleted after 90 days',
    ]);
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toMatchObject([{ Sid: 'Ours' }, { Sid: 'DenyInsecureTransport' }]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ ID }) => ID)).toEqual(['ours', 'old-state-versions']);
    expect((await run('--env', 'dev')).stdout).toContain('Nothing was changed.');
  });

  test('encrypts with the key of the environment, in its region', async () => {
    expect((await run('--env', 'prod')).stdout).toContain(`  changed  encryption: ${KEY}`);
    const regional = aws.client(S3Client, { region: 'eu-central-1' });
    expect(await regional.send(new GetBucketEncryptionCommand({ Bucket: 'acme-prod-state' }))).toMatchObject({
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
            BucketKeyEnabled: true,
          },
        ],
      },
    });
    expect((await run('--env', 'prod')).stdout).toContain('Nothing was changed.');
  });

  test('refuses a bucket that belongs to another account, and does not touch it', async () => {
    const owner = await aws.assumeRole('arn:aws:iam::555566667777:role/owner');
    const foreign = aws.client(S3Client, { credentials: owner });
    const Bucket = 'someone-elses-state';
    await foreign.send(new CreateBucketCommand({ Bucket }));
    const { exitCode, stderr } = await run('--env', 'taken');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The bucket someone-elses-state belongs to another account');
    expect((await foreign.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });
});

describe('npx sonotheia bootstrap-state reports problems', () => {
  const NOWHERE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const MINIMAL = 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n';

  test.each([
    ['with an environment that is not there', SPEC, ['--env', 'qa'], 'give one of dev, staging, prod'],
    ['with a local state', MINIMAL, [], 'The state is local'],
    ['with a spec that the generator refuses', SPEC.replace('eu-west-1', 'eu-wset-1'), [], 'error SONO204'],
    ['with an unknown option', SPEC, ['--force'], 'There is no option --force'],
  ])('%s', async (_what, spec, argv, message) => {
    const { exitCode, stdout, stderr } = await runScript(NOWHERE, spec, ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('and its purpose with --help', async () => {
    const { exitCode, stdout } = await runScript(NOWHERE, SPEC, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('A second run changes nothing');
  });
});
