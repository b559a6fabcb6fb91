// deploy and destroy, killed at five instants together with Terraform and run again each time, have the same final result.
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { waitFor } from '../support/deployment/poll.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/handlers/faulty-proxy.ts';
import { type Death, type Instant, isAlive, killCommand } from '../support/killed-command.ts';
import type { CommandRun } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../support/terraform/shared-provider.ts';

const SPEC = `
project_name: acme-voice
terraform: { extra_files: [local_override.tf] } # points the providers to the local AWS
defaults:
  monitoring: { enabled: false }
  s3: { versioning: true }
environments:
  dev: { regions: [us-east-1] }
`;
const SECRETS = { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' };
const BUCKET = 'acme-voice-audio-dev';
const INSTANTS = 5;
/** The provider waits nearly half a minute for each of these, so they exist before the first kill. */
const SLOW = [
  'aws_sqs_queue_policy.audio',
  'aws_sqs_queue_policy.audio_dlq',
  'aws_sqs_queue_policy.webhook_dlq',
  'aws_sqs_queue_redrive_allow_policy.audio_dlq',
  'aws_s3_bucket_lifecycle_configuration.audio',
];
const DEPLOY: readonly Instant[] = [
  { when: 'after', request: /DynamoDB_20120810\.CreateTable$/ },
  { when: 'after', request: /^POST \/restapis$/ },
  { when: 'after', request: /^POST \/restapis\/[^/]+\/resources\// },
  { when: 'after', request: /^PUT .*\/methods\/POST$/ },
  { when: 'after', request: /^POST .*\/functions$/ },
  { when: 'after', request: /^POST .*\/functions\/.*\/policy$/ },
  { when: 'after', request: /^POST \/restapis\/[^/]+\/stages$/ },
  { when: 'after', request: /^POST .*\/event-source-mappings$/ },
];
const DESTROY: readonly Instant[] = [
  { when: 'after', request: /^POST \/acme-voice-audio-dev\/?\?delete/ },
  { when: 'after', request: /^DELETE .*\/event-source-mappings\// },
  { when: 'before', request: /^DELETE \/restapis\/[^/]+$/ },
  { when: 'before', request: /^DELETE .*\/functions\/[^/]+$/ },
  { when: 'after', request: /AmazonSQS\.DeleteQueue$/ },
  { when: 'after', request: /DynamoDB_20120810\.DeleteTable$/ },
  { when: 'after', request: /^DELETE \/acme-voice-audio-dev\/?$/ },
];

describeWithTools('killed at five instants', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let base: TerraformWorkdir;
  let undisturbed: readonly string[];
  let target: LocalAws;
  let terraform: TerraformWorkdir;
  let proxy: FaultyProxy;
  let provider: SharedProvider;
  let argv: readonly string[];
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const outDir = await generateOutput(SPEC);
    aws = await startLocalAws();
    base = await createTerraformWorkdir({ outDir, localAws: aws, env: SECRETS });
    await base.init();
    await base.selectWorkspace('dev');
    const targets = SLOW.map((address) => `-target=module.us_east_1[0].${address}`);
    await base.apply({ varFile: 'dev.tfvars', args: targets });
    target = await aws.fork();
    terraform = await base.copyFor(target);
    await base.apply({ varFile: 'dev.tfvars' });
    undisturbed = await listResources(aws);
    proxy = await startFaultyProxy(target.endpoint);
    const behind = { ...target.env, ...SECRETS, AWS_ENDPOINT_URL: proxy.endpoint };
    // For all runs; it survives each kill, and does nothing without Terraform.
    provider = await startSharedProvider({
      folder: terraform.path,
      env: { ...process.env, ...behind, AWS_CA_BUNDLE: undefined },
    });
    env = { ...behind, ...provider.env };
    argv = ['--env', 'dev', '--config', join(outDir, '..', 'sonotheia.config.yaml'), '--out', terraform.path];
  });

  afterAll(async () => {
    provider?.stop();
    proxy?.stop();
    await Promise.all([terraform?.remove(), base?.remove()]);
    await aws?.stop();
  });

  /** Returns the instants at which it was killed, and the run that ended by itself. */
  async function runKilled(script: string, instants: readonly Instant[]): Promise<[Death[], CommandRun]> {
    const deaths: Death[] = [];
    for (;;) {
      const left = instants.filter((instant) => !deaths.some((death) => death.instant === instant));
      const ended = await killCommand({
        script,
        argv,
        options: { env, input: 'dev\n' },
        proxy,
        instants: deaths.length < INSTANTS ? left : [],
      });
      if ('instant' in ended) {
        deaths.push(ended);
        await waitFor('Terraform to end', async () => (ended.survivors.some(isAlive) ? undefined : true));
      } else if (!(await doWhatItSays(ended))) return [deaths, ended];
    }
  }

  /** Runs the printed commands; an import makes parts visible, which are imported next. */
  async function doWhatItSays({ stderr }: CommandRun): Promise<boolean> {
    const imports = stderr.split('\n').filter((line) => line.includes(' terraform -chdir='));
    const restored = /fix: (cp '.*'), the state from before/.exec(stderr)?.[1] ?? [];
    const commands = [imports, restored].flat();
    if (commands.length === 0) return false;
    await execa('bash', ['-ec', commands.join('\n')], { env: { ...process.env, ...env } });
    return true;
  }

  test('deploy has the same result as without kills', async () => {
    const [deaths, { exitCode, stdout, stderr }] = await runKilled('deploy', DEPLOY);
    expect(deaths).toHaveLength(INSTANTS);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('dev: deployed.');
    expect(await listResources(target)).toEqual(undisturbed);
  });

  test('when only the command is killed, Terraform completes the deployment', async () => {
    const FunctionName = 'sonotheia-webhook-handler-dev';
    const change = new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 129 });
    await target.client(LambdaClient).send(change);
    const request = /^PUT .*\/functions\/.*\/configuration$/;
    const [deaths, { exitCode, stdout, stderr }] = await runKilled('deploy', [
      { when: 'after', request, sparesTerraform: true },
    ]);
    expect(deaths).toHaveLength(1);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe('dev: nothing to change.');
  });

  test('destroy leaves nothing', async () => {
    const s3 = target.client(S3Client);
    for (const key of ['a', 'b', 'c'])
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `archives/${key}.wav`, Body: 'x' }));
    const item = { session_id: { S: 's' }, timestamp: { N: '1' } };
    await target
      .client(DynamoDBClient)
      .send(new PutItemCommand({ TableName: 'acme-voice-sessions-dev', Item: item }));
    const [deaths, { exitCode, stdout, stderr }] = await runKilled('destroy', DESTROY);
    expect(deaths).toHaveLength(INSTANTS);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('dev: destroyed.');
    expect(await target.listResources()).toEqual([]);
  });
});

/** Removes the ids that AWS chooses. */
async function listResources(aws: LocalAws): Promise<string[]> {
  const ids = /(restapis\/|Logs_|event-source-mapping:|:secret:\S+-)[\w-]+/;
  return (await aws.listResources()).map((arn) => arn.replace(ids, '$1<id>')).sort();
}
