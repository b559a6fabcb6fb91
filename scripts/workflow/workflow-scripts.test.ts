// The steps of the workflow as processes of their own, against a stand-in for GitHub's API and files on disk.
import { createHash } from 'node:crypto';
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
/** The heads of branches, and of the pull request. */
let heads: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  posts = [];
  requests = [];
  refuseWith = 0;
  heads = { main: 'c2', 'release/eu': 'c3', '7': 'pr-head' };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    expect(request.headers.authorization).toBe('Bearer the-token');
    const url = new URL(request.url ?? '', 'http://localhost');
    const known = answer(request.method ?? '', url, body);
    response.statusCode = refuseWith === 0 || request.method === 'GET' ? 200 : refuseWith;
    if (known === undefined) response.statusCode = 404;
    response.end(JSON.stringify(known ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer(method: string, url: URL, body: Partial<Post>): unknown {
  // GitHub answers with exactly this branch, or not at all.
  const branch = /\/git\/ref\/heads\/(.+)$/.exec(url.pathname)?.[1];
  if (branch !== undefined) {
    const sha = heads[decodeURIComponent(branch)];
    return sha === undefined ? undefined : { ref: `refs/heads/${branch}`, object: { type: 'commit', sha } };
  }
  const pull = /\/pulls\/(\d+)$/.exec(url.pathname)?.[1];
  if (pull !== undefined) return heads[pull] === undefined ? undefined : { head: { sha: heads[pull] } };
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
      PULL_REQUEST_HEAD: 'pr-head',
      ...env,
    },
  });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { exitCode, log: all, output: read('output'), summary: read('summary') };
}

interface Report {
  readonly status: string;
  readonly text?: string;
  readonly losses?: readonly string[];
  readonly counts?: Readonly<Record<string, unknown>>;
}

const COUNTS = { import: 0, add: 3, change: 1, destroy: 0, forget: 0 };

function makeReport(environment: string, { status, text, losses, counts }: Report): Record<string, unknown> {
  return {
    environment,
    status,
    text: text ?? `plan of ${environment}`,
    losses: losses ?? [],
    counts: counts ?? COUNTS,
  };
}

/** As the artifact of an environment is unpacked. */
function report(environment: string, status: string, text?: string, more: Partial<Report> = {}): void {
  write(environment, JSON.stringify(makeReport(environment, { status, ...(text ? { text } : {}), ...more })));
}

function write(environment: string, contents: string): void {
  mkdirSync(join(folder, 'reports', environment), { recursive: true });
  writeFileSync(join(folder, 'reports', environment, `plan-report-${environment}.json`), contents);
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
    expect(comment?.body).toContain('<summary>dev – Plan: 3 to add, 1 to change, 0 to destroy</summary>');
    expect(comment?.body).toContain('````\nPlan: 3 to add\n```\n</details>\n````');
    expect(comment?.body).toContain('<summary>prod – the plan failed</summary>');
    report('dev', 'same', 'No changes.');
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    expect(posts).toHaveLength(152);
    expect(posts.at(-1)?.body).toContain('<summary>dev – no changes</summary>');
    expect(posts[150]?.body).toBe('<!-- sonotheia-terraform: plans -->');
  });

  test('fits whatever the plans are: the long ones are cut, the short ones are not', async () => {
    report('dev', 'changed', '✂ 長い\n'.repeat(40_000));
    report('prod', 'changed', `short ${'x'.repeat(3000)} whole`);
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = posts.at(-1)?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThan(65_536);
    expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
    expect(body).toContain('… cut here: the whole plan is in the summary of the run …');
    expect(body).toContain(' whole\n');
    expect(body).not.toContain('\uFFFD');
  });

  test('carries counts and losses above a plan of 92 KB, and the end of it', async () => {
    const text = `Terraform will perform …\n${'  + resource line\n'.repeat(5500)}Plan: 3 to add, 1 to change, 0 to destroy.`;
    expect(text.length).toBeGreaterThan(92_000);
    const losses = Array.from(
      { length: 30 },
      (_, index) => `module.a[${index}].aws_s3_bucket.audio: the bucket`,
    );
    report('dev', 'changed', text, { losses });
    report('prod', 'same');
    expect((await run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = posts.at(-1)?.body ?? '';
    const [heading = '', plans = ''] = body.split('<details>');
    expect(heading).toContain(
      '- dev – Plan: 3 to add, 1 to change, 0 to destroy – LOSES DATA: 30\n- prod – no changes',
    );
    expect(heading).toContain('- ` module.a[0].aws_s3_bucket.audio: the bucket `');
    expect(heading).toContain('- and 10 more');
    expect(heading).toContain('[summary of the run](https://github.com/acme/voice/actions/runs/42)');
    expect(plans).toContain('Plan: 3 to add, 1 to change, 0 to destroy.\n```');
  });

  test('of an old run that runs again leaves the newer one alone', async () => {
    report('dev', 'changed');
    const { exitCode, log } = await run(['comment', 'reports'], { ENVIRONMENTS, PULL_REQUEST_HEAD: 'older' });
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.stringContaining('has a newer commit') });
    expect(posts).toEqual([]);
  });

  test.each<[string, string]>([
    ['another environment', JSON.stringify(makeReport('dev</summary><b>', { status: 'changed' }))],
    ['a status that objects have', JSON.stringify(makeReport('dev', { status: 'constructor' }))],
    [
      'counts that are markup',
      JSON.stringify(makeReport('dev', { status: 'changed', counts: { add: '<b>' } })),
    ],
    ['counts that objects have', JSON.stringify({ ...makeReport('dev', { status: 'changed' }), counts: [] })],
    ['losses that are no lines', JSON.stringify({ ...makeReport('dev', { status: 'same' }), losses: [{}] })],
    ['text that is none', JSON.stringify({ ...makeReport('dev', { status: 'same' }), text: { length: 3 } })],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no JSON', '{'],
  ])('takes a forged report with %s for a plan that failed', async (_, contents) => {
    write('dev', contents);
    expect((await run(['comment', 'reports'], { ENVIRONMENTS: '["dev"]' })).exitCode).toBe(0);
    const body = posts.at(-1)?.body ?? '';
    expect(body).toContain('<summary>dev – the plan failed</summary>');
    expect(body).toContain('The report of the plan cannot be read.');
    expect(body).not.toMatch(/<b>|function|\[object/);
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
    {
      title: 'Drift in dev',
      body: expect.stringMatching(/dev – Plan: 3 to add, 1 to change[\s\S]*memory: 512 -> 1024/),
    },
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
  test('of a plan that failed: its text is inert, and nothing is changed or lost', async () => {
    writeFileSync(join(folder, 'plan.txt'), 'Error\u001b[31m\n::set-output name=x::y\n');
    const result = await run(['report', 'plan.txt'], { ENVIRONMENT: 'dev', PLAN_OUTCOME: 'failure' });
    expect({ exitCode: result.exitCode, output: result.output }).toEqual({ exitCode: 0, output: '' });
    expect(JSON.parse(readFileSync(join(folder, 'plan-report-dev.json'), 'utf8'))).toMatchObject({
      status: 'failed',
      text: 'Error[31m\n::set-output name=x::y',
    });
    // Nothing between these two lines is a command to the runner.
    const token = /^::stop-commands::(.+)$/m.exec(result.log)?.[1];
    expect(result.log).toMatch(new RegExp(`::set-output name=x::y\\n::${token}::`));
  });

  test('says who must change what where the plan role may not read a secret', async () => {
    writeFileSync(
      join(folder, 'plan.txt'),
      'Error: reading Secrets Manager Secret Version: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, api error AccessDeniedException: not authorized',
    );
    const { summary } = await run(['report', 'plan.txt'], { ENVIRONMENT: 'dev', PLAN_OUTCOME: 'failure' });
    expect(summary).toContain('use 6.26 or newer');
  });
});

describe('a plan that loses data', () => {
  const lose = (losses: string[]): void =>
    writeFileSync(
      join(folder, 'plan-report-dev.json'),
      JSON.stringify(makeReport('dev', { status: 'changed', losses })),
    );
  test.each([
    ['nothing is typed', {}, 1, 'action apply, environment dev, confirm dev'],
    ['another name is typed', { CONFIRM: 'prod' }, 1, 'would destroy data'],
    ['its name is typed', { CONFIRM: 'dev' }, 0, 'aws_s3_bucket.audio'],
    ['it is protected', { CONFIRM: 'dev', PROTECTED: '["dev"]' }, 1, 'dev is protected'],
  ])('when %s', async (_, env, exitCode, message) => {
    lose(['module.a.aws_s3_bucket.audio: the bucket and all audio in it']);
    const result = await run(['confirm-losses'], { ENVIRONMENT: 'dev', PROTECTED: '[]', ...env });
    expect(result).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });

  test('is not taken for one that loses nothing when its report is unreadable', async () => {
    writeFileSync(join(folder, 'plan-report-dev.json'), '{}');
    const env = { ENVIRONMENT: 'dev', PROTECTED: '[]', CONFIRM: 'dev' };
    expect((await run(['confirm-losses'], env)).exitCode).toBe(1);
  });
});

describe('the head of the branch', () => {
  const head = (GITHUB_REF: string, GITHUB_SHA: string, DEPLOYED_BRANCH = 'main') =>
    run(['head'], { GITHUB_REF, GITHUB_SHA, DEPLOYED_BRANCH });
  test.each<[string, [string, string, string?], number, string]>([
    ['is planned and applied', ['refs/heads/main', 'c2'], 0, 'c2 is the head of main'],
    ['may have slashes', ['refs/heads/release/eu', 'c3', 'release/eu'], 0, 'is the head'],
    ['is not an old commit', ['refs/heads/main', 'c1'], 1, 'commit c1 is not the head of main (c2)'],
    ['is not a tag of its name', ['refs/tags/main', 'c2'], 1, 'this run is on refs/tags/main'],
    ['is not another branch', ['refs/heads/feature', 'c2'], 1, 'this run is on refs/heads/feature'],
    ['is not a branch that is gone', ['refs/heads/gone', 'c2', 'gone'], 1, 'GitHub answered 404'],
  ])('%s', async (_, args, exitCode, message) => {
    expect(await head(...args)).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });
});

describe('inputs of a run by hand', () => {
  const LOCK_ID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  const base = {
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 'c2',
    DEPLOYED_BRANCH: 'main',
    ENVIRONMENTS: '["dev","prod"]',
    PROTECTED: '["prod"]',
    ENVIRONMENT: 'dev',
  };
  test.each<[string, Record<string, string>, number, string]>([
    ['apply', { ACTION: 'apply' }, 0, ''],
    ['apply, confirmed', { ACTION: 'apply', CONFIRM: 'dev' }, 0, ''],
    ['apply, confirmed for another', { ACTION: 'apply', CONFIRM: 'prod' }, 1, 'confirm must be dev'],
    ['destroy, confirmed', { ACTION: 'destroy', CONFIRM: 'dev' }, 0, ''],
    ['destroy, not confirmed', { ACTION: 'destroy' }, 1, 'Nothing was destroyed'],
    ['destroy, confirmed for another', { ACTION: 'destroy', CONFIRM: 'Dev' }, 1, 'confirm must be dev'],
    [
      'destroy of a protected one',
      { ACTION: 'destroy', ENVIRONMENT: 'prod', CONFIRM: 'prod' },
      1,
      'prod is protected',
    ],
    ['unlock', { ACTION: 'unlock', LOCK_ID }, 0, ''],
    ['unlock of no lock', { ACTION: 'unlock' }, 1, 'LOCK_ID is not set'],
    ['unlock with an option', { ACTION: 'unlock', LOCK_ID: '-force' }, 1, 'lock_id must be the ID'],
    ['unlock with two lines', { ACTION: 'unlock', LOCK_ID: `${LOCK_ID}\n` }, 1, 'lock_id must be the ID'],
    ['an unknown action', { ACTION: 'constructor' }, 1, 'action must be one of apply, unlock, destroy'],
    [
      'an unknown environment',
      { ACTION: 'apply', ENVIRONMENT: 'stage' },
      1,
      'environment must be one of dev, prod',
    ],
    ['a tag', { ACTION: 'apply', GITHUB_REF: 'refs/tags/main' }, 1, 'this run is on refs/tags/main'],
    ['an old commit', { ACTION: 'destroy', CONFIRM: 'dev', GITHUB_SHA: 'c1' }, 1, 'is not the head'],
  ])('%s', async (_, env, exitCode, message) => {
    const result = await run(['confirm'], { ...base, ...env });
    expect(result).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });
});

test('a step that objects have is none', async () => {
  expect(await run(['constructor'])).toMatchObject({ exitCode: 1, log: expect.stringContaining('usage:') });
});

describe('a sealed plan', () => {
  const secret = { ENVIRONMENT: 'dev', PLAN_PASSPHRASE: 'a passphrase of some length' };
  let sum: string;

  beforeEach(async () => {
    writeFileSync(join(folder, 'reviewed.tfplan'), Buffer.from([0, 1, 2, 255]));
    writeFileSync(join(folder, '.terraform.lock.hcl'), 'provider "a" {}\n');
    const { exitCode, output, log } = await run(['seal'], secret);
    expect(exitCode, log).toBe(0);
    sum = /^sha256=([0-9a-f]{64})\n$/.exec(output)?.[1] ?? '';
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

describe('a state that could not be saved', () => {
  const secret = { ENVIRONMENT: 'dev', PLAN_PASSPHRASE: 'a passphrase of some length' };

  test('is kept encrypted, and comes back', async () => {
    writeFileSync(join(folder, 'errored.tfstate'), '{"serial": 4, "secret": "voice"}');
    expect(await run(['seal-state'], secret)).toMatchObject({ exitCode: 0, output: 'kept=true\n' });
    expect(readFileSync(join(folder, 'errored.sealed')).includes('voice')).toBe(false);
    rmSync(join(folder, 'errored.tfstate'));
    expect((await run(['open-state'], { ...secret, ENVIRONMENT: 'prod' })).exitCode).toBe(1);
    expect((await run(['open-state'], secret)).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'errored.tfstate'), 'utf8')).toBe('{"serial": 4, "secret": "voice"}');
  });

  test('is nothing to keep where Terraform saved it', async () => {
    expect(await run(['seal-state'], { ENVIRONMENT: 'dev' })).toMatchObject({ exitCode: 0, output: '' });
  });

  test('is not taken for a plan', async () => {
    writeFileSync(join(folder, 'errored.tfstate'), '{}');
    await run(['seal-state'], secret);
    const sealed = readFileSync(join(folder, 'errored.sealed'));
    writeFileSync(join(folder, 'plan.sealed'), sealed);
    const PLAN_SHA256 = createHash('sha256').update(sealed).digest('hex');
    const result = await run(['open'], { ...secret, PLAN_SHA256 });
    expect(result).toMatchObject({ exitCode: 1, log: expect.stringContaining('cannot be opened') });
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
