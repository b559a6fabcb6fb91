// One environment in two regions: names do not collide, overrides apply to their region, and a plan without a var-file
// deploys the first environment.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SonotheiaApi, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { createWav } from '../../scripts/local/wav.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { waitFor } from '../support/deployment/poll.ts';
import { postWebhook } from '../support/deployment/webhooks.ts';
import { type CommandRun, runOperator } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const WEBHOOK_SECRET = 'the-webhook-secret';

const writeSpec = (apiUrl: string): string => `
project_name: acme-voice
defaults:
  sonotheia_api_url: ${apiUrl}
  s3: { versioning: true }
  dynamodb: { event_type_index: true }
environments:
  live:
    regions: [eu-west-1, us-east-1]
    region_overrides:
      us-east-1:
        lambda: { memory_size: 256 }
`;

describeWithTools('an environment in two regions', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  let api: SonotheiaApi;
  let outDir: string;

  beforeAll(async () => {
    aws = await startLocalAws();
    api = await startSonotheiaApi('key');
    outDir = await generateOutput(writeSpec(api.url));
    terraform = await createTerraformWorkdir({
      outDir,
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: WEBHOOK_SECRET },
    });
    await terraform.init();
    await terraform.apply();
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
    await api?.stop();
  });

  test('is deployed twice, with different global names', async () => {
    expect(await terraform.output()).toMatchObject({
      s3_bucket_name: 'acme-voice-audio-live',
      s3_bucket_names: {
        'eu-west-1': 'acme-voice-audio-live',
        'us-east-1': 'acme-voice-audio-live-us-east-1',
      },
      webhook_urls: {
        'eu-west-1': expect.stringContaining('.execute-api.eu-west-1.'),
        'us-east-1': expect.stringContaining('.execute-api.us-east-1.'),
      },
    });
  });

  test.each([
    ['eu-west-1', 512, 'sonotheia-webhook-handler-live'],
    ['us-east-1', 256, 'sonotheia-webhook-handler-live-us-east-1'],
  ])('in %s with %i MB and the role %s', async (region, memoryMb, role) => {
    const lambda = aws.client(LambdaClient, { region });
    const deployed = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'sonotheia-webhook-handler-live' }),
    );
    expect(deployed.MemorySize).toBe(memoryMb);
    expect(deployed.Role).toMatch(new RegExp(`:role/${role}$`));
  });

  test('a plan right after the apply is empty', async () => {
    const plan = await terraform.plan();
    expect(plan.hasChanges, plan.text).toBe(false);
  });

  test('a session is found, exported and forgotten in both, with the printed permissions alone, and does not come back', async () => {
    const fork = await aws.fork();
    const folder = dirname(outDir);
    const { webhook_urls, s3_bucket_names } = (await terraform.output()) as Record<
      string,
      Record<string, string>
    >;
    const regions = Object.keys(webhook_urls ?? {});
    const body = JSON.stringify({
      event_id: 'evt_1',
      event_type: 'deepfake.completed',
      timestamp: new Date().toISOString(),
      data: { session_id: 'sess_1', case_id: 'case_1', score: 0.9 },
    });
    const deliver = async (): Promise<number[]> =>
      await Promise.all(
        regions.map(
          async (region) =>
            (await postWebhook(fork.apiUrl(webhook_urls?.[region] ?? ''), body, WEBHOOK_SECRET)).status,
        ),
      );
    const upload = async (region: string, key: string): Promise<void> => {
      const put = new PutObjectCommand({
        Bucket: s3_bucket_names?.[region] ?? '',
        Key: key,
        Body: createWav(1),
        Metadata: { 'session-id': 'sess_1' },
      });
      await fork.client(S3Client, { region }).send(put);
    };
    const listKeys = async (region: string): Promise<string[]> => {
      const Bucket = s3_bucket_names?.[region] ?? '';
      const { Versions = [], DeleteMarkers = [] } = await fork
        .client(S3Client, { region })
        .send(new ListObjectVersionsCommand({ Bucket }));
      return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
    };
    const run = (script: string, ...words: string[]): Promise<CommandRun> =>
      runOperator(script, ['--env', 'live', '--config', join(folder, 'sonotheia.config.yaml'), ...words], {
        env,
        cwd: folder,
      });
    let env: Record<string, string | undefined> = { ...fork.env };

    expect(await deliver()).toEqual([200, 200]);
    for (const region of regions) await upload(region, 'incoming/jane-doe.wav');
    for (const region of regions)
      await waitFor('filed', async () =>
        (await listKeys(region)).includes('processed/jane-doe.wav') ? true : undefined,
      );
    env = { ...env, ...(await makeUser(fork, (await run('forget', '--print-policy')).stdout)) };
    await fork.enforceIam(true);
    const exported = await run('export', '--session', 'sess_1', '--out', 'sess_1');
    expect(exported.stdout, exported.stderr).toContain('sess_1: 4 events, 4 recordings');
    const forgotten = await run('forget', '--session', 'sess_1', '--confirm', 'sess_1', '--wait', '1');
    expect(forgotten.exitCode, forgotten.stderr).toBe(0);
    expect(forgotten.stdout).toContain('Forgotten: 4 events,');
    await fork.enforceIam(false);

    expect(await deliver()).toEqual([200, 200]);
    for (const region of regions) {
      expect(await listKeys(region)).toEqual([]);
      await upload(region, 'incoming/late.wav');
      await waitFor('removed', async () => ((await listKeys(region)).length === 2 ? true : undefined));
    }
    const found = await run('sessions', '--session', 'sess_1');
    expect([found.exitCode, found.stdout, found.stderr]).toEqual([
      0,
      '',
      expect.stringMatching(/^No event matches\.$/m),
    ]);
    // The function removed the file; its version is left for the next run.
    const again = await run('forget', '--session', 'sess_1', '--confirm', 'sess_1', '--wait', '1');
    expect(again.exitCode, again.stderr).toBe(0);
    for (const region of regions) expect(await listKeys(region)).toEqual([]);
    expect(await readdir(join(folder, '.sonotheia', 'forget'))).toHaveLength(1);
  });
});

async function makeUser(aws: LocalAws, PolicyDocument: string): Promise<Record<string, string | undefined>> {
  const iam = aws.client(IAMClient);
  const UserName = 'privacy-desk';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'forget', PolicyDocument }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { AWS_ACCESS_KEY_ID: key?.AccessKeyId, AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey };
}
