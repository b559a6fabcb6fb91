// The command as a developer types it: started, used, killed, started again, ended.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findFreePorts, LocalCommand, type LocalProcess } from '../test/support/local/local-command.ts';
import { createWav } from './local/wav.ts';
import { sign } from './local/webhook-request.ts';

/** Logs each file below ~/.aws that the command opens; starting a credential process would leave a file. */
const home = mkdtempSync(join(tmpdir(), 'home-'));
const opened = join(home, 'opened.txt');
const HOOK = `
const fs = require('node:fs');
for (const module of [fs, fs.promises])
  for (const name of ['readFile', 'readFileSync', 'open', 'openSync', 'createReadStream']) {
    const original = module[name];
    if (original === undefined) continue;
    module[name] = function (path, ...rest) {
      if (String(path).includes('/.aws')) fs.writeFileSync(${JSON.stringify(opened)}, String(path));
      return original.call(this, path, ...rest);
    };
  }`;
const POISON = {
  HOME: home,
  NODE_OPTIONS: `--require ${join(home, 'hook.cjs')}`,
  AWS_CONFIG_FILE: undefined,
  AWS_SHARED_CREDENTIALS_FILE: undefined,
  AWS_PROFILE: 'poison',
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/credentials',
};

let command: LocalCommand;
let port: number;
let running: LocalProcess;

beforeAll(async () => {
  mkdirSync(join(home, '.aws'));
  const profile = `credential_process = touch ${opened}\nregion = eu-west-1\n`;
  writeFileSync(join(home, '.aws', 'config'), `[default]\n${profile}[profile poison]\n${profile}`);
  writeFileSync(join(home, 'hook.cjs'), HOOK);
  command = new LocalCommand(POISON);
  port = await findFreePorts();
  running = await command.start(port);
});

afterAll(async () => {
  await command?.remove();
  rmSync(home, { recursive: true });
});

const config = () => ({
  endpoint: `http://127.0.0.1:${port + 2}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'mine', secretAccessKey: 'any' },
});

async function sendEvent(id: string): Promise<number> {
  const secret = /signed by +(\S+)/.exec(running.output)?.[1];
  const data = { session_id: `sess_${id}`, score: 0.9 };
  const timestamp = new Date().toISOString();
  const body = JSON.stringify({ event_id: id, event_type: 'deepfake.completed', timestamp, data });
  const headers = { 'x-sonotheia-signature': sign(body, secret) };
  const answer = await fetch(`http://127.0.0.1:${port + 1}/prod/webhook`, { method: 'POST', body, headers });
  return answer.status;
}

async function listSessions(): Promise<(string | undefined)[]> {
  const { Items = [] } = await new DynamoDBClient(config()).send(
    new ScanCommand({ TableName: 'acme-sessions-dev', FilterExpression: 'attribute_exists(event_id)' }),
  );
  return Items.map(({ session_id }) => session_id?.S).sort();
}

async function upload(name: string): Promise<void> {
  await new S3Client({ ...config(), forcePathStyle: true }).send(
    new PutObjectCommand({
      Bucket: 'acme-audio-dev',
      Key: `incoming/${name}`,
      Body: createWav(3),
      Metadata: { 'session-id': `sess_${name}` },
    }),
  );
}

test('serves webhook, S3, table and page', async () => {
  expect(await sendEvent('evt_1')).toBe(200);
  await upload('a.wav');
  await vi.waitFor(async () => expect(await listSessions()).toEqual(['sess_a.wav', 'sess_evt_1']), 30_000);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<!doctype html>')]);
});

test('a second one names the port; with other ports, the process that has the state', async () => {
  const second = await command.start(port);
  expect(second.exitCode).toBe(1);
  expect(second.output).toContain(`Process ${running.child.pid} runs this environment already`);
  const elsewhere = new LocalCommand();
  const third = await elsewhere.start(port);
  await elsewhere.remove();
  expect(third.exitCode).toBe(1);
  expect(third.output).toMatch(/Port \d+ of 127\.0\.0\.1 is in use/);
});

test('killed and started again, it has its state and the same secret', async () => {
  await upload('b.wav');
  await command.end(running, 'SIGKILL');
  running = await command.start(port);
  expect(await sendEvent('evt_2')).toBe(200);
  expect(await listSessions()).toEqual(expect.arrayContaining(['sess_a.wav', 'sess_evt_1', 'sess_evt_2']));
});

test('a saved spec applies, unless it has a mistake', async () => {
  const spec = join(command.folder, 'sonotheia.config.yaml');
  const before = readFileSync(spec, 'utf8');
  writeFileSync(spec, '{');
  await vi.waitFor(() => expect(running.output).toContain('sonotheia.config.yaml has problems'), 30_000);
  expect(await sendEvent('evt_3')).toBe(200);
  writeFileSync(spec, `${before}defaults: { api_gateway: { stage_name: live } }\n`);
  await vi.waitFor(() => expect(running.output).toContain(`:${port + 1}/live/webhook`), 30_000);
  expect(await listSessions()).toContain('sess_evt_3');
  expect(await sendEvent('evt_4')).toBe(403);
  writeFileSync(spec, before);
  await vi.waitFor(async () => expect(await sendEvent('evt_4')).toBe(200), 30_000);
});

test('Ctrl-C ends it and its functions; --reset empties the state', async () => {
  expect(await command.end(running, 'SIGINT')).toBe(0);
  const folder = join(command.folder, '.sonotheia', 'local', 'dev-us-east-1');
  expect([
    existsSync(join(folder, 'lock')),
    existsSync(join(folder, 'functions', 'webhook_handler')),
  ]).toEqual([false, false]);
  running = await command.start(port, '--reset');
  expect(await listSessions()).toEqual([]);
  expect(await command.end(running, 'SIGTERM')).toBe(0);
});

test('it reads no credentials of the machine', () => {
  expect(existsSync(opened) && readFileSync(opened, 'utf8')).toBe(false);
});
