// The command on the tables and buckets of a local AWS, in two regions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listTargets } from '../handlers/audio_processor/file-away.ts';
import { DynamoDbSessionStore } from '../handlers/shared/adapters/dynamodb-session-store.ts';
import { type JsonObject, parseJson } from '../handlers/shared/json.ts';
import { type SessionEvent, toSortKey } from '../handlers/shared/session-event.ts';
import { systemClock } from '../handlers/shared/system-clock.ts';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { type CommandRun, listWords, NOBODYS, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { runInProcess } from '../test/support/run-in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
const TABLE = 'acme-voice-sessions-live';
const BUCKET = 'acme-voice-audio-live';
const [EU, US] = ['eu-west-1', 'us-east-1'] as const;
const NOW_MS = Date.now();
const HOUR_MS = 3_600_000;
const signal = AbortSignal.timeout(600_000);
const HOSTILE = '=HYPERLINK("http://x","a")\u001b[2J,"\n';

describeWithTools('npx sonotheia sessions', [MOTO], () => {
  let aws: LocalAws;
  const run = (...more: string[]): Promise<CommandRun> =>
    runInProcess(folder, ['sessions', '--env', 'live', ...more]);
  const lines = async (
    ...more: string[]
  ): Promise<{ region: string; item: JsonObject; recordings?: object[] }[]> => {
    const { exitCode, stdout, stderr } = await run('--yes', '--format', 'ndjson', ...more);
    expect(exitCode, stderr).toBe(0);
    return stdout === '' ? [] : stdout.split('\n').map((line) => JSON.parse(line));
  };
  const ids = async (...more: string[]): Promise<unknown[]> =>
    (await lines(...more)).map(({ item }) => item.event_id).sort();

  const put = async (region: string, eventId: string, more: Partial<SessionEvent> = {}): Promise<void> => {
    const client = aws.client(DynamoDBClient, { region });
    const store = new DynamoDbSessionStore({ client, tableName: TABLE, clock: systemClock });
    const dedupeKey = more.dedupeKey ?? `event#${eventId}`;
    await store.store(
      {
        sessionId: 'sess_1',
        timestamp: toSortKey(NOW_MS - HOUR_MS, dedupeKey),
        eventId,
        dedupeKey,
        eventType: 'deepfake.completed',
        data: {},
        status: 'announced',
        isTest: false,
        receivedAt: new Date(NOW_MS - HOUR_MS).toISOString(),
        ttl: 4_000_000_000,
        ...more,
      },
      signal,
    );
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    for (const [name, value] of Object.entries({ ...NOBODYS, ...aws.env })) vi.stubEnv(name, value);
    const regions = `regions: [${EU}, ${US}]`;
    const spec = [
      'project_name: acme-voice',
      'environments:',
      `  live: { ${regions} }`,
      `  gone: { ${regions} }`,
    ];
    writeFileSync(join(folder, 'sonotheia.config.yaml'), spec.join('\n'));
    for (const region of [EU, US]) await createTable(aws, region);
    const data = parseJson(
      '{"score":0.81999999999999995,"label":"synthetic","decision":"deny","case_id":"c1"}',
    );
    await put(EU, 'evt_deny', { data: data as JsonObject, caseKey: 'case#c1' });
    await put(EU, 'evt_old', { timestamp: toSortKey(NOW_MS - 48 * HOUR_MS, 'x'), data: { score: 0.4 } });
    await put(US, 'evt_us', { eventType: 'mfa.completed', data: { recommended_action: 'deny' } });
    await put(US, 'evt_hostile', { sessionId: HOSTILE, data: { score: '0.99' } });
    await put(US, 'body_0123456789abcdef0123456789abcdef', { dedupeKey: 'body#0123' });
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

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
      `"timestamp":${toSortKey(NOW_MS - HOUR_MS, 'event#evt_deny').replace(/0+$/, '')}`,
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
    const argv = [
      '--env',
      'live',
      '--config',
      join(folder, 'sonotheia.config.yaml'),
      '--type',
      'mfa.completed',
    ];
    const denied = await runOperator('sessions', argv, { env: aws.env });
    expect([denied.exitCode, denied.stdout]).toEqual([1, '']);
    expect(denied.stderr).toMatch(
      /This reads the whole table acme-voice-sessions-live in us-east-1: \d+ bytes by its last count, \d+ read units, less than 0\.01 USD\./,
    );
    expect(denied.stderr).not.toContain('eu-west-1: ');
    const asked = await runOperator('sessions', argv, { env: aws.env, input: 'live\n' });
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
    const gone = await runInProcess(folder, ['sessions', '--env', 'gone', '--session', 'sess_1']);
    expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('gone is not deployed')]);
  });

  test('shows where each recording is, and whose the others are', async () => {
    const s3 = aws.client(S3Client, { region: EU });
    const CreateBucketConfiguration = { LocationConstraint: EU };
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const upload = async (Key: string, Body: string, Metadata = {}, more = {}): Promise<string> => {
      const put = new PutObjectCommand({ Bucket: BUCKET, Key, Body, Metadata, ...more });
      return ((await s3.send(put)).ETag ?? '').replaceAll('"', '');
    };
    const key = 'incoming/a b\u0007.wav';
    const etag = await upload(key, 'mine', { 'session-id': 'sess_rec' });
    await upload(key, 'mine', { 'session-id': 'somebody' });
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
    const [first, second] = listTargets({ key, etag }, 'processed/', 'f'.repeat(32));
    await upload(first?.key ?? '', 'of another', { 'session-id': 'somebody', 'source-etag': 'other' });
    await upload(second?.key ?? '', 'mine', { 'session-id': 'sess_rec' }, { StorageClass: 'GLACIER' });
    await put(EU, `audio_${'f'.repeat(32)}`, {
      sessionId: 'sess_rec',
      dedupeKey: 'audio#f',
      eventType: 'audio.processed',
      data: { key, etag, size_bytes: 4, score: 0.1 },
    });
    const { stdout, exitCode, stderr } = await run('--session', 'sess_rec');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/eu-west-1 +incoming\/a b\\u0007\.wav +4 +STANDARD +1 +only older versions/);
    expect(stdout).toMatch(
      /eu-west-1 +processed\/a b\\u0007\.\w+\.wav +4 +GLACIER +1 +archived: restore it first/,
    );
    const [line] = await lines('--session', 'sess_rec');
    expect(line?.recordings).toEqual([
      expect.objectContaining({ key, etag, isReadable: true }),
      expect.objectContaining({ key: second?.key, storageClass: 'GLACIER', isReadable: false }),
    ]);
    expect(await ids('--recording', key)).toEqual([`audio_${'f'.repeat(32)}`]);
  });

  test('needs no more than the policy that it prints', async () => {
    const iam = aws.client(IAMClient);
    const UserName = 'support-desk';
    const { stdout: PolicyDocument } = await run('--print-policy');
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const words = [
      '--session',
      'sess_rec',
      '--config',
      join(folder, 'sonotheia.config.yaml'),
      '--env',
      'live',
    ];
    const env = {
      ...aws.env,
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
    };
    await aws.enforceIam(true);
    try {
      const denied = await runOperator('sessions', words, { env });
      expect([denied.exitCode, denied.stderr]).toEqual([1, expect.stringContaining('lack a permission')]);
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'sessions', PolicyDocument }));
      const allowed = await runOperator('sessions', words, { env });
      expect([allowed.exitCode, allowed.stdout], allowed.stderr).toEqual([
        0,
        expect.stringContaining('GLACIER'),
      ]);
    } finally {
      await aws.enforceIam(false);
    }
  });

  test('ends quietly when the reader closes the pipe', async () => {
    const client = aws.client(DynamoDBClient, { region: US });
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
    const words = listWords('sessions', ['--env', 'live', '--config', join(folder, 'sonotheia.config.yaml')]);
    const [node = '', ...argv] = [...words, '--session', 'sess_long', '--format', 'ndjson'];
    const env = { ...NOBODYS, ...aws.env };
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

async function createTable(aws: LocalAws, region: string): Promise<void> {
  const hasIndex = region === EU;
  const names = ['session_id', 'timestamp', ...(hasIndex ? ['event_type'] : [])];
  const keys = (hash: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: 'timestamp', KeyType: 'RANGE' as const },
  ];
  await aws.client(DynamoDBClient, { region }).send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('session_id'),
      AttributeDefinitions: names.map((AttributeName) => ({
        AttributeName,
        AttributeType: AttributeName === 'timestamp' ? 'N' : 'S',
      })),
      ...(hasIndex
        ? {
            GlobalSecondaryIndexes: [
              {
                IndexName: 'event_type-timestamp-index',
                KeySchema: keys('event_type'),
                Projection: { ProjectionType: 'ALL' },
              },
            ],
          }
        : {}),
    }),
  );
}
