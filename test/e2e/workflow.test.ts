// Runs the steps of the generated workflow in bash against the local AWS, with the state in S3 and with the generated
// roles, which have only the permissions of a deployment.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AwsCredentials } from '../local-aws/aws-access.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { toEnvironment } from '../support/deployment/as-nobody.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { listDenied, listNeededPermissions } from '../support/permissions/needed-by-requests.ts';
import type { Statement } from '../support/permissions/role-policies.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { readWorkflow, runStep, type StepResult, type Workflow } from '../support/workflow/workflow-steps.ts';

const ROLE = 'arn:aws:iam::123456789012:role/acme-voice-github';
const STATE_BUCKET = 'acme-voice-terraform-state';
const SPEC = `
project_name: acme-voice
terraform: { backend: s3 }
workflow:
  github: { repository: acme/voice-infrastructure, owner_id: 4711, repository_id: 815 }
  oidc: { roles: true }
environments:
  dev:
    regions: [us-east-1]
    state: { bucket: ${STATE_BUCKET} }
    plan_role_arn: ${ROLE}-plan-dev
    deploy_role_arn: ${ROLE}-deploy-dev
`;
const STATE_KEY = 'acme-voice/dev/acme-voice/terraform.tfstate';
const API_KEY = 'the-real-api-key-4711';

describeWithTools('the generated workflow', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let folder: string;
  let out: string;
  let workflow: Workflow;
  let roles: TerraformWorkdir;
  let planner: AwsCredentials;
  let deployer: AwsCredentials;
  let sealed: StepResult;

  beforeAll(async () => {
    aws = await startLocalAws();
    out = await generateOutput(SPEC);
    folder = dirname(out);
    workflow = readWorkflow(readFileSync(join(folder, '.github/workflows/terraform.yml'), 'utf8'));
    await aws.client(S3Client).send(new CreateBucketCommand({ Bucket: STATE_BUCKET }));
    roles = await createTerraformWorkdir({ outDir: join(out, 'github-oidc'), localAws: aws });
    await roles.init();
    // This provider is older than 6.26: its refresh reads secrets.
    const vars = { state_buckets: `{ dev = "${STATE_BUCKET}" }`, plan_reads_secrets: 'true' };
    await roles.apply({ vars });
    await pointToLocalAws();
    planner = await aws.assumeRole(`${ROLE}-plan-dev`);
    deployer = await aws.assumeRole(`${ROLE}-deploy-dev`);
    await aws.enforceIam(true);
  });

  afterAll(async () => {
    await roles?.remove();
    await aws?.stop();
  });

  /** The providers' endpoints, and the backend's. */
  async function pointToLocalAws(): Promise<void> {
    const copy = await createTerraformWorkdir({ outDir: out, localAws: aws });
    cpSync(join(copy.path, 'local_override.tf'), join(out, 'local_override.tf'));
    await copy.remove();
    const config = join(out, 'dev.s3.tfbackend');
    const given = readFileSync(config, 'utf8');
    const local = [
      'use_path_style',
      'skip_credentials_validation',
      'skip_metadata_api_check',
      'skip_requesting_account_id',
    ];
    writeFileSync(config, `${given}${local.map((name) => `${name} = true\n`).join('')}`);
  }

  function buildEnvironment(credentials: AwsCredentials): Record<string, string | undefined> {
    return {
      ...aws.env,
      AWS_PROFILE: undefined,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...toEnvironment(credentials),
    };
  }

  const contexts = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
    github: { event_name: 'push', ref: 'refs/heads/main', sha: 'c1', run_attempt: 1 },
    inputs: { environment: 'dev' },
    secrets: {
      PLAN_PASSPHRASE: 'a passphrase for the plans of this test',
      SONOTHEIA_API_KEY: API_KEY,
      WEBHOOK_SECRET: 'the-real-webhook-secret',
    },
    needs: { 'plan-dev': { outputs: { sha256: sealed?.outputs.sha256 ?? '' } } },
    ...more,
  });
  /** Outputs and files of the steps for later jobs. */
  const runnerTemp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
  const run = (
    job: string,
    step: string,
    credentials: AwsCredentials,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<StepResult> =>
    runStep(workflow, {
      folder,
      job,
      step,
      contexts: contexts(more),
      env: buildEnvironment(credentials),
      runnerTemp,
    });
  const connect = async (job: string, credentials: AwsCredentials): Promise<StepResult> => {
    const connected = await run(job, 'Connect to the state', credentials);
    expect(connected.exitCode, connected.log).toBe(0);
    return connected;
  };
  const report = (outcome: string): Promise<StepResult> =>
    run('plan-dev', 'Report the plan', planner, { steps: { plan: { outcome } } });
  /** Runs the steps from the state to the report; returns their log. */
  const plan = async (): Promise<StepResult> => {
    const connected = await connect('plan-dev', planner);
    const planned = await run('plan-dev', 'Plan', planner);
    const reported = await report(planned.exitCode === 0 ? 'success' : 'failure');
    expect(reported.exitCode, reported.log).toBe(0);
    return { ...reported, exitCode: planned.exitCode, log: `${connected.log}\n${reported.log}` };
  };
  const forgetJob = (): void => {
    for (const name of ['.terraform', '.terraform.lock.hcl', 'reviewed.tfplan'])
      rmSync(join(out, name), { recursive: true, force: true });
  };

  test('the plan role cannot create a workspace: an administrator does, once', async () => {
    const refused = await run('plan-dev', 'Connect to the state', planner);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.log).toMatch(/AccessDenied|Forbidden|403/);
    const init = ['init', '-input=false', '-reconfigure', '-backend-config=dev.s3.tfbackend'];
    const options = { cwd: out, env: buildEnvironment(aws.credentials) };
    await execa('terraform', init, options);
    await execa('terraform', ['workspace', 'new', 'dev'], options);
    forgetJob();
    // It lists only the names of the project's states in the bucket.
    const list = (Prefix?: string): Promise<unknown> =>
      aws
        .client(S3Client, { credentials: planner })
        .send(new ListObjectsV2Command({ Bucket: STATE_BUCKET, ...(Prefix ? { Prefix } : {}) }));
    await expect(list('acme-voice/')).resolves.toMatchObject({ KeyCount: 1 });
    for (const prefix of [undefined, 'acme', 'acme-voice-two/'])
      await expect(list(prefix)).rejects.toThrow(/not authorized|Denied/i);
    // It reads only its own state, not that of the default workspace, which another environment may use.
    const reader = { cwd: out, env: { ...buildEnvironment(planner), TF_WORKSPACE: 'dev' } };
    await execa('terraform', init, reader);
    expect((await execa('terraform', ['state', 'pull'], reader)).stdout).toContain('"resources": []');
    forgetJob();
    // The local AWS does not know the resources of every service's requests, so the other steps run without IAM; the
    // last test evaluates their requests.
    await aws.enforceIam(false);
    await aws.recordRequests();
  });

  test('a provider lock file that does not match is refused and kept', async () => {
    const lockFile = join(out, '.terraform.lock.hcl');
    writeFileSync(lockFile, '');
    const refused = await run('plan-dev', 'Connect to the state', planner);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.log).toMatch(/-lockfile=readonly/);
    expect(readFileSync(lockFile, 'utf8')).toBe('');
    forgetJob();
  });

  test('plan with the role that only reads; the sealed plan reveals nothing', async () => {
    const planned = await plan();
    expect(planned.exitCode, planned.log).toBe(0);
    // The first plan has none yet; the apply uses the one that was sealed with the plan.
    expect(planned.log).toContain('::warning::out/.terraform.lock.hcl is not committed');
    expect(planned.outputs).toEqual({ changed: 'true' });
    // The heading has Terraform's counts.
    const [heading, own] = [...planned.summary.matchAll(/Plan: \d+ to add, 0 to change, 0 to destroy/g)].map(
      String,
    );
    expect(planned.summary).toContain(`## dev – ${heading}\n`);
    expect(own).toBe(heading);
    expect((await run('plan-dev', 'Check the packages', planner)).exitCode).toBe(0);
    sealed = await run('plan-dev', 'Seal the plan', planner);
    expect(sealed.outputs.sha256).toMatch(/^[0-9a-f]{64}$/);
    const bytes = readFileSync(join(out, 'plan.sealed'));
    for (const text of ['PK\u0003\u0004', 'acme-voice', 'provider "registry'])
      expect(bytes.includes(text)).toBe(false);
    forgetJob();
  });

  test('apply exactly that plan with the role that deploys', async () => {
    const opened = await run('apply-dev', 'Open the reviewed plan', deployer);
    expect(opened.exitCode, opened.log).toBe(0);
    const connected = await connect('apply-dev', deployer);
    expect(connected.log).not.toContain('::warning::');
    const applied = await run('apply-dev', 'Apply the reviewed plan', deployer);
    expect(applied.exitCode, applied.log).toBe(0);
    expect(applied.log).toContain('Apply complete!');
    expect(applied.log).not.toContain(API_KEY);
    const secret = await aws
      .client(SecretsManagerClient)
      .send(new GetSecretValueCommand({ SecretId: 'sonotheia-api-key-dev' }));
    expect(secret.SecretString).toBe(API_KEY);
    const state = await aws
      .client(S3Client)
      .send(new GetObjectCommand({ Bucket: STATE_BUCKET, Key: STATE_KEY }));
    expect(await state.Body?.transformToString()).not.toContain(API_KEY);
  });

  test('the same plan a second time is stale, and refused', async () => {
    const again = await run('apply-dev', 'Apply the reviewed plan', deployer);
    expect(again.exitCode).not.toBe(0);
    expect(again.log).toContain('Saved plan is stale');
  });

  test('without drift there is nothing to apply; with drift there is', async () => {
    const same = await plan();
    expect({ exitCode: same.exitCode, outputs: same.outputs }, same.log).toEqual({
      exitCode: 0,
      outputs: {},
    });
    expect(same.summary).toContain('no changes');
    const lambda = aws.client(LambdaClient);
    const FunctionName = 'sonotheia-webhook-handler-dev';
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 1024 }));
    const drifted = await plan();
    expect({ exitCode: drifted.exitCode, outputs: drifted.outputs }, drifted.log).toEqual({
      exitCode: 0,
      outputs: { changed: 'true' },
    });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 512 }));
    expect((await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).MemorySize).toBe(512);
  });

  test('the roles have no access to other resources', async () => {
    await aws.enforceIam(true);
    const foreign = { Bucket: 'acme-voice-audio-prod' };
    await expect(
      aws.client(S3Client, { credentials: deployer }).send(new CreateBucketCommand(foreign)),
    ).rejects.toThrow(/not authorized|Denied/i);
    const own = { FunctionName: 'sonotheia-webhook-handler-dev', MemorySize: 1024 };
    await expect(
      aws.client(LambdaClient, { credentials: planner }).send(new UpdateFunctionConfigurationCommand(own)),
    ).rejects.toThrow(/not authorized|Denied/i);
    await aws.enforceIam(false);
  });

  test('a plan that destroys data is recognised, and continues only when the name is typed', async () => {
    const args = [
      'plan',
      '-destroy',
      '-input=false',
      '-lock=false',
      '-var-file=dev.tfvars',
      '-out=reviewed.tfplan',
    ];
    const env = {
      ...buildEnvironment(planner),
      TF_WORKSPACE: 'dev',
      TF_VAR_sonotheia_api_key: 'none',
      TF_VAR_webhook_secret: 'none',
    };
    await execa('terraform', args, { cwd: out, env });
    const { outputs, summary } = await report('success');
    expect(Number(outputs.losses)).toBeGreaterThan(2);
    expect(summary).toMatch(/## dev – Plan: 0 to add, 0 to change, \d+ to destroy – LOSES DATA: \d/);
    expect(summary).toContain('aws_s3_bucket.audio: the bucket and all audio in it');
    const confirm = (typed: string): Promise<StepResult> =>
      run('plan-dev', 'Stop where data would be lost', planner, { inputs: { confirm: typed } });
    expect(await confirm('')).toMatchObject({ exitCode: 1, log: expect.stringContaining('confirm dev') });
    expect((await confirm('dev')).exitCode).toBe(0);
  });

  test('a lock that a run left is removed only with its ID', async () => {
    const ID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
    const s3 = aws.client(S3Client);
    const lock = { Bucket: STATE_BUCKET, Key: `${STATE_KEY}.tflock` };
    const Body = JSON.stringify({
      ID,
      Operation: 'OperationTypeApply',
      Info: '',
      Who: 'runner',
      Version: '1.11.4',
    });
    await s3.send(new PutObjectCommand({ ...lock, Body }));
    await connect('unlock', deployer);
    const unlock = (lock_id: string): Promise<StepResult> =>
      run('unlock', 'Unlock', deployer, { inputs: { environment: 'dev', lock_id } });
    expect((await unlock('ffffffff-4b5a-6978-8796-a5b4c3d2e1f0')).exitCode).not.toBe(0);
    await s3.send(new HeadObjectCommand(lock));
    expect(await unlock(ID)).toMatchObject({ exitCode: 0 });
    await expect(s3.send(new HeadObjectCommand(lock))).rejects.toThrow();
  });

  test('destroy leaves no resources', async () => {
    await connect('destroy', deployer);
    const destroyed = await run('destroy', 'Destroy', deployer);
    expect(destroyed.exitCode, destroyed.log).toBe(0);
    const left = (await aws.listResources()).filter(
      (arn) => !/github|terraform-state|oidc-provider/.test(arn),
    );
    expect(left).toEqual([]);
  });

  test('the roles allow each request of Terraform, and IAM accepts their policies', async () => {
    const { values } = (await roles.show()) as { values: { root_module: { resources: Resource[] } } };
    const policies = values.root_module.resources.filter(({ values: { policy } }) => policy !== undefined);
    const read = policies.filter(({ name }) => ['read', 'plan_read_secrets'].includes(name));
    const write = policies.filter(({ name }) => name === 'read' || name.startsWith('write_'));
    for (const {
      type,
      name,
      values: { policy = '' },
    } of policies)
      if (type === 'aws_iam_policy')
        expect(policy.replaceAll(/\s/g, '').length, name).toBeLessThanOrEqual(6144);
    const requests = await aws.listRecordedRequests();
    const listNeeded = ({ accessKeyId }: AwsCredentials): ReturnType<typeof listNeededPermissions> =>
      listNeededPermissions(requests, (request) => request.accessKeyId === accessKeyId);
    const planned = await listNeeded(planner);
    expect(planned.length).toBeGreaterThan(50);
    expect(listDenied(planned, readStatements(read))).toEqual([]);
    const deployed = await listNeeded(deployer);
    expect(deployed.length).toBeGreaterThan(100);
    expect(listDenied(deployed, readStatements(write))).toEqual([]);
    // The plan role cannot deploy.
    expect(listDenied(deployed, readStatements(read)).length).toBeGreaterThan(30);
  });
});

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly values: { readonly policy?: string };
}

function readStatements(resources: readonly Resource[]): Statement[] {
  // A trust policy and a data source have documents too, but under other names.
  return resources
    .filter(({ type }) => type.startsWith('aws_iam_'))
    .flatMap(({ values: { policy } }) => (policy ? [policy] : []))
    .flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
}
