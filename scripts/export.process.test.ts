// The command on the tables and buckets of a local AWS, in two regions.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, RestoreObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTargets } from '../handlers/audio_processor/file-away.ts';
import { type JsonObject, parseJson } from '../handlers/shared/json.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { EU, SessionsWorld, US } from '../test/support/handlers/sessions-world.ts';
import { killCommand } from '../test/support/killed-command.ts';
import type { CommandRun } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { runInProcess } from '../test/support/run-in-process.ts';

/** As a sender may choose it. */
const SESSION = '../../etc/<script src=x>alert(1)</script>"\'&\u202e\u0000';
const BODIES = ['first', 'filed', 'in us'];

describeWithTools('npx sonotheia export', [MOTO], () => {
  let world: SessionsWorld;
  const exportTo = (out: string, ...more: string[]): Promise<CommandRun> =>
    world.run('export', '--session', SESSION, '--out', out, ...more);
  const at = (...path: string[]): string => join(world.folder, ...path);
  const read = (...path: string[]): string => readFileSync(at(...path), 'utf8');

  beforeAll(async () => {
    world = await SessionsWorld.start();
    await world.put(EU, 'evt_<b>', {
      sessionId: SESSION,
      data: parseJson(
        '{"score":0.81999999999999995,"note":"</pre><img src=x onerror=alert(1)>"}',
      ) as JsonObject,
    });
    await world.put(EU, 'evt_other', { sessionId: 'another' });
    const key = 'incoming/../<i>.wav';
    const etag = await world.upload(EU, key, 'first');
    await world.aws
      .client(S3Client, { region: EU })
      .send(new DeleteObjectCommand({ Bucket: world.bucket(EU), Key: key }));
    const uploadId = await world.putResult(EU, SESSION, { key, etag });
    const [target] = listTargets({ key, etag }, 'processed/', uploadId);
    await world.upload(EU, target?.key ?? '', 'filed', { Metadata: { 'source-etag': etag } });
    await world.putResult(US, SESSION, {
      key: 'incoming/us.wav',
      etag: await world.upload(US, 'incoming/us.wav', 'in us'),
    });
  });
  afterAll(() => world?.stop());

  test('has every event and every version, with digests that can be checked', async () => {
    const { exitCode, stdout, stderr } = await exportTo('mine');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe('mine: 3 events, 3 recordings; open mine/index.html');
    expect(readdirSync(at('mine')).sort()).toEqual([
      'SHA256SUMS',
      'index.html',
      'items.json',
      'manifest.json',
      'recordings',
    ]);
    expect((await execa('sha256sum', ['-c', 'SHA256SUMS'], { cwd: at('mine') })).exitCode).toBe(0);
    const files = readdirSync(at('mine', 'recordings'));
    expect(files.every((name) => /^[0-9a-f]{24}\.wav$/.test(name))).toBe(true);
    expect(files.map((name) => read('mine', 'recordings', name)).sort()).toEqual([...BODIES].sort());
    expect(read('mine', 'items.json')).toContain('"score":0.81999999999999995');
    expect(JSON.parse(read('mine', 'items.json'))).toHaveLength(3);
    expect(JSON.parse(read('mine', 'manifest.json'))).toMatchObject({
      environment: 'live',
      session_id: SESSION,
      account_id: '123456789012',
      complete: true,
      regions: [EU, US],
      not_included: [],
    });
    expect(statSync(at('mine')).mode & 0o077).toBe(0);
    expect(statSync(at('mine', 'items.json')).mode & 0o077).toBe(0);
  });

  test('the page shows hostile texts as text, and loads nothing', () => {
    const page = read('mine', 'index.html');
    expect(page).toContain('&lt;script src=x&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202e\\u0000');
    expect(page).not.toMatch(/<(?:script|img|link|iframe|i|b)[ >]|\son\w+=["']|https?:|\u202e/);
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    const addresses = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address);
    expect(addresses.filter((address) => !existsSync(at('mine', address)))).toEqual([]);
    expect(page).toContain('&quot;score&quot;: 0.81999999999999995');
  });

  test('overwrites nothing', async () => {
    const finished = await exportTo('mine');
    expect([finished.exitCode, finished.stderr]).toEqual([
      1,
      expect.stringContaining('is a finished export'),
    ]);
    mkdirSync(at('foreign'));
    writeFileSync(at('foreign', 'thesis.txt'), 'years of work');
    const foreign = await exportTo('foreign');
    expect([foreign.exitCode, foreign.stderr]).toEqual([1, expect.stringContaining('has other contents')]);
    expect(readdirSync(at('foreign'))).toEqual(['thesis.txt']);
    const other = await world.run('export', '--session', 'another', '--out', 'mine');
    expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining('has other contents')]);
    const file = await exportTo('foreign/thesis.txt');
    expect(file.stderr).toContain('is not a folder');
    const inFile = await exportTo('foreign/thesis.txt/mine');
    expect([inFile.exitCode, inFile.stderr]).toEqual([
      1,
      expect.stringMatching(/^A file cannot be .*ENOTDIR/ms),
    ]);
    const nobody = await world.run('export', '--session', 'nobody', '--out', 'new');
    expect([nobody.exitCode, nobody.stderr, existsSync(at('new'))]).toEqual([
      1,
      expect.stringMatching(/^live has no events or recordings of nobody\.$/m),
      false,
    ]);
  });

  test('killed at five instants, the same command finishes it', async () => {
    const proxy = await startFaultyProxy(world.aws.endpoint);
    const argv = ['--env', 'live', '--config', world.config, '--session', SESSION.replace('\u0000', '')];
    // An argument of a process cannot hold a zero.
    await world.put(EU, 'evt_1', { sessionId: SESSION.replace('\u0000', '') });
    const key = 'incoming/a.wav';
    const etag = await world.upload(EU, key, 'x'.repeat(4));
    const uploadId = await world.putResult(EU, SESSION.replace('\u0000', ''), { key, etag });
    const [, target] = listTargets({ key, etag }, 'processed/', uploadId);
    await world.upload(EU, target?.key ?? '', 'y'.repeat(4));
    const out = at('killed');
    for (const [when, request] of [
      ['before', /Query/],
      ['after', /HEAD .*incoming/],
      ['before', /GET .*x-id=GetObject/],
      ['after', /GET .*a\.wav.*x-id=GetObject/],
      ['after', /GET .*processed.*x-id=GetObject/],
    ] as const) {
      const env = { ...world.aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
      const instants = [{ when, request }];
      const death = await killCommand({
        script: 'export',
        argv: [...argv, '--out', out],
        options: { env },
        proxy,
        instants,
      });
      expect(death, `${when} ${request}`).toHaveProperty('instant');
      if (existsSync(join(out, 'manifest.json')))
        expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))).toMatchObject({
          complete: false,
        });
    }
    await proxy.stop();
    const finished = await runInProcess(world.folder, ['export', ...argv, '--out', out]);
    expect(finished.exitCode, finished.stderr).toBe(0);
    expect((await execa('sha256sum', ['-c', 'SHA256SUMS'], { cwd: out })).exitCode).toBe(0);
    expect(readdirSync(join(out, 'recordings'))).toHaveLength(2);
  });

  test('names what it cannot read, and takes it in after a restore', async () => {
    const key = 'incoming/archived.wav';
    const sessionId = 'sess_archived';
    const etag = await world.upload(EU, key, 'cold', { StorageClass: 'GLACIER' });
    await world.putResult(EU, sessionId, { key, etag });
    const run = () => world.run('export', '--session', sessionId, '--out', 'cold');
    const { exitCode, stderr } = await run();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('archived (GLACIER): restore it')]);
    expect(JSON.parse(read('cold', 'manifest.json')).not_included).toHaveLength(1);
    expect(read('cold', 'index.html')).toContain('Not included (1)');
    await world.aws
      .client(S3Client, { region: EU })
      .send(new RestoreObjectCommand({ Bucket: world.bucket(EU), Key: key, RestoreRequest: { Days: 1 } }));
    const again = await run();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(readdirSync(at('cold', 'recordings')).map((name) => read('cold', 'recordings', name))).toEqual([
      'cold',
    ]);
  });

  test('has a recording to which no event leads', async () => {
    await world.upload(EU, 'processed/year-old.wav', 'old', { Metadata: { 'session-id': 'sess_old' } });
    const { exitCode, stderr } = await world.run('export', '--session', 'sess_old', '--out', 'old');
    expect(exitCode, stderr).toBe(0);
    expect(readdirSync(at('old', 'recordings')).map((name) => read('old', 'recordings', name))).toEqual([
      'old',
    ]);
  });

  test('needs no more than the policy that it prints', async () => {
    const { stdout } = await world.run('export', '--print-policy');
    const denied = await world.asUser(undefined, () => exportTo('denied'));
    expect([denied.exitCode, existsSync(at('denied'))]).toEqual([1, false]);
    const allowed = await world.asUser(stdout, () => exportTo('allowed'));
    expect(allowed.exitCode, allowed.stderr).toBe(0);
  });
});
