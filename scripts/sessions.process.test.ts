// The command on the tables and buckets of a local AWS, in two regions.
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTargets } from '../handlers/audio_processor/file-away.ts';
import { type JsonObject, parseJson } from '../handlers/shared/json.ts';
import { toSortKey } from '../handlers/shared/session-event.ts';
import { EU, HOUR_MS, SessionsWorld, TABLE, US } from '../test/support/handlers/sessions-world.ts';
import { type CommandRun, listWords, NOBODYS, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { runInProcess } from '../test/support/run-in-process.ts';

const HOSTILE = '=HYPERLINK("http://x","a")\u001b[2J,"\n';

describeWithTools('npx sonotheia sessions', [MOTO], () => {
  let world: SessionsWorld;
  const run = (...more: string[]): Promise<CommandRun> => world.run('sessions', ...more);
  const lines = async (
    ...more: string[]
  ): Promise<{ region: string; item: JsonObject; recordings?: object[] }[]> => {
    const { exitCode, stdout, stderr } = await run('--yes', '--format', 'ndjson', ...more);
    expect(exitCode, stderr).toBe(0);
    return stdout === '' ? [] : stdout.split('\n').map((line) => JSON.parse(line));
  };
  const ids = async (...more: string[]): Promise<unknown[]> =>
    (await lines(...more)).map(({ item }) => item.event_id).sort();

  beforeAll(async () => {
    world = await SessionsWorld.start();
    const data = parseJson(
      '{"score":0.81999999999999995,"label":"synthetic","decision":"deny","case_id":"c1"}',
    ) as JsonObject;
    await world.put(EU, 'evt_deny', { data, caseKey: 'case#c1' });
    const timestamp = toSortKey(world.nowMs - 48 * HOUR_MS, 'x');
    await world.put(EU, 'evt_old', { timestamp, data: { score: 0.4 } });
    await world.put(US, 'evt_us', { eventType: 'mfa.completed', data: { recommended_action: 'deny' } });
    await world.put(US, 'evt_hostile', { sessionId: HOSTILE, data: { score: '0.99' } });
    await world.put(US, 'body_0123456789abcdef0123456789abcdef', { dedupeKey: 'body#0123' });
  });
  afterAll(() => world?.stop());

  test('finds by every key and property, in all regions or one, and never shows a marker', async () => {
    const all = ['body_0123456789abcdef0123456789abcdef', 'evt_deny', 'evt_hostile', 'evt_old', 'evt_us'];
    expect(await ids()).toEqual(all);
    expect(await ids('--region', US)).toEqual([all[0], 'evt_hostile', 'evt_us']);
    expect(await ids('--session', 'sess_1')).toEqual([all[0], 'evt_deny', 'evt_old', 'evt_us']);
    expect(await ids('--session', HOSTILE)).toEqual(['evt_hostile']);
    expect(await ids('--event', 'evt_us')).toEqual(['evt_us']);
    expect(await ids('--event', all[0] ?? '')).toEqual([all[0]]);
    expect(await ids('--case', 'c1')).toEqual(['evt_deny']);
    expect(await ids('--since', '24h')).toEqual(all.filter((id) => id !== 'evt_old'));
    expect(await ids('--session', 'sess_1', '--until', '24h')).toEqual(['evt_old']);
    expect(await ids('--type', 'mfa.completed')).toEqual(['evt_us']);
    expect(await ids('--label', 'synthetic')).toEqual(['evt_deny']);
    expect(await ids('--decision', 'deny')).toEqual(['evt_deny', 'evt_us']);
    expect(await ids('--min-score', '0.81')).toEqual(['evt_deny', 'evt_hostile']);
    expect(await ids('--event', 'evt_missing')).toEqual([]);
  });

  test('keeps every digit, and makes no formula', async () => {
    const { stdout } = await run('--session', 'sess_1', '--format', 'ndjson', '--region', EU);
    expect(stdout).toContain('"score":0.81999999999999995,');
    expect(stdout).toContain(
      `"timestamp":${toSortKey(world.nowMs - HOUR_MS, 'event#evt_deny').replace(/0+$/, '')}`,
    );
    const csv = await run('--session', HOSTILE, '--format', 'csv');
    expect(csv.stdout).toContain(`,"'=HYPERLINK(""http://x"",""a"")\u001b[2J,""\n",`);
    const table = await run('--session', HOSTILE);
    expect(table.stdout).toContain('=HYPERLINK("http://x","a")\\u001b[2J,"\\n');
    const json = await run('--session', 'nobody', '--format', 'json');
    expect(JSON.parse(json.stdout)).toEqual([]);
    const many = await run('--session', 'sess_1', '--format', 'json');
    expect(JSON.parse(many.stdout)).toHaveLength(4);
    expect(
      (await run('--session', 'sess_1', '--format', 'ndjson', '--limit', '1')).stdout.split('\n'),
    ).toHaveLength(1);
  });

  test('says what a scan reads and costs, and asks first', async () => {
    const argv = ['--env', 'live', '--config', world.config, '--type', 'mfa.completed'];
    const denied = await runOperator('sessions', argv, { env: world.aws.env });
    expect([denied.exitCode, denied.stdout]).toEqual([1, '']);
    expect(denied.stderr).toMatch(
      /The search reads the whole table acme-voice-sessions-live in us-east-1: \d+ bytes by its last count, \d+ read units, less than 0\.01 USD\./,
    );
    expect(denied.stderr).not.toContain('eu-west-1: ');
    const asked = await runOperator('sessions', argv, { env: world.aws.env, input: 'live\n' });
    expect([asked.exitCode, asked.stdout]).toEqual([0, expect.stringContaining('evt_us')]);
  });

  test('refuses contradictions, and names an environment that is not deployed', async () => {
    for (const [words, text] of [
      [['--session', 'a', '--event', 'b'], '--session and --event were given'],
      [['--session', 'delivery#event#evt_us'], 'is an internal entry'],
      [['--min-score', '2'], 'from 0 to 1, not 2'],
      [['--limit', '10001'], 'at most 10000 rows'],
    ] as const) {
      const { exitCode, stderr } = await run(...words);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(text)]);
    }
    const gone = await runInProcess(world.folder, ['sessions', '--env', 'gone', '--session', 'sess_1']);
    expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('gone is not deployed')]);
  });

  test('shows where each recording is, and whose the others are', async () => {
    const key = 'incoming/a b\u0007.wav';
    const Metadata = { 'session-id': 'sess_rec' };
    const other = { 'session-id': 'somebody' };
    const etag = await world.upload(EU, key, 'mine', { Metadata });
    await world.upload(EU, key, 'mine', { Metadata: other });
    await world.aws
      .client(S3Client, { region: EU })
      .send(new DeleteObjectCommand({ Bucket: world.bucket(EU), Key: key }));
    const uploadId = await world.putResult(EU, 'sess_rec', { key, etag });
    const [first, second] = listTargets({ key, etag }, 'processed/', uploadId);
    await world.upload(EU, first?.key ?? '', 'of another', {
      Metadata: { ...other, 'source-etag': 'other' },
    });
    await world.upload(EU, second?.key ?? '', 'mine', { Metadata, StorageClass: 'GLACIER' });
    const { stdout, exitCode, stderr } = await run('--session', 'sess_rec');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/eu-west-1 +incoming\/a b\\u0007\.wav +4 +STANDARD +1 +only older versions/);
    expect(stdout).toMatch(
      /eu-west-1 +processed\/a b\\u0007\.\w+\.wav +4 +GLACIER +1 +archived: restore it first/,
    );
    await world.upload(EU, 'processed/without-event.wav', 'mine', { Metadata: { 'session-id': 'sess_old' } });
    const expired = await run('--session', 'sess_old');
    expect(expired.stderr).toContain(
      'No event matches.\nRecordings outlive their events: `export` writes those',
    );
    const [line] = await lines('--session', 'sess_rec');
    expect(line?.recordings).toEqual([
      expect.objectContaining({ key, etag, isReadable: true }),
      expect.objectContaining({ key: second?.key, storageClass: 'GLACIER', isReadable: false }),
    ]);
    expect(await ids('--recording', key)).toEqual([`audio_${uploadId.slice(0, 32)}`]);
  });

  test('needs no more than the policy that it prints', async () => {
    const { stdout } = await run('--print-policy');
    const denied = await world.asUser(undefined, () => run('--session', 'sess_rec'));
    expect([denied.exitCode, denied.stderr]).toEqual([1, expect.stringContaining('lack a permission')]);
    const allowed = await world.asUser(stdout, () => run('--session', 'sess_rec'));
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(allowed.stdout).toContain('GLACIER');
    const theirs = await runInProcess(world.folder, ['sessions', '--env', 'theirs', '--session', 'x']);
    expect(theirs.stderr).toContain('but theirs is in 999988887777');
  });

  test('ends quietly when the reader closes the pipe', async () => {
    const client = world.aws.client(DynamoDBClient, { region: US });
    for (let index = 0; index < 60; index += 1)
      await client.send(
        new PutItemCommand({
          TableName: TABLE,
          Item: {
            session_id: { S: 'sess_long' },
            timestamp: { N: `${1_700_000_000 + index}` },
            event_type: { S: 'mfa.completed' },
            data: { M: { note: { S: 'x'.repeat(20_000) } } },
          },
        }),
      );
    const words = listWords('sessions', ['--env', 'live', '--config', world.config]);
    const [node = '', ...argv] = [...words, '--session', 'sess_long', '--format', 'ndjson'];
    const env = { ...NOBODYS, ...world.aws.env };
    const piped = execa('sh', ['-c', '"$0" "$@"; echo "ended with $?" >&2', node, ...argv], {
      env,
      cwd: join(import.meta.dirname, '..'),
      buffer: { stdout: false },
    });
    piped.stdout.once('data', () => piped.stdout.destroy());
    const { stderr } = await piped;
    expect(stderr).toBe('ended with 0');
  });
});
