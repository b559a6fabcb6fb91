// State in S3: two environments in one bucket that `bootstrap-state` made, kept apart, encrypted, and locked.
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput, PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { type CommandRun, runOperator } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const Bucket = 'acme-terraform-state';
const SPEC = `
project_name: acme-voice
terraform:
  backend: s3
  extra_files: [local_override.tf] # points the providers to the local AWS
  state: { bucket: ${Bucket} }
defaults:
  api_gateway: { enabled: false }
  monitoring: { enabled: false }
environments:
  dev: { regions: [us-east-1], account_id: "123456789012" }
  prod: { regions: [us-east-1], account_id: "123456789012" }
  abroad: { regions: [us-east-1], account_id: "999988887777" }
`;
const STATE_OF = {
  dev: 'acme-voice/dev/acme-voice/terraform.tfstate',
  prod: 'acme-voice/prod/acme-voice/terraform.tfstate',
};

describeWithTools('a state in S3', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let s3: S3Client;
  let terraform: TerraformWorkdir;
  let deployed: CommandRun;
  let config: string;
  const doctor = async (): Promise<CommandRun> =>
    await runOperator('doctor', ['--env', 'dev', '--config', config, '--out', terraform.path], {
      env: { ...aws.env, ...(await terraform.shareProvider()) },
    });
  // Bucket names in the host name would need DNS.
  const initialize = (environment: string): Promise<string> =>
    terraform.run([
      'init',
      '-reconfigure',
      '-input=false',
      '-no-color',
      `-backend-config=${environment}.s3.tfbackend`,
      '-backend-config=use_path_style=true',
    ]);
  const listKeys = async (): Promise<unknown[]> =>
    (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];

  beforeAll(async () => {
    aws = await startLocalAws();
    s3 = aws.client(S3Client);
    const outDir = await generateOutput(SPEC);
    config = `${outDir}/../sonotheia.config.yaml`;
    const script = ['generator/main.mjs', 'bootstrap-state', '--config', config, '--env', 'dev'];
    // The environment in another region shares the bucket; its owner is dev, which names it first.
    await execa(process.execPath, script, { cwd: PROJECT_ROOT, env: aws.env });
    terraform = await createTerraformWorkdir({
      outDir,
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' },
    });
    const argv = ['--env', 'dev', '--env', 'prod', '--yes', '--config', config, '--out', terraform.path];
    const provider = await terraform.shareProvider();
    const env = { ...aws.env, ...provider, TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' };
    deployed = await runOperator('deploy', argv, { env });
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  test('npx sonotheia deploy creates both, one after the other', async () => {
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(deployed.stdout).toMatch(/^dev:\n[\s\S]*\ndev: deployed\.\nprod:\n[\s\S]*\nprod: deployed\.$/);
  });

  test('has an encrypted object for each environment, and no lock', async () => {
    expect(await listKeys()).toEqual([STATE_OF.dev, STATE_OF.prod]);
    const state = await s3.send(new HeadObjectCommand({ Bucket, Key: STATE_OF.prod }));
    expect(state).toMatchObject({ ServerSideEncryption: 'AES256', VersionId: expect.any(String) });
    const { DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const released = new Set(DeleteMarkers?.map(({ Key }) => Key));
    expect(released).toEqual(new Set([`${STATE_OF.dev}.tflock`, `${STATE_OF.prod}.tflock`]));
  });

  test.each(['dev', 'prod'])('of %s is separate: a plan after the apply is empty', async (environment) => {
    await terraform.selectWorkspace(environment);
    const plan = await terraform.plan({ varFile: `${environment}.tfvars` });
    expect(plan.hasChanges, plan.text).toBe(false);
    expect(await terraform.output()).toMatchObject({
      s3_bucket_name: `acme-voice-audio-${environment}`,
    });
  });

  test('is locked by an apply: a second one is refused', async () => {
    await terraform.selectWorkspace('dev');
    // The lock file that Terraform writes during its work.
    const lock = {
      ID: '0',
      Operation: 'OperationTypeApply',
      Info: '',
      Who: 'a colleague',
      Version: '1.11.4',
    };
    const Key = `${STATE_OF.dev}.tflock`;
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: JSON.stringify({ ...lock, Created: new Date(), Path: Key }),
      }),
    );
    const apply = terraform.apply({ varFile: 'dev.tfvars' });
    await expect(apply).rejects.toThrow(/Error acquiring the state lock[\s\S]*a colleague/);
    await terraform.selectWorkspace('prod');
    expect((await terraform.plan({ varFile: 'prod.tfvars' })).hasChanges).toBe(false);
  });

  test('doctor reports the owner of the lock with a command that unlocks it, and suspended versioning', async () => {
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const { exitCode, stdout } = await doctor();
    expect(stdout).toMatch(
      /^warn {2}dev, state: in acme-terraform-state, whose versioning is suspended: .*\n {6}fix: npx sonotheia bootstrap-state --env dev$/m,
    );
    expect(stdout).toMatch(
      /^FAIL {2}dev, lock of the state: locked by a colleague since 20\S+ \S+ UTC \(terraform apply\)\n {6}fix: wait; /m,
    );
    expect(exitCode).toBe(1);
    const command = /if that command no longer runs: (TF_WORKSPACE=.*)$/m.exec(stdout)?.[1] ?? '';
    await execa('bash', ['-c', command], { env: { ...process.env, ...aws.env }, input: 'yes\n' });
    const script = ['generator/main.mjs', 'bootstrap-state', '--config', config, '--env', 'dev'];
    await execa(process.execPath, script, { cwd: PROJECT_ROOT, env: aws.env });
    const after = await doctor();
    expect(after.stdout).toMatch(/^ok {4}dev, state: in acme-terraform-state$/m);
    expect(after.stdout).toMatch(/^ok {4}dev, lock of the state: not locked$/m);
  });

  test('is refused in the workspace default, where an environment would have a second state', async () => {
    await terraform.selectWorkspace('default');
    const plan = terraform.plan({ varFile: 'dev.tfvars' });
    await expect(plan).rejects.toThrow(/Run\s+terraform\s+workspace\s+select\s+-or-create\s+dev\./);
  });

  test('is refused with credentials of another account', async () => {
    await expect(initialize('abroad')).rejects.toThrow(/account ID not allowed/i);
  });
});
