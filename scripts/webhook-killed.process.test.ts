// register and replay, killed at five instants and run again: one registration with the current secret, each event delivered
// at least once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { type FaultyProxy, startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { type Instant, killCommand } from '../test/support/killed-command.ts';
import { type CommandRun, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { VENDOR_KEY, WebhookVendor } from '../test/support/webhook-vendor.ts';
import { closeServer, listenOnFreePort } from './local/http-server.ts';

const SECRET = 'canary-secret';
const folder = mkdtempSync(join(tmpdir(), 'webhook-killed-'));
const config = join(folder, 'sonotheia.config.yaml');

describeWithTools('npx sonotheia webhook, killed', [MOTO], () => {
  let aws: LocalAws;
  let vendor: WebhookVendor;
  let proxy: FaultyProxy;
  let url: string;
  const server = http.createServer((request, response) => vendor.server.emit('request', request, response));
  const list = (...words: string[]) => [...words, '--env', 'dev', '--url', url, '--config', config];
  const run = (argv: readonly string[]): Promise<CommandRun> =>
    runOperator('webhook', argv, { env: aws.env });
  const kill = async (argv: readonly string[], instant: Instant): Promise<void> => {
    const options = { env: aws.env };
    expect(await killCommand({ script: 'webhook', argv, options, proxy, instants: [instant] })).toMatchObject(
      {
        instant,
      },
    );
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    proxy = await startFaultyProxy(`http://127.0.0.1:${await listenOnFreePort(server)}`);
    url = `${proxy.endpoint}/prod/webhook`;
    const secrets = aws.client(SecretsManagerClient);
    for (const [Name, SecretString] of [
      ['sonotheia-api-key-dev', VENDOR_KEY],
      ['sonotheia-webhook-secret-dev', SECRET],
    ])
      await secrets.send(new CreateSecretCommand({ Name, SecretString }));
    writeFileSync(
      config,
      `
project_name: acme-voice
defaults:
  sonotheia_api_url: ${proxy.endpoint}
environments:
  dev: { regions: [us-east-1] }
`,
    );
  });
  beforeEach(() => {
    vendor = new WebhookVendor();
  });
  afterAll(async () => {
    proxy?.stop();
    await closeServer(server);
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  const GET = /^GET \/v1\/webhooks$/;
  const POST = /^POST \/v1\/webhooks$/;
  const DELETE = /^DELETE \/v1\/webhooks\//;
  test.each<Instant>([
    { when: 'after', request: GET },
    { when: 'before', request: POST },
    { when: 'after', request: POST },
    { when: 'before', request: DELETE },
    { when: 'after', request: DELETE },
  ])('register --again, $when $request', async (instant) => {
    const old = { webhook_id: 'wh_old', url, secret: 'the one before', events: ['mfa.failed'] };
    const other = { webhook_id: 'wh_other', url: 'https://other.test/', secret: 'x', events: [] };
    vendor.registrations = [other, old];
    const again = list('register', '--event', 'mfa.failed', '--again');
    await kill(again, instant);
    const { exitCode, stderr } = await run(again);
    expect(exitCode, stderr).toBe(0);
    expect(vendor.registrations).toMatchObject([other, { url, secret: SECRET, events: ['mfa.failed'] }]);
  });

  test('without --again, the registration of the old secret does not win over the new one', async () => {
    vendor.registrations = [{ webhook_id: 'wh_old', url, secret: 'the one before', events: ['mfa.failed'] }];
    await kill(list('register', '--event', 'mfa.failed', '--again'), { when: 'after', request: POST });
    expect(vendor.registrations).toHaveLength(2);
    const { exitCode, stdout, stderr } = await run(list('register', '--event', 'mfa.failed'));
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('replaced as wh_2; removed wh_old, wh_1');
    expect(vendor.registrations).toMatchObject([{ url, secret: SECRET }]);
  });

  test.each<readonly ['before' | 'after', number]>([
    ['before', 1],
    ['after', 1],
    ['before', 3],
    ['after', 3],
    ['after', 5],
  ])('replay, %s event %i', async (when, nth) => {
    const ids = [1, 2, 3, 4, 5].map((index) => `evt_${index}`);
    vendor.undelivered = ids.map((event_id) => ({ event_id, event_type: 'mfa.failed', data: {} }));
    const replay = list('replay', '--yes', '--rate', '100');
    await kill(replay, { when, request: /^POST \/prod\/webhook$/, nth });
    expect(vendor.received).toHaveLength(when === 'before' ? nth - 1 : nth);
    const { exitCode, stdout, stderr } = await run(replay);
    expect(exitCode, stderr).toBe(0);
    expect(stdout.match(/delivered/g)).toHaveLength(ids.length);
    const received = vendor.received.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id);
    expect([...new Set(received)].sort()).toEqual(ids);
  });
});
