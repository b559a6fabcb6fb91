// A rotation that is killed: no region loses the value in use, and the same command, run again, finishes the rotation.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { listWords, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-killed-'));
const config = join(folder, 'sonotheia.config.yaml');
const REGIONS = ['us-east-1', 'eu-west-1'];

describeWithTools('npx sonotheia secrets rotate, killed', [MOTO], () => {
  let aws: LocalAws;
  const read = async (SecretId: string, region: string, VersionStage: string): Promise<unknown> => {
    const client = aws.client(SecretsManagerClient, { region });
    return (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    const environments = [0, 1, 2, 3, 4].map((index) => `  at${index}: { regions: [${REGIONS.join(', ')}] }`);
    writeFileSync(config, ['project_name: acme-voice\nenvironments:', ...environments].join('\n'));
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each([
    [0, 'GetSecretValue', 1, 'crash_after', ['old', 'old']],
    [1, 'PutSecretValue', 1, 'crash_before', ['old', 'old']],
    [2, 'PutSecretValue', 1, 'crash_after', ['new', 'old']],
    [3, 'PutSecretValue', 2, 'crash_before', ['new', 'old']],
    [4, 'PutSecretValue', 2, 'crash_after', ['new', 'new']],
  ] as const)('instant %i: %s %i, %s', async (index, action, nth, fault, expected) => {
    const SecretId = `sonotheia-webhook-secret-at${index}`;
    for (const region of REGIONS)
      await aws
        .client(SecretsManagerClient, { region })
        .send(new CreateSecretCommand({ Name: SecretId, SecretString: 'old' }));
    const argv = ['rotate', 'webhook_secret', '--env', `at${index}`, '--yes', '--config', config];
    const proxy = await startFaultyProxy(aws.endpoint);
    const [node = '', ...words] = listWords('secrets', argv);
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    const child = execa(node, words, { env, input: 'new\n', reject: false });
    let calls = 0;
    proxy.decide = ({ headers }) => {
      if (headers['x-amz-target'] !== `secretsmanager.${action}`) return 'none';
      calls += 1;
      return calls === nth ? fault : 'none';
    };
    proxy.crash = () => void child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    proxy.stop();
    const current = await Promise.all(REGIONS.map((region) => read(SecretId, region, 'AWSCURRENT')));
    expect(current).toEqual(expected);
    const next = await runOperator('secrets', argv, { env: aws.env, input: 'new\n' });
    expect(next.exitCode, next.stderr).toBe(0);
    for (const region of REGIONS) {
      expect(await read(SecretId, region, 'AWSCURRENT')).toBe('new');
      expect(await read(SecretId, region, 'AWSPREVIOUS')).toBe('old');
    }
  });
});
