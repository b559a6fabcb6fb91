// The command as an operator types it, between two regions of a local AWS.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { asNobody } from '../test/support/deployment/as-nobody.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { SESSIONS_TABLE } from '../test/support/handlers/local-resources.ts';
import { type CommandRun, listWords, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'migrate-'));
const config = join(folder, 'sonotheia.config.yaml');
const FROM = 'us-east-1';
const TO = 'eu-west-1';
const TABLE = 'acme-voice-sessions-prod';
const SOURCE = 'acme-voice-audio-prod';
const TARGET = 'acme-voice-audio-prod-eu-west-1';
const RECORDINGS = 60;
/** Enough for three batches. */
const EVENTS = 250;

type Item = Record<string, AttributeValue>;

function makeEvent(index: number): Item {
  return {
    session_id: { S: `session-${index % 50}` },
    timestamp: { N: `1767616496.${String(index).padStart(3, '0')}1234567890123456789012` },
    event_id: { S: `evt_${index}` },
    data: { M: { score: { N: '0.1234567890123456789' }, note: { S: 'ü' } } },
    status: { S: 'announced' },
    ttl: { N: String(Math.floor(Date.now() / 1000) + 86_400) },
  };
}

const marker: Item = {
  session_id: { S: 'delivery#event#evt_1' },
  timestamp: { N: '0' },
  event_timestamp: { N: '1' },
};
const expired: Item = { ...makeEvent(999), session_id: { S: 'expired' }, ttl: { N: '1' } };

describeWithTools('npx sonotheia migrate-region', [MOTO], () => {
  let aws: LocalAws;
  const words = ['--env', 'prod', '--from', FROM, '--to', TO, '--config', config];
  const run = (
    more: string[] = [],
    input = '',
    env: Record<string, string | undefined> = {},
  ): Promise<CommandRun> =>
    runOperator('migrate-region', [...words, ...more], { env: { ...aws.env, ...env }, input });
  const s3 = (region: string) => aws.client(S3Client, { region });
  const table = (region: string) => aws.client(DynamoDBClient, { region });
  const listKeys = async (region: string, Bucket: string): Promise<string[]> =>
    ((await s3(region).send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key);
  const scan = async (region: string): Promise<Item[]> =>
    ((await table(region).send(new ScanCommand({ TableName: TABLE }))).Items ?? []).sort((one, other) =>
      JSON.stringify(one) < JSON.stringify(other) ? -1 : 1,
    );

  beforeAll(async () => {
    aws = await startLocalAws();
    for (const [region, Bucket] of [
      [FROM, SOURCE],
      [TO, TARGET],
    ] as const) {
      const where = region === FROM ? {} : { CreateBucketConfiguration: { LocationConstraint: TO } as const };
      await s3(region).send(new CreateBucketCommand({ Bucket, ...where }));
      await table(region).send(new CreateTableCommand({ TableName: TABLE, ...SESSIONS_TABLE }));
    }
    for (let index = 0; index < RECORDINGS; index += 1)
      await s3(FROM).send(
        new PutObjectCommand({
          Bucket: SOURCE,
          Key: `processed/a b+ü/${index}.wav`,
          Body: `audio ${index}`,
          ContentType: 'audio/wav',
          Metadata: { 'session-id': `s${index}` },
        }),
      );
    await s3(FROM).send(new PutObjectCommand({ Bucket: SOURCE, Key: 'incoming/new.wav', Body: 'new' }));
    const items = [...Array.from({ length: EVENTS }, (_, index) => makeEvent(index)), marker, expired];
    for (let start = 0; start < items.length; start += 25) {
      const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
      await table(FROM).send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
    }
    writeFileSync(
      config,
      `project_name: acme-voice\nenvironments:\n  prod: { regions: [${FROM}, ${TO}] }\n  far: { regions: [${FROM}, ap-southeast-2] }\n`,
    );
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('copies everything except archived and unreadable recordings, and explains how to copy those', async () => {
    const fork = await aws.fork();
    const source = fork.client(S3Client, { region: FROM });
    const archived = { Bucket: SOURCE, Key: "processed/old 'call'.wav", Body: 'old' };
    await source.send(new PutObjectCommand({ ...archived, StorageClass: 'GLACIER' }));
    const SSECustomerKey = Buffer.alloc(32).toString('base64');
    const encrypted = {
      Key: 'processed/sealed.wav',
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey,
    } as const;
    await source.send(new PutObjectCommand({ ...encrypted, Bucket: SOURCE, Body: 'sealed' }));
    const migrate = () =>
      runOperator('migrate-region', [...words, '--yes'], { env: { ...fork.env }, input: '' });
    const first = await migrate();
    expect(first.stdout).toMatch(
      new RegExp(`^recordings +${RECORDINGS + 2} +${RECORDINGS} +0 +0 +1 +1 +0$`, 'm'),
    );
    expect(first.stdout).toMatch(new RegExp(`^events +${EVENTS} +${EVENTS} `, 'm'));
    expect(first.stderr).toContain(
      `aws s3api restore-object --bucket ${SOURCE} --key 'processed/old '\\''call'\\''.wav' --restore-request Days=7,`,
    );
    expect(first.stderr).toContain('processed/sealed.wav: The object was stored using a form of Server Side');
    expect(first.exitCode).toBe(1);
    // As the output advises: restore it, copy it by hand.
    const target = fork.client(S3Client, { region: TO });
    await target.send(new PutObjectCommand({ ...encrypted, Bucket: TARGET, Body: 'sealed' }));
    await target.send(new PutObjectCommand({ Bucket: TARGET, Key: archived.Key, Body: 'old' }));
    const second = await migrate();
    expect(second.exitCode, second.stderr).toBe(0);
    await fork.stop();
  });

  test('copies nothing until the name is typed; --verify reports everything as missing', async () => {
    const { exitCode, stderr } = await run([], 'yes\n');
    expect(stderr).toContain(`${RECORDINGS} recordings, 0.000 GB, from ${SOURCE} to ${TARGET}`);
    expect(exitCode).toBe(1);
    const verified = await run(['--verify']);
    expect(verified.stdout).toMatch(/^recordings +60 +0 +0 +60 +0 +0 +0$/m);
    expect(verified.stdout).toMatch(/^events +250 +0 +0 +250 +0 +0 +0$/m);
    expect(verified.exitCode).toBe(1);
    expect([await listKeys(TO, TARGET), await scan(TO)]).toEqual([[], []]);
  });

  test.each([
    ['AWS_ENDPOINT_URL_S3', (method = '', url = '') => method === 'PUT' && url.includes('processed'), 20],
    ['AWS_ENDPOINT_URL_DYNAMODB', (_: string, __: string, target = '') => target.endsWith('.PutItem'), 120],
  ] as const)('is killed in the middle of %s', async (variable, isWrite, after) => {
    const proxy = await startFaultyProxy(aws.endpoint);
    const [node = '', ...argv] = listWords('migrate-region', [...words, '--yes']);
    const child = execa(node, argv, { env: { ...aws.env, [variable]: proxy.endpoint }, reject: false });
    let writes = 0;
    proxy.decide = ({ method = '', url = '', headers }) => {
      if (isWrite(method, url, String(headers['x-amz-target'] ?? ''))) writes += 1;
      return writes === after ? 'crash_before' : 'none';
    };
    proxy.crash = () => void child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    proxy.stop();
    const [recordings, items] = [await listKeys(TO, TARGET), await scan(TO)];
    expect(recordings.length).toBeGreaterThan(0);
    expect(recordings.length + items.length).toBeLessThan(RECORDINGS + EVENTS);
    // Events are copied first.
    expect(items.map(({ session_id }) => session_id?.S)).not.toContain(marker.session_id?.S);
  });

  test('continues, verifies everything and prints the steps of the switch', async () => {
    const { exitCode, stdout, stderr } = await run([], 'prod\n');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^recordings +60 +60 +0 +0 +0 +0 +0$/m);
    expect(stdout).toMatch(/^events +250 +250 +0 +0 +0 +0 +0$/m);
    expect(stdout).toMatch(/^markers of deliveries +1 +1 +0 +0 +0 +0 +0$/m);
    expect(stderr).toContain('npx sonotheia webhook register --env prod --region eu-west-1');
    expect(stderr).toContain(`${SOURCE}/incoming is empty (now: 1 file)`);
    expect(await listKeys(TO, TARGET)).toEqual(
      (await listKeys(FROM, SOURCE)).filter((key) => !key.startsWith('incoming/')),
    );
    expect(await scan(TO)).toEqual(
      (await scan(FROM)).filter(({ session_id }) => session_id?.S !== 'expired'),
    );
    const head = await s3(TO).send(new HeadObjectCommand({ Bucket: TARGET, Key: 'processed/a b+ü/7.wav' }));
    expect(head).toMatchObject({ ContentType: 'audio/wav', Metadata: { 'session-id': 's7' } });
    // The source has everything as before.
    expect([(await listKeys(FROM, SOURCE)).length, (await scan(FROM)).length]).toEqual([
      RECORDINGS + 1,
      EVENTS + 2,
    ]);
  });

  test('keeps different newer data in the target, and reports it', async () => {
    const Key = 'processed/a b+ü/7.wav';
    await s3(TO).send(new PutObjectCommand({ Bucket: TARGET, Key, Body: 'other 7' }));
    const other = { ...makeEvent(3), event_id: { S: 'evt_other' } };
    await table(TO).send(new PutItemCommand({ TableName: TABLE, Item: other }));
    const { exitCode, stdout, stderr } = await run(['--yes']);
    expect(stdout).toMatch(/^recordings +60 +59 +0 +0 +0 +0 +1$/m);
    expect(stdout).toMatch(/^events +250 +249 +0 +0 +0 +0 +1$/m);
    expect(stderr).toContain(`different in eu-west-1, and left: recordings ${Key}`);
    expect(stderr).toContain('different in eu-west-1, and left: events session-3 at 1767616496.003');
    expect(exitCode).toBe(1);
  });

  test.each([
    [['--to', FROM], {}, '--from and --to are both us-east-1.'],
    [['--to', 'eu-west-2'], {}, 'prod is not in eu-west-2. Did you mean eu-west-1?'],
    [['--env', 'far'], {}, 'One environment at a time.'],
    [[], { ...CUT_OFF }, 'There are no AWS credentials.'],
  ])('%j copies nothing and gives the reason', async (more, env, message) => {
    const { exitCode, stdout, stderr } = await run(more, '', env);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([1, '']);
  });

  test('a region in which nothing is deployed', async () => {
    const argv = ['--env', 'far', '--from', FROM, '--to', 'ap-southeast-2', '--config', config];
    const { exitCode, stderr } = await runOperator('migrate-region', argv, { env: aws.env });
    expect(stderr).toContain(
      'There is no bucket acme-voice-audio-far in us-east-1.\n  why: far is not deployed there.',
    );
    expect(exitCode).toBe(1);
  });

  test('names the missing permission', async () => {
    const { exitCode, stdout, stderr } = await asNobody(aws, (env) => run(['--yes'], '', env));
    expect(stderr).toContain('The credentials lack a permission.');
    expect([exitCode, stdout]).toEqual([1, '']);
  });
});
