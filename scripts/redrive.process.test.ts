// The command as an operator types it, on the queues of a local AWS.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DynamoDbSessionStore } from '../handlers/shared/adapters/dynamodb-session-store.ts';
import { type JsonObject, parseJson } from '../handlers/shared/json.ts';
import { type SessionEvent, toSortKey } from '../handlers/shared/session-event.ts';
import { systemClock } from '../handlers/shared/system-clock.ts';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { asNobody } from '../test/support/deployment/as-nobody.ts';
import { waitFor } from '../test/support/deployment/poll.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { LocalResources } from '../test/support/handlers/local-resources.ts';
import { type CommandRun, listWords, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'redrive-'));
const config = join(folder, 'sonotheia.config.yaml');
const BUCKET = 'acme-voice-audio-dev';

function notify(key: string): string {
  const object = { key: encodeURIComponent(key), eTag: 'e', size: 9, sequencer: '1' };
  const eventTime = '2026-01-05T12:00:00Z';
  return JSON.stringify({
    Records: [{ eventName: 'ObjectCreated:Put', eventTime, s3: { bucket: { name: BUCKET }, object } }],
  });
}

describeWithTools('npx sonotheia redrive', [MOTO], () => {
  let aws: LocalAws;
  let sqs: SQSClient;
  const urls = { main: '', audio: '', webhook: '' };
  const argv = (...more: string[]) => ['--env', 'dev', '--config', config, ...more];
  const run = (
    more: string[],
    input = '',
    env: Record<string, string | undefined> = {},
  ): Promise<CommandRun> => runOperator('redrive', argv(...more), { env: { ...aws.env, ...env }, input });
  const send = async (QueueUrl: string, MessageBody: string): Promise<string> =>
    (await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).MessageId ?? '';
  const count = async (QueueUrl: string): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  };
  const create = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const counts = async () => [await count(urls.main), await count(urls.audio)];

  beforeAll(async () => {
    aws = await startLocalAws();
    sqs = aws.client(SQSClient);
    urls.main = await create('acme-voice-audio-dev');
    urls.audio = await create('acme-voice-audio-dlq-dev');
    urls.webhook = await create('acme-voice-webhook-dlq-dev');
    const s3 = aws.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const Key of ['incoming/a b.wav', 'incoming/c.wav', 'processed/done.wav'])
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'audio' }));
    writeFileSync(
      config,
      [
        'project_name: acme-voice\nenvironments:',
        ...['dev', 'gone', ...[0, 1, 2, 3, 4].map((index) => `killed${index}`)].map(
          (name) => `  ${name}: { regions: [us-east-1] }`,
        ),
      ].join('\n'),
    );
  });
  beforeEach(async () => {
    for (const QueueUrl of Object.values(urls)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('shows the reason of each failure, and changes nothing', async () => {
    const logged = await send(urls.audio, notify('incoming/a b.wav'));
    await send(urls.audio, notify('incoming/done.wav'));
    await send(urls.audio, notify('incoming/gone.wav'));
    await send(urls.audio, 'nonsense');
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: urls.webhook,
        MessageBody: '{}',
        MessageAttributes: {
          RequestID: attribute('req-1'),
          ErrorCode: attribute('200'),
          ErrorMessage: attribute('Task timed out'),
        },
      }),
    );
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: urls.audio,
        MessageBody: notify('incoming/c.wav'),
        MessageAttributes: {
          message_id: attribute('4f1c'),
          reason: attribute('attempts_used_up'),
          last_failure: attribute('api_attempts_used_up'),
          attempts: { DataType: 'Number', StringValue: '5' },
        },
      }),
    );
    await writeLog(logged, 'rate_limited', 3);
    const first = await run([]);
    const { exitCode, stdout, stderr } = await run([]);
    expect(exitCode, stderr).toBe(0);
    // Reading a dead letter does not count as an attempt.
    expect(stdout.split('\n').sort()).toEqual(first.stdout.split('\n').sort());
    expect(stdout).toMatch(
      /us-east-1 +audio +20\S+ \S+ +5 +incoming\/c\.wav +attempts_used_up: api_attempts_used_up; file in incoming\/$/m,
    );
    expect(stdout).toMatch(
      /us-east-1 +audio +20\S+ \S+ +3 +incoming\/a b\.wav +rate_limited; file in incoming\/$/m,
    );
    expect(stdout).toMatch(/ - +incoming\/done\.wav +filed under processed\/$/m);
    expect(stdout).toMatch(/incoming\/gone\.wav +the file is gone$/m);
    expect(stdout).toMatch(/ - +no notification of S3: The message is not JSON$/m);
    expect(stdout).toMatch(/us-east-1 +webhook +20\S+ \S+ +- +req-1 +200 Task timed out$/m);
    expect(stderr).toContain('2 cannot succeed and stay until their retention ends');
    expect(stderr).toContain('Nothing was changed.');
    expect(await counts()).toEqual([0, 5]);
  });

  test('escapes a key that would forge a line', async () => {
    const key = 'incoming/x\u001b]52;c;eA==\u0007\u001b[2K\ndev has no messages that failed for good.\u202e';
    await send(urls.audio, notify(key));
    const { exitCode, stdout, stderr } = await run(['--queue', 'audio']);
    expect(stdout).toContain('incoming/x\\u001b]52;c;eA==\\u0007\\u001b[2K\\ndev has no messages');
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(exitCode).toBe(0);
  });

  test('counts messages in flight', async () => {
    await send(urls.audio, notify('incoming/c.wav'));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: urls.audio, VisibilityTimeout: 60 }));
    const { exitCode, stderr } = await run(['--queue', 'audio']);
    expect(stderr).toContain('1 more are in flight');
    expect(stderr).not.toContain('has no messages that failed');
    expect(exitCode).toBe(1);
  });

  test('after the name is typed, moves messages that can succeed, with their bodies, and keeps the rest', async () => {
    for (const key of ['incoming/a b.wav', 'incoming/c.wav', 'incoming/gone.wav'])
      await send(urls.audio, notify(key));
    const refused = await run(['--move', '--queue', 'audio'], 'yes\n');
    expect([refused.exitCode, await counts()]).toEqual([1, [0, 3]]);
    const { exitCode, stdout, stderr } = await run(['--move', '--queue', 'audio', '--rate', '50'], 'dev\n');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('acme-voice-audio-dlq-dev in us-east-1: 2 moved');
    expect(await counts()).toEqual([2, 1]);
  });

  test('announces stored events, and skips those that a delivery may still announce', async () => {
    const dynamoDb = aws.client(DynamoDBClient, { region: 'us-east-1' });
    const TableName = 'acme-voice-sessions-dev';
    const resources = new LocalResources(aws.endpoint);
    await resources.createTable(TableName);
    const { queueUrl } = await resources.createTopic('acme-voice-results-dev');
    const store = new DynamoDbSessionStore({ client: dynamoDb, tableName: TableName, clock: systemClock });
    const signal = AbortSignal.timeout(30_000);
    const put = async (eventId: string, ageMs: number, status: 'stored' | 'announced') => {
      const dedupeKey = `event#${eventId}`;
      const receivedAt = new Date(Date.now() - ageMs).toISOString();
      const event: SessionEvent = {
        sessionId: 'sess_1',
        timestamp: toSortKey(Date.now() - ageMs, dedupeKey),
        eventId,
        dedupeKey,
        eventType: 'deepfake.completed',
        data: parseJson('{"score":0.81999999999999995}') as JsonObject,
        status,
        isTest: false,
        receivedAt,
        ttl: 2_000_000_000,
      };
      await store.store(event, signal);
    };
    for (let index = 0; index < 12; index += 1) await put(`evt_stuck${index}`, 3 * 3_600_000, 'stored');
    await put('evt_young1', 60_000, 'stored');
    await put('evt_done1', 3 * 3_600_000, 'announced');

    const looked = await run(['--queue', 'stored']);
    expect(looked.exitCode, looked.stderr).toBe(0);
    expect(
      looked.stdout.match(/ stored +20\S+ \S+ +- +evt_stuck\d+ +deepfake\.completed is in the table/g),
    ).toHaveLength(12);
    expect(looked.stdout).not.toMatch(/evt_young1|evt_done1/);
    expect(looked.stderr).toContain('Nothing was changed.');
    expect(await resources.drain(queueUrl)).toEqual([]);

    const moved = await run(['--queue', 'stored', '--move', '--yes', '--rate', '100']);
    expect(moved.exitCode, moved.stderr).toBe(0);
    expect(moved.stdout).toContain(`${TableName} in us-east-1: 12 announced`);
    const messages = (await resources.drain(queueUrl)).map((body) => JSON.parse(JSON.parse(body).Message));
    expect(messages.map(({ event_id, score, risk }) => `${event_id} ${score} ${risk}`).sort()).toEqual(
      Array.from({ length: 12 }, (_, index) => `evt_stuck${index} 0.82 high`).sort(),
    );
    const statuses = (await resources.scanEvents(TableName)).map(({ status }) => status?.S).sort();
    expect(statuses).toEqual([...Array.from({ length: 13 }, () => 'announced'), 'stored']);
    expect((await run(['--queue', 'stored'])).stderr).toContain('dev has no messages that failed for good.');
  });

  test('not faster than --rate', async () => {
    for (let index = 0; index < 5; index += 1) await send(urls.audio, notify('incoming/c.wav'));
    const startedAtMs = Date.now();
    await run(['--move', '--yes', '--queue', 'audio', '--rate', '2']);
    expect(Date.now() - startedAtMs).toBeGreaterThan(2_400);
    expect(await counts()).toEqual([5, 0]);
  });

  test('killed at any instant of a move, it loses nothing, and the next run continues', async () => {
    // The request at which it is killed, the number delivered by then, the number of remaining dead letters.
    const instants = [
      ['SendMessage', 1, 'crash_before', 0, 4],
      ['SendMessage', 1, 'crash_after', 1, 4],
      ['SendMessage', 2, 'crash_after', 2, 3],
      ['DeleteMessage', 2, 'crash_before', 2, 3],
      ['DeleteMessage', 2, 'crash_after', 2, 2],
    ] as const;
    const kill = async (
      [action, nth, fault, delivered, left]: (typeof instants)[number],
      index: number,
    ): Promise<void> => {
      const name = `killed${index}`;
      const main = await create(`acme-voice-audio-${name}`);
      const dead = await create(`acme-voice-audio-dlq-${name}`);
      for (let count = 0; count < 4; count += 1) await send(dead, notify('incoming/c.wav'));
      const proxy = await startFaultyProxy(aws.endpoint);
      const common = ['--move', '--yes', '--queue', 'audio', '--rate', '100'];
      const [node = '', ...words] = listWords('redrive', ['--env', name, '--config', config, ...common]);
      const env = { ...aws.env, AWS_ENDPOINT_URL_SQS: proxy.endpoint };
      const child = execa(node, words, { env, reject: false });
      let calls = 0;
      proxy.decide = ({ headers }) => {
        if (headers['x-amz-target'] !== `AmazonSQS.${action}`) return 'none';
        calls += 1;
        return calls === nth ? fault : 'none';
      };
      proxy.crash = () => void child.kill('SIGKILL');
      expect((await child).signal).toBe('SIGKILL');
      proxy.stop();
      expect(await count(main)).toBe(delivered);
      // Messages in flight become visible by themselves.
      await waitFor(`the messages of ${name}`, async () => (await count(dead)) === left || undefined);
      const next = ['--env', name, '--config', config, ...common];
      const { stdout } = await runOperator('redrive', next, { env: aws.env });
      expect(stdout).toContain(`: ${left} moved`);
      expect([await count(main), await count(dead)]).toEqual([delivered + left, 0]);
    };
    await Promise.all(instants.map(kill));
  });

  test.each([
    [['--queue', 'audoi'], {}, 'There is no queue audoi. Did you mean audio?'],
    [['--rate', 'fast'], {}, '--rate takes a number up to 100, not fast.'],
    [['--env', 'gone'], {}, 'One environment at a time.'],
    [[], { ...CUT_OFF }, 'There are no AWS credentials.'],
  ])('%j changes nothing and gives the reason', async (more, env, message) => {
    const { exitCode, stdout, stderr } = await run(more, '', env);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([1, '']);
  });

  test('an environment that is not deployed', async () => {
    const { exitCode, stderr } = await runOperator('redrive', ['--env', 'gone', '--config', config], {
      env: aws.env,
    });
    expect(stderr).toContain(
      'There is no queue acme-voice-audio-dlq-gone in us-east-1.\n  why: gone is not deployed there.',
    );
    expect(exitCode).toBe(1);
  });

  test('names the missing permission', async () => {
    const { exitCode, stdout, stderr } = await asNobody(aws, (env) => run(['--move', '--yes'], '', env));
    expect(stderr).toContain('The credentials lack a permission.');
    expect([exitCode, stdout]).toEqual([1, '']);
  });

  async function writeLog(messageId: string, reason: string, attempt: number): Promise<void> {
    const logs = aws.client(CloudWatchLogsClient);
    const stream = { logGroupName: '/aws/lambda/sonotheia-audio-processor-dev', logStreamName: 'one' };
    await logs.send(new CreateLogGroupCommand(stream));
    await logs.send(new CreateLogStreamCommand(stream));
    const message = JSON.stringify({ message_id: messageId, reason, attempt });
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message }] }));
  }
});
