// The command as an operator types it, on a local AWS.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { asNobody } from '../test/support/deployment/as-nobody.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { type CommandRun, listWords, runInTerminal, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { closeServer, listenOnFreePort } from './local/http-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const config = join(folder, 'sonotheia.config.yaml');

/** A Sonotheia API that accepts one key. */
const api = http.createServer(({ url, headers }, response) => {
  const isKnown = url === '/v1/webhooks' && headers.authorization === 'Bearer canary-key-2';
  response.writeHead(isKnown ? 200 : 401).end('[]');
});

describeWithTools('npx sonotheia secrets', [MOTO], () => {
  let aws: LocalAws;
  const run = (argv: string[], input = '', env: Record<string, string> = {}): Promise<CommandRun> =>
    runOperator('secrets', [...argv, '--config', config], { env: { ...aws.env, ...env }, input });
  const read = async (SecretId: string, stage = 'AWSCURRENT', region = 'us-east-1'): Promise<unknown> => {
    const client = aws.client(SecretsManagerClient, { region });
    return await client.send(new GetSecretValueCommand({ SecretId, VersionStage: stage })).then(
      ({ SecretString }) => SecretString,
      (error: Error) => error.name,
    );
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    const url = `http://127.0.0.1:${await listenOnFreePort(api)}`;
    writeFileSync(
      config,
      `
project_name: acme-voice
defaults:
  sonotheia_api_url: ${url}
  secrets: { api_key: { source: existing } }
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1, eu-west-1], secrets: { webhook_secret: { source: existing } } }
  elsewhere: { regions: [us-east-1], account_id: "999988887777" }
`,
    );
  });
  afterAll(async () => {
    await closeServer(api);
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('put creates an existing-source secret from stdin, and shows no value', async () => {
    const { exitCode, stdout, stderr } = await run(['put', 'api_key', '--env', 'dev'], 'canary-key-1\n');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/us-east-1 +sonotheia-api-key-dev +created/);
    expect(stdout + stderr).not.toContain('canary');
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-1');
  });

  test('put does not replace a value', async () => {
    const { exitCode, stderr } = await run(['put', 'api-key', '--env', 'dev'], 'other\n');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('has another value already. Nothing was changed.');
    expect(stderr).toContain('fix: npx sonotheia secrets rotate api_key --env dev');
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-1');
  });

  test('rotate asks without echo and keeps the previous value', async () => {
    const argv = ['rotate', 'api_key', '--env', 'dev', '--config', config];
    const typed = ['canary-key-2', 'canary-key-2', 'dev'];
    const { exitCode, shown } = await runInTerminal('secrets', argv, typed, aws.env);
    expect(shown).toContain('rotated; the previous value is accepted, too');
    expect(shown).not.toContain('canary');
    expect(exitCode).toBe(0);
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-2');
    expect(await read('sonotheia-api-key-dev', 'AWSPREVIOUS')).toBe('canary-key-1');
  });

  test('rotate with the current value writes nothing, so the previous one stays', async () => {
    const { stdout } = await run(['rotate', 'api_key', '--env', 'dev', '--yes'], 'canary-key-2\n');
    expect(stdout).toContain('has this value already');
    expect(await read('sonotheia-api-key-dev', 'AWSPREVIOUS')).toBe('canary-key-1');
  });

  test('a second rotation within the hour, which drops a value that may be in use, needs a confirmation despite --yes', async () => {
    const { exitCode, stderr } = await run(['rotate', 'api_key', '--env', 'dev', '--yes'], 'canary-key-3\n');
    expect(stderr).toMatch(
      /The API key in us-east-1 was rotated \d minutes ago\. .* Wait until \d\d:\d\d UTC, or type the name/,
    );
    expect(stderr).toContain('It needs confirmation, and stdin is not a TTY.');
    expect(exitCode).toBe(1);
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-2');
    expect(await read('sonotheia-api-key-dev', 'AWSPREVIOUS')).toBe('canary-key-1');
  });

  test('does not overwrite a rotation that happened during the question', async () => {
    const client = aws.client(SecretsManagerClient);
    const SecretId = 'sonotheia-api-key-prod';
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'canary-key-1' }));
    const [node = '', ...words] = listWords('secrets', [
      ...['rotate', 'api_key', '--env', 'prod', '--region', 'us-east-1', '--config', config],
    ]);
    const child = execa(node, words, { env: aws.env, reject: false });
    child.stdin.write('canary-key-2\n');
    child.stderr.on('data', (chunk: Buffer) => {
      if (!chunk.includes('Type prod')) return;
      const theirs = client.send(new PutSecretValueCommand({ SecretId, SecretString: 'canary-theirs' }));
      void theirs.then(() => child.stdin.end('prod\n'));
    });
    const { exitCode, stderr } = await child;
    expect(stderr).toContain('changed meanwhile. The new value was kept.');
    expect(exitCode).toBe(1);
    expect(await read(SecretId)).toBe('canary-theirs');
    expect(await read(SecretId, 'AWSPREVIOUS')).toBe('canary-key-1');
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  });

  test.each([
    [
      'the name is not typed',
      ['canary-key-3', 'canary-key-3', 'prod'],
      'It was not confirmed: dev was not typed.',
    ],
    ['the two differ', ['canary-key-3', 'canary-key-4'], 'The two differ. Nothing was changed.'],
    ['Ctrl-C', ['\u0003'], 'cancelled: Nothing was changed.'],
    ['Ctrl-D', ['\u0004'], 'cancelled: Nothing was changed.'],
  ])('nothing is changed when %s', async (_what, typed, message) => {
    const argv = ['rotate', 'api_key', '--env', 'dev', '--config', config];
    const { exitCode, shown } = await runInTerminal('secrets', argv, typed, aws.env);
    expect(shown).toContain(message);
    expect(shown).not.toContain('canary');
    expect(exitCode).toBe(message.startsWith('cancelled') ? 130 : 1);
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-2');
  });

  test('a rotation that failed in one region is finished with the value of the other', async () => {
    const { stderr } = await run(['put', 'webhook_secret', '--env', 'prod'], 'canary-old\n');
    expect(stderr).not.toContain('Terraform');
    const generate = ['rotate', 'webhook_secret', '--env', 'prod', '--generate', '--yes'];
    const proxy = await startFaultyProxy(aws.endpoint);
    proxy.decide = ({ headers }) => {
      const isWriting = headers['x-amz-target'] === 'secretsmanager.PutSecretValue';
      // The request's signature names the region.
      return isWriting && headers.authorization?.includes('/eu-west-1/') === true ? 'throttle' : 'none';
    };
    const half = await run(generate, '', { AWS_ENDPOINT_URL: proxy.endpoint });
    proxy.stop();
    expect(half.stderr).toContain(
      'Changed in us-east-1 only. To give the others the same value: npx sonotheia secrets rotate webhook_secret --env prod --from us-east-1',
    );
    expect(half.exitCode).toBe(1);
    const first = await read('sonotheia-webhook-secret-prod');
    expect(first).toMatch(/^[\w-]{43}$/);
    const finish = ['rotate', 'webhook_secret', '--env', 'prod', '--from', 'us-east-1', '--yes'];
    const { stdout, exitCode } = await run(finish);
    expect(stdout).toMatch(/eu-west-1 .*rotated/);
    expect(exitCode).toBe(0);
    expect(await read('sonotheia-webhook-secret-prod', 'AWSCURRENT', 'eu-west-1')).toBe(first);
    expect(await read('sonotheia-webhook-secret-prod', 'AWSPREVIOUS', 'eu-west-1')).toBe('canary-old');
  });

  test('a JSON object keeps its other members', async () => {
    const client = aws.client(SecretsManagerClient);
    const SecretString = JSON.stringify({ owner: 'fraud', api_key: 'canary-key-1' });
    await client.send(new CreateSecretCommand({ Name: 'sonotheia-api-key-prod', SecretString }));
    await run(['rotate', 'api_key', '--env', 'prod', '--region', 'us-east-1', '--yes'], 'canary-key-2\n');
    expect(JSON.parse(String(await read('sonotheia-api-key-prod')))).toEqual({
      owner: 'fraud',
      api_key: 'canary-key-2',
    });
  });

  test("check shows existing and missing secrets and the API's verdict about the key", async () => {
    const dev = await run(['check', '--env', 'dev', '--api'], '', {
      TF_VAR_sonotheia_api_key: 'canary-old-key',
    });
    expect(dev.stdout).toMatch(
      /dev +us-east-1 +sonotheia-api-key-dev +20\d\d-\S+ \S+ UTC +20.* good; TF_VAR_sonotheia_api_key has another value/,
    );
    expect(dev.stdout).toContain('not there: npx sonotheia deploy --env dev');
    expect(dev.stderr).toMatch(/^The API key is sent to 127\.0\.0\.1:\d+\.\n1 of 2 need attention\.$/);
    expect(dev.exitCode).toBe(1);
    await run(['rotate', 'api_key', '--env', 'dev', '--yes'], 'canary-key-withdrawn\ndev\n');
    const refused = await run(['check', 'api_key', '--env', 'dev', '--api']);
    expect(refused.stdout).toContain('the Sonotheia API refuses it (401): rotate it');
    expect(refused.exitCode).toBe(1);
    expect(dev.stdout + dev.stderr + refused.stdout).not.toContain('canary');
  });

  test('the message for a deleted secret has the restore command', async () => {
    const client = aws.client(SecretsManagerClient);
    await client.send(new DeleteSecretCommand({ SecretId: 'sonotheia-webhook-secret-prod' }));
    const { exitCode, stderr } = await run([
      'rotate',
      'webhook_secret',
      '--env',
      'prod',
      '--generate',
      '--yes',
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'fix: aws secretsmanager restore-secret --secret-id sonotheia-webhook-secret-prod --region us-east-1',
    );
  });

  test.each([
    [
      'an environment that is not there',
      ['rotate', 'api_key', '--env', 'dve'],
      'There is no environment dve. Did you mean dev?',
    ],
    [
      'no environment',
      ['rotate', 'api_key'],
      'Which environment?\n  fix: give --env with one of dev, prod, elsewhere',
    ],
    [
      'another account',
      ['rotate', 'api_key', '--env', 'elsewhere'],
      'The credentials are of the account 123456789012, but elsewhere is in 999988887777.',
    ],
    [
      'a region that it is not in',
      ['put', 'api_key', '--env', 'dev', '--region', 'eu-west-1'],
      'dev is not in eu-west-1',
    ],
    [
      'a secret that Terraform is to make',
      ['put', 'webhook_secret', '--env', 'dev'],
      'fix: npx sonotheia deploy --env dev',
    ],
    [
      'an API key to be made up',
      ['rotate', 'api_key', '--env', 'dev', '--generate'],
      'An API key comes from Sonotheia',
    ],
    [
      'nothing on standard input',
      ['rotate', 'api_key', '--env', 'dev'],
      'The API key is empty. Nothing was changed.',
    ],
    ['an unknown verb', ['rotat'], 'There is no rotat. Did you mean rotate?'],
    [
      'the value as an argument',
      ['put', 'api_key', 'canary', '--env', 'dev'],
      'That is one argument too many.',
    ],
    ['an unknown option', ['check', '--regoin', 'x'], 'There is no option --regoin. Did you mean --region?'],
  ])('%s is refused, and nothing is changed', async (_what, argv, message) => {
    const { exitCode, stdout, stderr } = await run(argv);
    expect(stderr).toContain(message);
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-withdrawn');
  });

  test('reports missing credentials', async () => {
    const argv = ['rotate', 'api_key', '--env', 'dev', '--config', config];
    const { exitCode, stderr } = await runOperator('secrets', argv, { env: { ...CUT_OFF } });
    expect(stderr).toMatch(/^There are no AWS credentials\.\n {2}why: .*\n {2}fix: set AWS_PROFILE/);
    expect(exitCode).toBe(1);
  });

  test('names the missing permission, and changes nothing', async () => {
    const { exitCode, stderr } = await asNobody(aws, (env) =>
      run(['rotate', 'api_key', '--env', 'dev', '--yes'], 'canary\n', env),
    );
    expect(stderr).toContain('The credentials lack a permission.');
    expect(stderr).toContain('secretsmanager:DescribeSecret');
    expect(exitCode).toBe(1);
    expect(await read('sonotheia-api-key-dev')).toBe('canary-key-withdrawn');
  });
});
