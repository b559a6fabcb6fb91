// Deploys the strict profile: it works, the next plan is empty, and each scanner requirement is met or listed with a
// reason in docs/security.md. Also deploys the default profile, for the list of requirements that it does not meet.
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SonotheiaApi, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { createWav } from '../../scripts/local/wav.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { waitFor } from '../support/deployment/poll.ts';
import { readListedFindings } from '../support/deployment/scanner-findings.ts';
import { postWebhook } from '../support/deployment/webhooks.ts';
import { readDeploymentRoles } from '../support/permissions/deployment-roles.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { CHECKS, scan } from '../support/scanner/checks.ts';
import { block, readStackState, type StackState } from '../support/scanner/stack-state.ts';

const API_KEY = 'the key';
const WEBHOOK_SECRET = 'the secret';
const REGION = 'eu-central-1';
const STRICT = `project_name: acme-voice
profile: strict
environments:
  prod: { regions: [${REGION}] }
`;
const USUAL = `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`;
const BUCKET = 'acme-voice-audio-prod';
const TABLE = 'acme-voice-sessions-prod';

interface Deployment {
  readonly aws: LocalAws;
  readonly terraform: TerraformWorkdir;
  readonly options: { readonly varFile: string; readonly vars: Record<string, string> };
  readonly state: StackState;
}

async function deploy(spec: string, varFile: string, apiUrl: string): Promise<Deployment> {
  const [aws, outDir] = await Promise.all([startLocalAws(), generateOutput(spec)]);
  await aws.recordRequests();
  const env = { TF_VAR_sonotheia_api_key: API_KEY, TF_VAR_webhook_secret: WEBHOOK_SECRET };
  const terraform = await createTerraformWorkdir({ outDir, localAws: aws, env });
  const options = { varFile, vars: { sonotheia_api_url: apiUrl } };
  await terraform.init();
  await terraform.apply(options);
  const state = readStackState(await terraform.show(), await readHcl(outDir));
  return { aws, terraform, options, state };
}

async function readHcl(outDir: string): Promise<string> {
  const files = (await readdir(outDir, { recursive: true })).filter((file) => file.endsWith('.tf')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(outDir, file), 'utf8')));
  return texts.join('\n');
}

async function close(deployment: Deployment | undefined): Promise<void> {
  await deployment?.terraform.remove();
  await deployment?.aws.stop();
}

describeWithTools('the strict profile', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let api: SonotheiaApi;
  let strict: Deployment;
  let usual: Deployment;
  /** Of the requests about the strict stack, those of the plan. */
  let planned: readonly [number, number];
  /** The spec that the strict stack was destroyed with. */
  let lastSpec: string;

  beforeAll(async () => {
    api = await startSonotheiaApi(API_KEY);
    [strict, usual] = await Promise.all([
      deploy(STRICT, 'prod.tfvars', api.url),
      deploy(USUAL, 'dev.tfvars', api.url),
    ]);
    await strict.aws.enforceIam(true);
  });

  afterAll(async () => {
    await Promise.all([close(strict), close(usual)]);
    await api?.stop();
  });

  const findEvents = async (session: string): Promise<Record<string, unknown>[] | undefined> => {
    const client = DynamoDBDocumentClient.from(strict.aws.client(DynamoDBClient, { region: REGION }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'session_id = :session',
        ExpressionAttributeValues: { ':session': session },
      }),
    );
    return Items?.length ? Items : undefined;
  };

  test('a plan right after the apply is empty', async () => {
    const count = async (): Promise<number> => (await strict.aws.listRecordedRequests()).length;
    const start = await count();
    const plan = await strict.terraform.plan(strict.options);
    expect(plan.hasChanges, plan.text).toBe(false);
    planned = [start, await count()];
  });

  test('each id that a scanner may report is checked once', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids).toHaveLength(100);
  });

  test('exactly the unmet requirements of the strict tree are listed with a reason', async () => {
    const { accepted } = await readListedFindings();
    const found = scan(strict.state);
    expect(found.filter((finding) => !accepted.includes(finding))).toEqual([]);
    const anywhere = [...found, ...scan(usual.state)];
    expect(accepted.filter((finding) => !anywhere.includes(finding))).toEqual([]);
  });

  test('what Checkov reports because it cannot evaluate the HCL is met by the deployed stack', async () => {
    const { reportedThoughMet } = await readListedFindings();
    expect(reportedThoughMet.length).toBeGreaterThan(0);
    const found = scan(strict.state);
    expect(reportedThoughMet.filter((finding) => found.includes(finding))).toEqual([]);
  });

  test('the unmet requirements of the default profile are listed', async () => {
    const { accepted, leftOut } = await readListedFindings();
    const found = scan(usual.state).filter((finding) => !accepted.includes(finding));
    const ids = [...new Set(found.map((finding) => finding.split(' ')[0]))];
    expect(ids.sort()).toEqual(leftOut);
  });

  test('one key encrypts everything, and only this stack can use it', () => {
    const [key, ...others] = strict.state.of('aws_kms_key').map(({ values }) => values);
    expect(others).toEqual([]);
    const uses = {
      aws_cloudwatch_log_group: 'kms_key_id',
      aws_lambda_function: 'kms_key_arn',
      aws_secretsmanager_secret: 'kms_key_id',
      aws_sns_topic: 'kms_master_key_id',
      aws_sqs_queue: 'kms_master_key_id',
    };
    for (const [type, argument] of Object.entries(uses)) {
      const found = strict.state.of(type);
      expect(found.length, type).toBeGreaterThan(1);
      for (const { address, values } of found) expect(values[argument], address).toBe(key?.arn);
    }
    const policy = JSON.parse(String(key?.policy)) as { Statement: { Principal: { Service?: string } }[] };
    expect(policy.Statement.flatMap(({ Principal }) => Principal.Service ?? [])).toEqual([
      `logs.${REGION}.amazonaws.com`,
      's3.amazonaws.com',
      'cloudwatch.amazonaws.com',
    ]);
    const groups = strict.state.of('aws_cloudwatch_log_group').map(({ values }) => values.arn);
    const named = JSON.stringify(policy);
    for (const arn of groups) expect(named).toContain(`"${arn}"`);
  });

  test('a signed webhook is stored, a forged one is not', async () => {
    const { webhook_url } = await strict.terraform.output();
    const url = strict.aws.apiUrl(String(webhook_url));
    const body = JSON.stringify({
      event_type: 'deepfake.completed',
      data: { session_id: 'sess_strict', score: 0.82, label: 'likely_synthetic' },
    });
    expect((await postWebhook(url, body, 'another secret')).status).toBe(401);
    expect((await postWebhook(url, body, WEBHOOK_SECRET)).status).toBe(200);
    expect(await findEvents('sess_strict')).toHaveLength(1);
  });

  test('an upload is processed', async () => {
    const s3 = strict.aws.client(S3Client, { region: REGION });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'incoming/call.wav', Body: createWav(4) }));
    await waitFor('the processed file', async () => {
      const { Versions } = await s3.send(
        new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: 'processed/' }),
      );
      return Versions?.[0]?.Key;
    });
  });

  test('the table cannot be deleted while it is protected', async () => {
    await strict.aws.enforceIam(false);
    const deletion = strict.aws
      .client(DynamoDBClient, { region: REGION })
      .send(new DeleteTableCommand({ TableName: TABLE }));
    await expect(deletion).rejects.toThrow(/protect/i);
  });

  test('without protections in the spec, destroy leaves no resources', async () => {
    const { aws, terraform, options } = strict;
    const unprotected = 'defaults: { s3: { force_destroy: true }, dynamodb: { deletion_protection: false } }';
    const outDir = await generateOutput(`${STRICT}${unprotected}\n`);
    lastSpec = join(outDir, '../sonotheia.config.yaml');
    await cp(outDir, terraform.path, { recursive: true });
    await terraform.apply(options);
    await terraform.destroy(options);
    expect(await aws.listResources()).toEqual([]);
  });

  test('the roles of a workflow for this spec allow each request of Terraform', async () => {
    const requests = await strict.aws.listRecordedRequests();
    const roles = await readDeploymentRoles(lastSpec, 'prod');
    expect(await roles.listDenied('deploy', requests)).toEqual([]);
    const [start, end] = planned;
    const isOfPlan = (_: unknown, index: number): boolean => index >= start && index < end;
    expect(await roles.listDenied('plan', requests, isOfPlan)).toEqual([]);
    // The plan role cannot deploy.
    expect((await roles.listDenied('plan', requests)).length).toBeGreaterThan(100);
  });

  test('the default stack has no key of its own', () => {
    expect(usual.state.of('aws_kms_key')).toEqual([]);
    expect(
      block(usual.state.of('aws_dynamodb_table')[0]?.values ?? {}, 'server_side_encryption').enabled,
    ).toBe(true);
  });
});
