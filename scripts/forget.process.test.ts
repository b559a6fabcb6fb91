// The command on the tables, buckets and queues of a local AWS, in two regions.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DynamoDBClient,
  paginateScan,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTargets } from '../handlers/audio_processor/file-away.ts';
import { tombstoneKey } from '../handlers/shared/tombstone.ts';
import { waitFor } from '../test/support/deployment/poll.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { EU, SessionsWorld, TABLE, US } from '../test/support/handlers/sessions-world.ts';
import { killCommand } from '../test/support/killed-command.ts';
import { type CommandRun, listWords, NOBODYS, typeInTerminal } from '../test/support/operator-command.ts';
import { listDenied, listNeededPermissions } from '../test/support/permissions/needed-by-requests.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { runInProcess } from '../test/support/run-in-process.ts';
import type { ReceiptText } from './forget/receipt.ts';

const REGIONS = [EU, US] as const;
const CUSTOMER_KEY = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: Buffer.alloc(32, 1).toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(Buffer.alloc(32, 1)).digest('base64'),
};

describeWithTools('npx sonotheia forget', [MOTO], () => {
  let world: SessionsWorld;

  const forget = (...words: string[]): Promise<CommandRun> => world.run('forget', '--wait', '0', ...words);
  const forgetSession = (id: string, ...words: string[]): Promise<CommandRun> =>
    forget('--session', id, '--confirm', id, ...words);

  /** Everything in both regions that contains the text. */
  const findAnywhere = async (text: string): Promise<string[]> => {
    const found: string[] = [];
    for (const region of REGIONS) {
      for await (const { Items = [] } of paginateScan(
        { client: world.aws.client(DynamoDBClient, { region }) },
        { TableName: TABLE },
      ))
        found.push(...Items.map((item) => `${region} item ${JSON.stringify(item)}`));
      const { Versions = [], DeleteMarkers = [] } = await world.aws
        .client(S3Client, { region })
        .send(new ListObjectVersionsCommand({ Bucket: world.bucket(region) }));
      found.push(...[...Versions, ...DeleteMarkers].map(({ Key }) => `${region} object ${Key}`));
      for (const kind of ['audio', 'audio-dlq', 'webhook-dlq', 'results-dlq'])
        found.push(...(await peek(region, kind)).map((body) => `${region} message ${body}`));
    }
    return found.filter((each) => each.includes(text));
  };
  const queueUrl = async (region: string, kind: string): Promise<string> => {
    const command = new GetQueueUrlCommand({ QueueName: `acme-voice-${kind}-live` });
    return (await world.aws.client(SQSClient, { region }).send(command)).QueueUrl ?? '';
  };
  const send = async (region: string, kind: string, body: object): Promise<void> => {
    const command = new SendMessageCommand({
      QueueUrl: await queueUrl(region, kind),
      MessageBody: JSON.stringify(body),
    });
    await world.aws.client(SQSClient, { region }).send(command);
  };
  const peek = async (region: string, kind: string): Promise<string[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: await queueUrl(region, kind),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    });
    return ((await world.aws.client(SQSClient, { region }).send(command)).Messages ?? []).map(
      ({ Body = '' }) => Body,
    );
  };
  const countHidden = async (): Promise<number> => {
    let count = 0;
    for (const region of REGIONS)
      for (const kind of ['audio-dlq', 'webhook-dlq', 'results-dlq']) {
        const command = new GetQueueAttributesCommand({
          QueueUrl: await queueUrl(region, kind),
          AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
        });
        const { Attributes } = await world.aws.client(SQSClient, { region }).send(command);
        count += Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
      }
    return count;
  };
  const notification = (region: string, key: string, etag: string): object => ({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        eventTime: '2026-01-05T12:00:00Z',
        s3: {
          bucket: { name: world.bucket(region) },
          object: { key: encodeURIComponent(key), eTag: etag, size: 4, sequencer: '1' },
        },
      },
    ],
  });
  const receipts = (): ReceiptText[] => {
    const folder = join(world.folder, '.sonotheia', 'forget');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  };
  const readTombstones = async (
    kind: 'session' | 'recording',
    id: string,
  ): Promise<(AttributeValue | undefined)[]> => {
    const key = tombstoneKey(kind, id).session_id.S;
    const items = await findAnywhere(key);
    return items.map((text) => JSON.parse(text.replace(/^\S+ item /, '')).ttl);
  };

  /** A session with traces of every kind in both regions, beside those of another one under the same keys. */
  const fill = async (session: string): Promise<void> => {
    for (const region of REGIONS) {
      const key = `incoming/${session}/a b.wav`;
      await world.put(region, `evt_${session}_${region}`, {
        sessionId: session,
        data: { session_id: session, case_id: `c_${session}` },
        caseKey: `case#c_${session}`,
      });
      await world.put(region, `evt_undated_${session}_${region}`, {
        sessionId: session,
        recognizedUntil: null,
      });
      const Metadata = { 'session-id': session };
      const etag = await world.upload(region, key, 'mine', { Metadata });
      await world.upload(region, key, 'older', { Metadata });
      const s3 = world.aws.client(S3Client, { region });
      await s3.send(new DeleteObjectCommand({ Bucket: world.bucket(region), Key: key }));
      const uploadId = await world.putResult(region, session, { key, etag });
      const [first, second] = listTargets({ key, etag }, 'processed/', uploadId);
      await world.upload(region, first?.key ?? '', 'of another', { Metadata: { 'session-id': 'keeper' } });
      await world.upload(region, second?.key ?? '', 'mine', { Metadata });
      await send(region, 'audio-dlq', notification(region, key, etag));
      const waiting = `incoming/${session}/waiting.wav`;
      await send(
        region,
        'audio',
        notification(region, waiting, await world.upload(region, waiting, 'wait', { Metadata })),
      );
      const event = { event_id: 'evt_failed', event_type: 'mfa.failed', data: { session_id: session } };
      await send(region, 'webhook-dlq', { body: JSON.stringify(event), isBase64Encoded: false });
      await send(region, 'results-dlq', {
        Type: 'Notification',
        Message: JSON.stringify({ session_id: session, event_id: 'e' }),
      });
    }
  };
  /** Versions and markers of nobody who is forgotten. */
  const KEPT = 2 * 1;

  beforeAll(async () => {
    world = await SessionsWorld.start();
    for (const region of REGIONS) {
      await world.put(region, 'evt_keeper', {
        sessionId: 'keeper',
        data: { case_id: 'c' },
        caseKey: 'case#c',
      });
      await send(region, 'webhook-dlq', {
        body: '{"event_id":"k","event_type":"mfa.failed","data":{"session_id":"keeper"}}',
      });
      await send(region, 'audio', { Event: 's3:TestEvent' });
    }
  });
  afterAll(() => world?.stop());

  test('shows first, and changes nothing without the id', async () => {
    await fill('sess_shown');
    const before = await findAnywhere('');
    const shown = await forget('--session', 'sess_shown', '--preview');
    expect(shown.exitCode, shown.stderr).toBe(0);
    for (const region of REGIONS) {
      expect(shown.stdout).toMatch(new RegExp(`${region} +events +3 `));
      expect(shown.stdout).toMatch(new RegExp(`${region} +markers and references +4 `));
      expect(shown.stdout).toMatch(new RegExp(`${region} +versions of recordings +4 +17`));
      expect(shown.stdout).toMatch(new RegExp(`${region} +delete markers +1 `));
      for (const kind of ['audio', 'audio-dlq', 'webhook-dlq', 'results-dlq'])
        expect(shown.stdout).toMatch(new RegExp(`${region} +messages in acme-voice-${kind}-live +1 `));
    }
    expect(shown.stderr).toContain('The search reads the whole table');
    expect(shown.stderr).toMatch(
      /This reads the metadata of \d+ versions? of recordings of acme-voice-audio-live in/,
    );
    expect(shown.stderr).toContain(`searched were ${EU}, ${US}`);
    const more = join(world.folder, 'more.config.yaml');
    writeFileSync(
      more,
      readFileSync(world.config, 'utf8').replace(`live: { regions: [${EU}`, `$&, ca-central-1`),
    );
    const unsearched = await forget('--session', 'sess_shown', '--preview', '--config', more);
    expect(unsearched.stderr).toContain('cannot erase: ca-central-1: it has no table, so its bucket');
    const wrong = await forget('--session', 'sess_shown', '--confirm', 'sess_other');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('--confirm must be sess_shown'),
    ]);
    expect((await findAnywhere('')).sort()).toEqual(before.sort());
  });

  test('erases every trace in both regions, leaves others, and writes a receipt without ids', async () => {
    const { exitCode, stdout, stderr } = await forgetSession('sess_shown');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(
      'Forgotten: 6 events, 8 entries, 10 recordings, 8 messages. A last search found nothing.',
    );
    const left = await findAnywhere('sess_shown');
    expect(left.filter((each) => !each.includes('object processed/sess_shown/a b.wav'))).toEqual([]);
    expect(left).toHaveLength(KEPT);
    for (const region of REGIONS) {
      expect(await peek(region, 'webhook-dlq')).toHaveLength(1);
      expect(await peek(region, 'audio')).toHaveLength(1);
    }
    expect(await findAnywhere('"evt_keeper"')).toHaveLength(2);
    // An event without a time can be delivered for ever.
    expect(await readTombstones('session', 'sess_shown')).toEqual([undefined, undefined]);
    expect(await readTombstones('recording', 'incoming/sess_shown/waiting.wav')).toHaveLength(2);
    const [receipt] = receipts();
    expect(JSON.stringify(receipt)).not.toMatch(/sess_shown|evt_|incoming/);
    expect(receipt).toMatchObject({
      environment: 'live',
      account_id: '123456789012',
      subjects: [
        { kind: 'session', digest: tombstoneKey('session', 'sess_shown').session_id.S.split('#').at(-1) },
      ],
      runs: [{ by: expect.stringContaining(':user/') }],
      verified_at: expect.stringMatching(/Z$/),
    });
    // A late delivery meets the tombstone, in both regions.
    for (const region of REGIONS) await world.put(region, 'evt_late', { sessionId: 'sess_shown' });
    expect(await findAnywhere('evt_late')).toEqual([]);
    const again = await forgetSession('sess_shown');
    expect([again.exitCode, again.stderr]).toEqual([
      0,
      expect.stringContaining('live has nothing to forget. An earlier run erased it on '),
    ]);
    expect(receipts()).toEqual([receipt]);
  });

  test('at a terminal, only the typed id erases it', async () => {
    await world.put(EU, 'evt_typed', { sessionId: 'sess_typed' });
    const argv = ['--env', 'live', '--session', 'sess_typed', '--wait', '0'];
    const words = listWords('forget', argv);
    const options = { cwd: world.folder, env: { ...NOBODYS, ...world.aws.env } };
    const refused = await typeInTerminal(words, ['sess_type'], options);
    expect([refused.exitCode, refused.shown]).toEqual([
      1,
      expect.stringContaining('sess_typed was not typed'),
    ]);
    expect(await findAnywhere('"evt_typed"')).toHaveLength(1);
    const done = await typeInTerminal(words, ['sess_typed'], options);
    expect(done.shown).toContain('This cannot be undone. Type sess_typed to go on: ');
    expect([done.exitCode, done.shown]).toEqual([0, expect.stringContaining('Forgotten: 1 event,')]);
    expect(await findAnywhere('"evt_typed"')).toEqual([]);
  });

  test('killed at five instants, the same command finishes it, with one receipt', async () => {
    await fill('sess_killed');
    const before = receipts().length;
    const proxy = await startFaultyProxy(world.aws.endpoint);
    const words = ['--session', 'sess_killed', '--confirm', 'sess_killed', '--wait', '0'];
    const argv = ['--env', 'live', '--config', world.config, ...words];
    const folder = mkdtempSync(join(world.folder, 'killed-'));
    const env = { ...world.aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    for (const [when, request, nth] of [
      ['after', /PutItem/, 1],
      ['after', /UpdateItem/, 1],
      ['before', /DeleteMessage/, 1],
      ['after', /DELETE .*versionId/, 3],
      ['before', /DeleteItem/, 2],
    ] as const) {
      const instants = [{ when, request, nth }];
      const death = await killCommand({
        script: 'forget',
        argv,
        options: { env, cwd: folder },
        proxy,
        instants,
      });
      expect(death, `${when} ${request}`).toHaveProperty('instant');
    }
    proxy.stop();
    // The message that the killed command had received is hidden for half a minute.
    await waitFor('no message in flight', async () => ((await countHidden()) === 0 ? true : undefined));
    const finished = await runInProcess(folder, ['forget', ...argv]);
    expect(finished.exitCode, finished.stderr).toBe(0);
    expect(finished.stdout).toContain('Forgotten: 6 events, 8 entries, 10 recordings, 8 messages.');
    expect(await findAnywhere('sess_killed')).toEqual(
      Array(KEPT).fill(expect.stringContaining('object processed/sess_killed/a b.wav')),
    );
    expect(readdirSync(join(folder, '.sonotheia', 'forget'))).toHaveLength(1);
    expect(receipts()).toHaveLength(before);
    expect(await readTombstones('session', 'sess_killed')).toEqual([undefined, undefined]);
  });

  test('one recording: its event, its versions and its marker, and nothing else of the session', async () => {
    const key = 'incoming/one.wav';
    const etag = await world.upload(EU, key, 'once');
    const sessionId = `audio#${'0'.repeat(32)}`;
    const uploadId = await world.putResult(EU, sessionId, { key, etag });
    await world.put(EU, 'evt_beside', { sessionId });
    const { exitCode, stderr, stdout } = await forget('--recording', key, '--confirm', key);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Forgotten: 1 event, 1 entry, 1 recording, 0 messages.');
    expect((await findAnywhere(key)).length).toBe(0);
    expect(await findAnywhere('evt_beside')).not.toEqual([]);
    const [marker = ''] = await findAnywhere(uploadId);
    expect(JSON.parse(marker.replace(/^\S+ item /, ''))).toMatchObject({ forgotten: { BOOL: true } });
    expect(marker).not.toContain('event_session_id');
  });

  test('recordings that no event leads to: their events have expired, or another upload replaced them unanalyzed', async () => {
    const Metadata = { 'session-id': 'sess_expired' };
    await world.upload(EU, 'processed/year-old.wav', 'filed', { Metadata });
    await world.upload(EU, 'rejected/year-old.txt', 'filed', { Metadata });
    await world.upload(EU, 'incoming/shared.wav', 'unanalyzed', { Metadata });
    await world.upload(EU, 'incoming/shared.wav', 'of another', { Metadata: { 'session-id': 'keeper' } });
    await world.upload(EU, 'incoming/theirs.wav', 'sealed', CUSTOMER_KEY);
    const { exitCode, stdout, stderr } = await forgetSession('sess_expired');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Forgotten: 0 events, 0 entries, 3 recordings, 0 messages.');
    expect(stderr).toContain(
      'not seen: 1 recording of acme-voice-audio-live in eu-west-1: only their uploader',
    );
    expect(await findAnywhere('year-old')).toEqual([]);
    expect(await findAnywhere('incoming/shared.wav')).toHaveLength(1);
  });

  test('a recording by its key alone, after its event has expired; not that of a reported session', async () => {
    await world.put(US, 'evt_reported', { sessionId: 'sess_reported', eventType: 'sar.filed' });
    const Metadata = { 'session-id': 'sess_reported' };
    await world.upload(EU, 'processed/of-report.wav', 'kept', { Metadata });
    const held = await forget(
      '--recording',
      'processed/of-report.wav',
      '--confirm',
      'processed/of-report.wav',
    );
    expect([held.exitCode, held.stdout]).toEqual([1, expect.stringContaining('because of sar.filed')]);
    const suffix = '0123456789abcdef'.repeat(2);
    for (const key of ['processed/by-key.wav', `processed/by-key.${suffix}.wav`, 'rejected/by-key.wav'])
      await world.upload(EU, key, 'filed');
    for (const key of ['processed/by-key.wav.mp3', 'processed/by-key-2.wav', 'processed/exact.wav'])
      await world.upload(EU, key, 'of others');
    const key = 'incoming/by-key.wav';
    const done = await forget('--recording', key, '--confirm', key);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain('Forgotten: 0 events, 0 entries, 3 recordings, 0 messages.');
    const exact = await forget('--recording', 'processed/exact.wav', '--confirm', 'processed/exact.wav');
    expect(exact.stdout).toContain('Forgotten: 0 events, 0 entries, 1 recording, 0 messages.');
    for (const left of ['of-report.wav', 'by-key.wav.mp3', 'by-key-2.wav'])
      expect(await findAnywhere(`object processed/${left}`)).toHaveLength(1);
  });

  test('what must stay is named, and goes only by name', async () => {
    const report = { sessionId: 'case#c_sar', eventType: 'sar.filed', data: { case_id: 'c_sar' } };
    await world.put(US, 'evt_sar', report);
    // The report is in another region than the session.
    await world.put(EU, 'evt_in_case', {
      sessionId: 'sess_sar',
      data: { case_id: 'c_sar' },
      caseKey: 'case#c_sar',
    });
    const held = await forgetSession('sess_sar');
    expect([held.exitCode, held.stdout]).toEqual([1, expect.stringContaining('31 CFR 1020.320(d)')]);
    expect(held.stdout).toContain('--although sar erases it');
    expect(await findAnywhere('evt_in_case')).not.toEqual([]);
    expect((await forgetSession('sess_sar', '--although', 'sar')).exitCode).toBe(0);
    expect(await findAnywhere('evt_in_case')).toEqual([]);
    expect(await findAnywhere('evt_sar')).not.toEqual([]);

    const key = 'incoming/cold.wav';
    const etag = await world.upload(EU, key, 'cold', { StorageClass: 'DEEP_ARCHIVE' });
    await world.putResult(EU, 'sess_cold', { key, etag });
    await world.put(EU, 'evt_warm', { sessionId: 'sess_cold' });
    const cold = await forgetSession('sess_cold');
    expect([cold.exitCode, cold.stdout]).toEqual([1, expect.stringContaining('kept: 1 archived version of')]);
    expect(await findAnywhere('evt_warm')).toEqual([]);
    expect(await findAnywhere(key)).toHaveLength(2);
    const all = await forgetSession('sess_cold', '--although', 'archived');
    expect(all.exitCode, all.stderr).toBe(0);
    expect(await findAnywhere(key)).toEqual([]);
    const guarded = await world.run(
      'forget',
      '--session',
      'keeper',
      '--confirm',
      'keeper',
      '--config',
      world.protectedConfig,
    );
    expect([guarded.exitCode, guarded.stderr]).toEqual([1, expect.stringContaining('live is protected')]);
    expect(await findAnywhere('"evt_keeper"')).toHaveLength(2);
  });

  test('what S3 Object Lock protects stays, the rest goes, and the same command erases it later', async () => {
    const s3 = world.aws.client(S3Client, { region: US });
    const Bucket = world.bucket(US);
    const Metadata = { 'session-id': 'sess_held' };
    const heldEtag = await world.upload(US, 'incoming/held.wav', 'held', {
      Metadata,
      ObjectLockLegalHoldStatus: 'ON',
    });
    const until = new Date(Date.now() + 3_600_000);
    await world.upload(US, 'processed/retained.wav', 'retained', {
      Metadata,
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: until,
    });
    await world.upload(US, 'incoming/free.wav', 'free', { Metadata });
    await world.putResult(US, 'sess_held', { key: 'incoming/held.wav', etag: heldEtag });
    await world.put(US, 'evt_free', { sessionId: 'sess_held' });
    const held = await forgetSession('sess_held');
    expect([held.exitCode, held.stdout], held.stderr).toEqual([
      1,
      expect.stringMatching(/kept: 1 version of recordings under a legal hold in us-east-1: S3 Object Lock/),
    ]);
    const day = until.toISOString().slice(0, 10);
    expect(held.stdout).toContain(`kept: 1 version of recordings under a retention until ${day}`);
    expect(held.stdout).toContain('Forgotten: 1 event, 1 entry, 1 recording, 0 messages.');
    const [receipt] = receipts().filter(({ kept }) => kept.some(({ what }) => what.includes('legal hold')));
    expect(receipt?.kept).toHaveLength(2);
    const LegalHold = { Status: 'OFF' } as const;
    await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'incoming/held.wav', LegalHold }));
    const end = new Date(Date.now() + 1_500);
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key: 'processed/retained.wav',
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: end },
        BypassGovernanceRetention: true,
      }),
    );
    await sleep(Math.max(0, end.getTime() + 1_000 - Date.now()));
    const later = await forgetSession('sess_held');
    expect(later.exitCode, later.stderr).toBe(0);
    expect(await findAnywhere('held')).toEqual([]);
  });

  test('a list, also that of sessions --format csv, with hostile ids', async () => {
    const hostile = ['=1+1', 'a,"b"\n', '\u202e<script>', '../../x', "'quoted", "'=1+1"];
    for (const id of hostile)
      await world.put(EU, `evt_${hostile.indexOf(id)}`, { sessionId: id, eventType: 'mfa.failed' });
    const { stdout } = await world.run('sessions', '--yes', '--type', 'mfa.failed', '--format', 'csv');
    const file = join(world.folder, 'list.csv');
    writeFileSync(file, `${stdout}\n`);
    const done = await forget('--file', 'list.csv', '--confirm', `live ${hostile.length}`);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain(`Forgotten: ${hostile.length} events, ${hostile.length} entries,`);
    expect(await findAnywhere('"mfa.failed"')).toEqual([]);
    rmSync(file);
    const bad = await forget('--file', 'list.csv', '--confirm', 'x');
    expect([bad.exitCode, bad.stderr]).toEqual([1, expect.stringContaining('list.csv cannot be read')]);
  });

  test('refuses what is not of the stack, and other accounts', async () => {
    const client = world.aws.client(DynamoDBClient, { region: US });
    const ResourceArn = `arn:aws:dynamodb:${US}:123456789012:table/${TABLE}`;
    const tag = (Key: string, Value: string) =>
      client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key, Value }] }));
    for (const [key, own] of [
      ['Project', 'acme-voice'],
      ['Environment', 'live'],
    ] as const) {
      await tag(key, 'of-another');
      const foreign = await forgetSession('keeper');
      expect([foreign.exitCode, foreign.stderr]).toEqual([
        1,
        expect.stringContaining('has no tags of live. Nothing was changed.'),
      ]);
      await tag(key, own);
    }
    const theirs = await runInProcess(world.folder, ['forget', '--env', 'theirs', '--session', 'keeper']);
    expect(theirs.stderr).toContain('but theirs is in 999988887777');
    expect(await findAnywhere('"evt_keeper"')).toHaveLength(2);
  });

  test('needs no more than the policy that it prints; without a permission nothing is half seen', async () => {
    await fill('sess_policy');
    await world.upload(EU, 'incoming/theirs.wav', 'sealed', CUSTOMER_KEY);
    const { stdout } = await forget('--print-policy');
    const policy = JSON.parse(stdout);
    const without = (action: string): string =>
      JSON.stringify({
        ...policy,
        Statement: policy.Statement.map((each: { Action: string[] }) => ({
          ...each,
          Action: each.Action.filter((name) => name !== action),
        })),
      });
    for (const action of [
      's3:GetObjectVersion',
      's3:ListBucketVersions',
      'dynamodb:Scan',
      'sqs:ReceiveMessage',
    ]) {
      const denied = await world.asUser(without(action), () => forgetSession('sess_policy'));
      expect([action, denied.exitCode, denied.stderr]).toEqual([
        action,
        1,
        expect.stringContaining('lack a permission'),
      ]);
      expect(await readTombstones('session', 'sess_policy')).toEqual([]);
    }
    const halfway = await world.asUser(without('dynamodb:DeleteItem'), () => forgetSession('sess_policy'));
    expect([halfway.exitCode, halfway.stderr]).toEqual([1, expect.stringContaining('lack a permission')]);
    await world.aws.recordRequests();
    let accessKeyId: string | undefined;
    const allowed = await world.asUser(stdout, async (env) => {
      accessKeyId = env.AWS_ACCESS_KEY_ID;
      return await forgetSession('sess_policy');
    });
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    // By the judge of policies, too: every request is allowed, and every action was needed.
    const requests = await world.aws.listRecordedRequests(/aws-sdk-js/);
    const needed = await listNeededPermissions(requests, (request) => request.accessKeyId === accessKeyId);
    expect(listDenied(needed, policy.Statement)).toEqual([]);
    const used = new Set(needed.map(({ action }) => action));
    const granted = policy.Statement.flatMap((each: { Action: string[] }) => each.Action);
    // For a case with several reports, the markers that the run before has turned, Object Lock, and to tell a missing object from a refused one.
    const elsewhere = [
      'dynamodb:BatchGetItem',
      'dynamodb:UpdateItem',
      's3:GetObjectLegalHold',
      's3:GetObjectRetention',
      's3:ListBucket',
    ];
    expect(granted.filter((action: string) => !used.has(action)).sort()).toEqual(elsewhere);
    expect(await findAnywhere('sess_policy')).toHaveLength(KEPT);
  });
});

describeWithTools('npx sonotheia forget in a bucket without versioning', [MOTO], () => {
  test('finds and erases recordings that are waiting, filed, and encrypted with a key of the uploader', async () => {
    const world = await SessionsWorld.start({ versioning: false });
    const s3 = world.aws.client(S3Client, { region: EU });
    const Metadata = { 'session-id': 'sess_1' };
    const key = 'incoming/filed.wav';
    const etag = '5'.repeat(32);
    await world.putResult(EU, 'sess_1', { key, etag });
    await world.upload(EU, 'processed/filed.wav', 'filed', {
      Metadata: { ...Metadata, 'source-etag': etag },
    });
    await world.upload(EU, 'incoming/waiting.wav', 'waits', { Metadata });
    await world.upload(EU, 'incoming/of-another.wav', 'waits', { Metadata: { 'session-id': 'keeper' } });
    const hidden = 'incoming/hidden.wav';
    await world.putResult(EU, 'sess_1', {
      key: hidden,
      etag: await world.upload(EU, hidden, 'mine', CUSTOMER_KEY),
    });
    const shown = await world.run('sessions', '--session', 'sess_1');
    expect(shown.stdout, shown.stderr).toMatch(
      /hidden\.wav +4 +STANDARD +1 +encrypted with a key of the uploader/,
    );
    const { exitCode, stdout, stderr } = await world.run(
      'forget',
      ...['--session', 'sess_1', '--confirm', 'sess_1', '--wait', '0'],
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Forgotten: 2 events, 2 entries, 3 recordings, 0 messages.');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: world.bucket(EU) }));
    expect(Versions.map(({ Key }) => Key)).toEqual(['incoming/of-another.wav']);
    await world.stop();
  });
});
