// The command as an operator types it, on a local AWS, with a stand-in for the Sonotheia API's webhook endpoints.

import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TEST_MEMBER } from '../handlers/webhook_handler/parse-event.ts';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { asNobody } from '../test/support/deployment/as-nobody.ts';
import { type CommandRun, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { VENDOR_KEY as KEY, WebhookVendor } from '../test/support/webhook-vendor.ts';
import { closeServer, listenOnFreePort } from './local/http-server.ts';

const SECRET = 'canary-secret';
const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
const config = join(folder, 'sonotheia.config.yaml');

describeWithTools('npx sonotheia webhook', [MOTO], () => {
  let aws: LocalAws;
  let url: string;
  let vendor: WebhookVendor;
  const server = http.createServer((request, response) => vendor.server.emit('request', request, response));
  const run = (
    argv: string[],
    input = '',
    env: Record<string, string | undefined> = {},
  ): Promise<CommandRun> =>
    runOperator('webhook', [...argv, '--config', config], { env: { ...aws.env, ...env }, input });
  const register = (...more: string[]) => run(['register', '--env', 'dev', '--url', url, ...more]);
  const changes = () => vendor.calls.filter((call) => !call.startsWith('GET'));

  beforeAll(async () => {
    aws = await startLocalAws();
    const origin = `http://127.0.0.1:${await listenOnFreePort(server)}`;
    url = `${origin}/prod/webhook`;
    const secrets = aws.client(SecretsManagerClient);
    for (const [Name, SecretString] of [
      ['sonotheia-api-key-dev', KEY],
      ['sonotheia-webhook-secret-dev', SECRET],
      ['sonotheia-api-key-stale', 'canary-stale'],
      ['sonotheia-webhook-secret-stale', SECRET],
    ])
      await secrets.send(new CreateSecretCommand({ Name, SecretString }));
    writeFileSync(
      config,
      `
project_name: acme-voice
defaults:
  sonotheia_api_url: ${origin}
environments:
  dev: { regions: [us-east-1] }
  stale: { regions: [us-east-1] }
  prod: { regions: [us-east-1, eu-west-1] }
`,
    );
  });
  beforeEach(() => {
    vendor = new WebhookVendor();
  });
  afterAll(async () => {
    await closeServer(server);
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('registering twice creates one registration, with the current secret and every event', async () => {
    const first = await register();
    expect(first.stdout).toBe(`us-east-1: ${url} registered as wh_1`);
    expect(first.exitCode).toBe(0);
    expect((await register()).stdout).toBe(`us-east-1: ${url} is registered as wh_1`);
    expect(vendor.registrations).toMatchObject([{ url, secret: SECRET, webhook_id: 'wh_1' }]);
    expect(vendor.registrations[0]?.events).toHaveLength(8);
    expect(changes()).toEqual(['POST /v1/webhooks']);
    expect(first.stdout + first.stderr).not.toContain('canary');
  });

  test('other events, and --again, replace a registration: the new one first', async () => {
    await register();
    const fewer = await register('--event', 'deepfake.completed');
    expect(fewer.stdout).toBe(`us-east-1: ${url} replaced as wh_2; removed wh_1`);
    const again = await register('--event', 'deepfake.completed', '--again');
    expect(again.stdout).toBe(`us-east-1: ${url} replaced as wh_3; removed wh_2`);
    expect(changes()).toEqual([
      'POST /v1/webhooks',
      'POST /v1/webhooks',
      'DELETE /v1/webhooks/wh_1',
      'POST /v1/webhooks',
      'DELETE /v1/webhooks/wh_2',
    ]);
  });

  test('the next run removes the rest of an interrupted replacement', async () => {
    await register('--event', 'mfa.completed');
    vendor.registrations.push({ webhook_id: 'wh_old', url, events: ['mfa.failed'], secret: 'x' });
    expect((await register('--event', 'mfa.completed')).stdout).toBe(
      `us-east-1: ${url} is registered as wh_1; removed wh_old`,
    );
  });

  test('list shows all registrations; remove asks for the name, and removes only its own', async () => {
    vendor.registrations = [{ webhook_id: 'wh_other', url: 'https://other.test/', events: [], secret: 'x' }];
    await register('--event', 'sar.filed');
    const words = ['--env', 'dev', '--url', url];
    const { stdout } = await run(['list', ...words]);
    expect(stdout).toMatch(/^wh_other +- +https:\/\/other.test\/$/m);
    expect(stdout).toMatch(/^wh_1 +us-east-1 +http.*\/prod\/webhook +sar.filed$/m);
    const refused = await run(['remove', ...words], 'yes\n');
    expect([refused.exitCode, vendor.registrations.length]).toEqual([1, 2]);
    expect((await run(['remove', ...words], 'dev\n')).stdout).toBe('wh_1 removed');
    expect(vendor.registrations).toMatchObject([{ webhook_id: 'wh_other' }]);
    expect((await run(['remove', ...words, '--yes'])).stderr).toMatch(
      /^The API key is sent to 127\.0\.0\.1:\d+\.\nNothing is registered for it\.$/,
    );
    expect((await run(['remove', ...words, '--yes', '--id', 'wh_other'])).stdout).toBe('wh_other removed');
  });

  test('waits for rate limits and transient faults', async () => {
    vendor.faults = { GET: [429, 503], POST: [429] };
    expect((await register()).stdout).toBe(`us-east-1: ${url} registered as wh_1`);
  });

  test('reports permanent faults, and does not repeat a registration that may have succeeded', async () => {
    vendor.faults = { GET: [429, 429, 429, 429, 429], POST: [503] };
    const limited = await register();
    expect(limited.stderr).toContain(
      'refused GET /v1/webhooks with 429.\n  why: FAULT, request req_9\n  fix: try again later',
    );
    const failed = await register();
    expect(failed.stderr).toContain('refused POST /v1/webhooks with 503.');
    expect([limited.exitCode, failed.exitCode]).toEqual([1, 1]);
    expect(changes()).toEqual(['POST /v1/webhooks']);
  });

  test('send signs the exact bytes of a sample with new ids', async () => {
    const { exitCode, stdout } = await run([
      'send',
      ...['--env', 'dev', '--url', url, '--event', 'deepfake.completed'],
    ]);
    expect(stdout).toMatch(/^deepfake.completed evt_sample_\S+: 200 \{"status":"success"/);
    expect(exitCode).toBe(0);
    const [{ body, headers } = { body: '', headers: {} }] = vendor.received;
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    expect(headers['x-sonotheia-signature']).toBe(`sha256=${signature}`);
    const event = JSON.parse(body) as { event_id: string; data: { session_id: string } };
    expect(event).toMatchObject({ [TEST_MEMBER]: true });
    expect(headers['x-sonotheia-event-id']).toBe(event.event_id);
    expect(event.data.session_id).toMatch(/^sample-/);
  });

  test('replay treats an answer without a known list as an error', async () => {
    vendor.listName = 'failures';
    const { exitCode, stderr } = await run(['replay', '--env', 'dev', '--url', url, '--since', '7d']);
    vendor.listName = 'events';
    expect(stderr).toContain('its answer holds no list of events');
    expect(exitCode).toBe(1);
  });

  test('after confirmation, replay sends the undelivered events with their original ids, and reports failures', async () => {
    const event = (event_id: string) => ({ event_id, event_type: 'mfa.failed', data: { session_id: 's' } });
    vendor.undelivered = [event('evt_1'), { delivery_id: 'dlv_1', event: event('evt_2') }, event('evt_3')];
    vendor.refusedEvents = ['evt_2'];
    const words = ['replay', '--env', 'dev', '--url', url, '--rate', '100', '--since', '7d'];
    expect((await run(words)).stderr).toContain('3 events since ');
    expect(vendor.received).toEqual([]);
    const { exitCode, stdout, stderr } = await run(words, 'dev\n');
    expect(stdout).toMatch(/^evt_1 +mfa.failed +delivered +200$/m);
    expect(stdout).toMatch(/^evt_2 +mfa.failed +FAILED +503 +\{"error":"not_now"\}$/m);
    expect(stderr).toContain('1 of 3 failed; run it again to try them once more.');
    expect(vendor.calls.filter((call) => call.includes('cursor=2'))).toHaveLength(2);
    expect(exitCode).toBe(1);
    expect(vendor.received.map(({ body }) => JSON.parse(body))).toEqual([event('evt_1'), event('evt_3')]);
    const sinceMs = Date.parse(
      new URL(vendor.calls[0]?.split(' ')[1] ?? '', url).searchParams.get('since') ?? '',
    );
    expect(Math.abs(Date.now() - 7 * 86_400_000 - sinceMs)).toBeLessThan(60_000);
  });

  test.each([
    [['replace', '--env', 'dev'], {}, 'There is no replace'],
    [
      ['list', '--env', 'dve', '--url', 'https://a.test/'],
      {},
      'There is no environment dve. Did you mean dev?',
    ],
    [
      ['register', '--env', 'dev', '--event', 'deepfake.complete', '--url', 'https://a.test/'],
      {},
      'Did you mean deepfake.completed?',
    ],
    [['register', '--env', 'dev', '--url', 'http://example.org/'], {}, 'is no endpoint for events'],
    [['register', '--env', 'prod', '--url', 'https://a.test/'], {}, '--url applies to one region.'],
    [
      ['register', '--env', 'stale', '--url', 'https://a.test/'],
      {},
      'the API key is not accepted: npx sonotheia secrets rotate',
    ],
    [
      ['replay', '--env', 'dev', '--url', 'https://a.test/', '--since', 'tomorrow'],
      {},
      '--since takes a duration such as 90m',
    ],
    [
      ['replay', '--env', 'dev', '--url', 'https://a.test/', '--rate', '0'],
      {},
      '--rate takes a number up to 100, not 0.',
    ],
    [['list', '--env', 'dev', '--url', 'https://a.test/'], { ...CUT_OFF }, 'There are no AWS credentials.'],
  ])('%j changes nothing and gives the reason', async (argv, env, message) => {
    const { exitCode, stdout, stderr } = await run(argv, '', env);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(changes()).toEqual([]);
    expect(stderr).not.toContain('canary');
  });

  test('names the missing permission', async () => {
    const { exitCode, stdout, stderr } = await asNobody(aws, (env) =>
      run(['register', '--env', 'dev', '--url', url], '', env),
    );
    expect(stderr).toContain('The credentials lack a permission.');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(vendor.calls).toEqual([]);
  });
});
