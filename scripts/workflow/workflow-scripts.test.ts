// The steps of the workflow as processes of their own, against a stand-in for GitHub's API and files on disk.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const OWN = { login: 'github-actions[bot]' };

interface Post {
  id: number;
  number: number;
  title?: string;
  body: string;
  state?: string;
  user: { login: string };
}

let folder: string;
let server: Server;
let posts: Post[];
let requests: string[];
let refuseWith: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  posts = [];
  requests = [];
  refuseWith = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    expect(request.headers.authorization).toBe('Bearer the-token');
    const url = new URL(request.url ?? '', 'http://localhost');
    response.statusCode = refuseWith === 0 || request.method === 'GET' ? 200 : refuseWith;
    response.end(JSON.stringify(answer(request.method ?? '', url, body)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer(method: string, url: URL, body: Partial<Post>): unknown {
  if (method === 'GET') {
    const page = Number(url.searchParams.get('page'));
    const open = posts.filter(({ state = 'open' }) => state === 'open');
    return open.slice((page - 1) * 100, page * 100);
  }
  if (body.body !== undefined && body.body.length > 65_536) throw new Error('GitHub takes 65,536 characters');
  if (refuseWith !== 0) return {};
  const id = Number(/\/(\d+)$/.exec(url.pathname)?.[1]);
  const existing = posts.find((post) => post.id === id);
  if (method === 'PATCH' && existing !== undefined) return Object.assign(existing, body);
  const isClosingRemark =
    /\/issues\/\d+\/comments$/.test(url.pathname) && !url.pathname.includes('/issues/7/');
  const made = { id: posts.length + 1000, number: posts.length + 1000, user: OWN, body: '', ...body };
  if (!isClosingRemark) posts.push(made);
  return made;
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  for (const name of ['output', 'summary']) writeFileSync(join(folder, name), '');
  const { port } = server.address() as AddressInfo;
  const { exitCode, all } = await execa(process.execPath, [MAIN, ...args], {
    cwd: folder,
    reject: false,
    all: true,
    env: {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/voice',
      GITHUB_RUN_ID: '42',
      GITHUB_TOKEN: 'the-token',
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      PULL_REQUEST: '7',
      ...env,
    },
  });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { exitCode, log: all, output: read('output'), summary: read('summary') };
}

function report(environment: string, status: string, text = `plan of ${environment}`): void {
  mkdirSync(join(folder, 'reports'), { recursive: true });
  const file = join(folder, 'reports', `plan-report-${environment}.json`);
  writeFileSync(file, JSON.stringify({ environment, status, text }));
}

describe('comment', () => {
  const ENVIRONMENTS = '["dev","prod"]';

  test('is made once and then updated, behind any number of others', async () => {
    for (let id = 1; id <= 150; id += 1)
      posts.push({ id, number: id, body: 'hello', user: { login: 'ada' } });
    // Somebody else's text is not touched, even with the marker.
    posts.push({ id: 151, number: 151, body: '<!-- sonotheia-terraform: plans -->', user: { login: 'eve' } });
    report('dev', 'changed', 'Plan: 3 to add\n```\n</details>');
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    expect(posts).toHaveLength(152);
    const comment = posts.at(-1);
    expect(comment?.body).toContain('<summary>Plan for dev: changes</summary>');
    expect(comment?.body).toContain('````\nPlan: 3 to add\n```\n</details>\n````');
    expect(comment?.body).toContain('<summary>Plan for prod: failed</summary>');
    report('dev', 'same', 'No changes.');
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    expect(posts).toHaveLength(152);
    expect(posts.at(-1)?.body).toContain('Plan for dev: no changes');
    expect(posts[150]?.body).toBe('<!-- sonotheia-terraform: plans -->');
  });

  test('fits whatever the plans are: the long ones are cut, the short ones are not', async () => {
    report('dev', 'changed', '✂ 長い\n'.repeat(40_000));
    report('prod', 'changed', `short ${'x'.repeat(3000)} whole`);
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = posts.at(-1)?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThan(65_536);
    expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
    expect(body).toContain('… (cut; the whole text is in the summary of the run)');
    expect(body).toContain(' whole\n');
    expect(body).not.toContain('\uFFFD');
  });

  test.each([401, 403, 404])('goes to the summary where the token may not comment (%i)', async (status) => {
    refuseWith = status;
    report('dev', 'changed');
    const { exitCode, log, summary } = await run(['comment', 'reports'], { ENVIRONMENTS });
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.stringContaining('::notice::') });
    expect(summary).toContain('plan of dev');
    expect(log).not.toContain('the-token');
  });

  test('fails where GitHub does, after three attempts', async () => {
    refuseWith = 502;
    report('dev', 'changed');
    const { exitCode, log } = await run(['comment', 'reports'], { ENVIRONMENTS });
    expect({ exitCode, log }).toEqual({ exitCode: 1, log: expect.stringContaining('GitHub answered 502') });
    expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(3);
  });
});

test('drift opens one issue for each environment, updates it, and closes it when gone', async () => {
  const ENVIRONMENTS = '["dev","prod"]';
  report('dev', 'changed', 'memory: 512 -> 1024');
  report('prod', 'same');
  const first = await run(['drift', 'reports'], { ENVIRONMENTS });
  expect(first.exitCode, first.log).toBe(0);
  expect(posts).toMatchObject([
    { title: 'Drift in dev', body: expect.stringContaining('memory: 512 -> 1024') },
  ]);
  expect(first.summary).toContain('| dev | yes; opened #1000 |\n| prod | none |');
  report('dev', 'changed', 'memory: 512 -> 2048');
  expect((await run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain('updated #1000');
  expect(posts).toHaveLength(1);
  expect(posts[0]?.body).toContain('2048');
  report('dev', 'failed');
  expect((await run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain(
    '| dev | unknown: the plan failed |',
  );
  expect(posts[0]?.state).toBeUndefined();
  report('dev', 'same');
  expect((await run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain('gone; closed #1000');
  expect(posts[0]).toMatchObject({ state: 'closed', state_reason: 'completed' });
});

describe('report', () => {
  test.each([
    ['0', 0, 'same', ''],
    ['2', 0, 'changed', 'changed=true\n'],
    ['1', 1, 'failed', ''],
  ])('of exit code %s', async (code, exitCode, status, output) => {
    writeFileSync(join(folder, 'plan.txt'), 'text\n::set-output name=x::y\n');
    const result = await run(['report', code, 'plan.txt'], { ENVIRONMENT: 'dev' });
    expect({ exitCode: result.exitCode, output: result.output }).toEqual({ exitCode, output });
    expect(JSON.parse(readFileSync(join(folder, 'plan-report-dev.json'), 'utf8'))).toMatchObject({ status });
    // Nothing between these two lines is a command to the runner.
    const token = /^::stop-commands::(.+)$/m.exec(result.log)?.[1];
    expect(result.log).toMatch(new RegExp(`::set-output name=x::y\\n::${token}::`));
  });
});

describe('a sealed plan', () => {
  const secret = { ENVIRONMENT: 'dev', PLAN_PASSPHRASE: 'a passphrase of some length' };
  let sum: string;

  beforeEach(async () => {
    writeFileSync(join(folder, 'reviewed.tfplan'), Buffer.from([0, 1, 2, 255]));
    writeFileSync(join(folder, '.terraform.lock.hcl'), 'provider "a" {}\n');
    const { exitCode, output, log } = await run(['seal'], secret);
    expect(exitCode, log).toBe(0);
    sum = /^dev=([0-9a-f]{64})\n$/.exec(output)?.[1] ?? '';
    rmSync(join(folder, 'reviewed.tfplan'));
    rmSync(join(folder, '.terraform.lock.hcl'));
  });

  test('comes back byte for byte', async () => {
    expect((await run(['open'], { ...secret, PLAN_SHA256: sum })).exitCode).toBe(0);
    expect([...readFileSync(join(folder, 'reviewed.tfplan'))]).toEqual([0, 1, 2, 255]);
    expect(readFileSync(join(folder, '.terraform.lock.hcl'), 'utf8')).toBe('provider "a" {}\n');
  });

  test.each([
    ['another checksum', { PLAN_SHA256: 'ab'.repeat(32) }, 'checksum differs'],
    ['no checksum', { PLAN_SHA256: '' }, 'PLAN_SHA256 is not set'],
    ['another passphrase', { PLAN_PASSPHRASE: 'another passphrase, also long' }, 'cannot be opened'],
    ['another environment', { ENVIRONMENT: 'prod' }, 'cannot be opened'],
    ['a short passphrase', { PLAN_PASSPHRASE: 'short' }, 'shorter than 20'],
  ])('is refused with %s', async (_, env, message) => {
    const { exitCode, log } = await run(['open'], { ...secret, PLAN_SHA256: sum, ...env });
    expect({ exitCode, log }).toEqual({ exitCode: 1, log: expect.stringContaining(message) });
    expect(() => readFileSync(join(folder, 'reviewed.tfplan'))).toThrow();
  });
});

test('packages are those that the manifest names, or the job fails', async () => {
  mkdirSync(join(folder, 'lambda'));
  writeFileSync(join(folder, 'lambda/a.zip'), 'abc');
  const sha = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  writeFileSync(
    join(folder, '.sonotheia-manifest.json'),
    JSON.stringify({ sha256: { 'lambda/a.zip': sha, 'main.tf': 'x' } }),
  );
  expect((await run(['verify-packages'])).exitCode).toBe(0);
  writeFileSync(join(folder, 'lambda/a.zip'), 'abd');
  expect(await run(['verify-packages'])).toMatchObject({
    exitCode: 1,
    log: expect.stringContaining('is not the package'),
  });
  rmSync(join(folder, 'lambda/a.zip'));
  expect((await run(['verify-packages'])).exitCode).toBe(1);
});
