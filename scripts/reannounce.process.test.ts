// The command as an operator types it, on the table, topic and queues of a local AWS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DynamoDbSessionStore } from '../handlers/shared/adapters/dynamodb-session-store.ts';
import { type JsonObject, parseJson } from '../handlers/shared/json.ts';
import { toSortKey } from '../handlers/shared/session-event.ts';
import { systemClock } from '../handlers/shared/system-clock.ts';
import { type LocalAws, startLocalAws } from '../test/local-aws/local-aws.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { startFaultyProxy } from '../test/support/handlers/faulty-proxy.ts';
import { LocalResources } from '../test/support/handlers/local-resources.ts';
import { type CommandRun, listWords, NOBODYS, runOperator } from '../test/support/operator-command.ts';
import { describeWithTools, MOTO } from '../test/support/required-tools.ts';
import { checkAnnouncement } from './local/contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'reannounce-'));
const config = join(folder, 'sonotheia.config.yaml');
const TABLE = 'acme-voice-sessions-dev';
const NOW_MS = Date.now();
const HOUR_MS = 3_600_000;

describeWithTools('npx sonotheia reannounce', [MOTO], () => {
  let aws: LocalAws;
  let resources: LocalResources;
  let topicQueue = '';
  const urls: Record<string, string> = {};
  const argv = (...more: string[]) => ['--env', 'dev', '--config', config, '--since', '24h', ...more];
  const run = (more: string[], input = '', env = {}): Promise<CommandRun> =>
    runOperator('reannounce', argv(...more), { env: { ...aws.env, ...env }, input });
  const heard = async (): Promise<JsonObject[]> => {
    const bodies = (await resources.drain(topicQueue)).map((body) => JSON.parse(body));
    return bodies.map(({ Message }) => JSON.parse(Message));
  };

  /** `hours` ago. */
  const put = async (eventId: string, hours: number, more: object = {}): Promise<void> => {
    const store = new DynamoDbSessionStore({
      client: aws.client(DynamoDBClient),
      tableName: TABLE,
      clock: systemClock,
    });
    const dedupeKey = `event#${eventId}`;
    const receivedMs = NOW_MS - hours * HOUR_MS;
    const event = {
      sessionId: 'sess_1',
      timestamp: toSortKey(receivedMs, dedupeKey),
      eventId,
      dedupeKey,
      eventType: 'deepfake.completed',
      data: parseJson('{"score":0.81999999999999995}') as JsonObject,
      status: 'announced' as const,
      risk: 'high' as const,
      isTest: false,
      receivedAt: new Date(receivedMs).toISOString(),
      ttl: 4_000_000_000,
      ...more,
    };
    await store.store(event, AbortSignal.timeout(60_000));
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    resources = new LocalResources(aws.endpoint);
    await resources.createTable(TABLE);
    const { topicArn, queueUrl } = await resources.createTopic('acme-voice-results-dev');
    topicQueue = queueUrl;
    const subscriptions: string[] = [];
    for (const name of ['raw', 'wrapped']) {
      const { url, arn: Endpoint } = await resources.createReceiver(topicArn, name);
      const FilterPolicy = JSON.stringify({ event_type: [{ 'anything-but': { prefix: 'sar.' } }] });
      await resources.sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint,
          Attributes: { FilterPolicy, RawMessageDelivery: String(name === 'raw') },
        }),
      );
      urls[name] = url;
      subscriptions.push(`    - { name: ${name}, protocol: sqs, endpoint: '${Endpoint}' }`);
    }
    subscriptions.push('    - { name: desk, protocol: email, endpoint: desk@example.com }');
    subscriptions.push(
      `    - { name: lost, protocol: sqs, endpoint: 'arn:aws:sqs:us-east-1:123456789012:lost' }`,
    );
    const environments = [
      'environments:',
      '  dev: { regions: [us-east-1] }',
      '  gone: { regions: [us-east-1] }',
    ];
    writeFileSync(
      config,
      ['project_name: acme-voice', 'defaults:', '  subscriptions:', ...subscriptions, ...environments].join(
        '\n',
      ),
    );
    for (let index = 0; index < 22; index += 1)
      await put(`evt_${String(index).padStart(2, '0')}`, 20 - index / 2);
    await put('evt_stuck', 3, { status: 'stored' });
    await put('evt_report', 2, { eventType: 'sar.filed', data: {}, risk: undefined });
    await put('evt_old', 30);
    await put('evt_expired', 5, { ttl: 1_000_000_000 });
  });
  beforeEach(async () => {
    for (const QueueUrl of [topicQueue, ...Object.values(urls)])
      await resources.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('--dry-run counts, and sends nothing', async () => {
    const { exitCode, stdout, stderr } = await run(['--dry-run']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/us-east-1 +deepfake\.completed +23 +1$/m);
    expect(stdout).toMatch(/us-east-1 +sar\.filed +1 +0$/m);
    expect(stderr).toMatch(/dev: 24 events received from \S+Z to \S+Z\. Nothing was sent\./);
    expect(await heard()).toEqual([]);
    const none = await run(['--event-type', 'mfa.failed']);
    expect([none.exitCode, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toContain('dev: 0 events received');
  });

  test('to the queue of one subscription: through its filter and in its form; the others hear nothing', async () => {
    for (const [name = '', QueueUrl] of Object.entries(urls)) {
      const { exitCode, stderr } = await run([
        '--subscription',
        name,
        '--since',
        '4h',
        '--yes',
        '--rate',
        '100',
      ]);
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain(`1 more do not pass the filter of ${name}.`);
      const { Messages = [] } = await resources.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
      );
      expect(Messages).toHaveLength(1);
      const [{ Body = '', MessageAttributes = {} } = {}] = Messages;
      const envelope = name === 'raw' ? { Message: Body } : JSON.parse(Body);
      const attributes = Object.entries(envelope.MessageAttributes ?? {}) as [
        string,
        Record<string, string>,
      ][];
      const inEnvelope = attributes.map(([key, { Type: DataType, Value: StringValue }]) => [
        key,
        { DataType, StringValue },
      ]);
      const message = JSON.parse(envelope.Message);
      checkAnnouncement(message, name === 'raw' ? MessageAttributes : Object.fromEntries(inEnvelope));
      expect(message).toMatchObject({ event_id: 'evt_stuck', redelivery: true });
    }
    expect(await heard()).toEqual([]);
    expect((await run(['--dry-run'])).stdout).toMatch(/deepfake\.completed +23 +1$/m);
  });

  test('killed, it continues from the printed time; then each event was heard, and is marked', async () => {
    const proxy = await startFaultyProxy(aws.endpoint);
    const [node = '', ...words] = listWords('reannounce', argv('--yes', '--rate', '100'));
    const env = { ...NOBODYS, ...aws.env, AWS_ENDPOINT_URL_SNS: proxy.endpoint };
    const child = execa(node, words, { env, reject: false });
    let calls = 0;
    proxy.decide = () => {
      calls += 1;
      // The second request is throttled six times: the SDK alone gives up after three.
      if (calls >= 2 && calls <= 7) return 'throttle';
      return calls === 28 ? 'crash_after' : 'none';
    };
    proxy.crash = () => void child.kill('SIGKILL');
    const { signal, stdout, stderr } = await child;
    proxy.stop();
    expect(signal, stderr).toBe('SIGKILL');
    const [, done, since = '', until = ''] =
      /^(\d+) of 24 announced; continue with --since (\S+) --until (\S+)$/m.exec(stdout) ?? [];
    expect(done).toBe('20');
    expect(await heard()).toHaveLength(22);

    const next = await run(['--since', since, '--until', until, '--rate', '100'], 'dev\n');
    expect(next.exitCode, next.stderr).toBe(0);
    expect(next.stdout).toContain(`dev: 5 announced again, received from ${since} to ${until}`);
    const messages = await heard();
    expect(messages.map(({ event_id }) => event_id).sort()).toEqual(
      ['evt_19', 'evt_20', 'evt_21', 'evt_report', 'evt_stuck'].sort(),
    );
    expect(messages.find(({ event_id }) => event_id === 'evt_stuck')).toMatchObject({
      redelivery: true,
      received_at: new Date(NOW_MS - 3 * HOUR_MS).toISOString(),
      score: 0.82,
      risk: 'high',
    });
    expect((await run(['--dry-run'])).stdout).toMatch(/deepfake\.completed +23 +0$/m);
  });

  test.each([
    [['--since', 'yesterday'], {}, '--since takes a duration such as 90m'],
    [['--rate', '0'], {}, '--rate takes a number up to 100, not 0.'],
    [['--subscription', 'wraped'], {}, 'dev has no subscription wraped in us-east-1. Did you mean wrapped?'],
    [['--subscription', 'desk'], {}, 'The subscription desk is not a queue.'],
    [['--subscription', 'lost'], {}, 'The queue of lost is not subscribed'],
    [['--env', 'gone'], {}, 'One environment at a time.'],
    [[], { ...CUT_OFF }, 'There are no AWS credentials.'],
    [['--event-type', 'sar.filed'], {}, 'Nothing was changed.'],
  ])('%j sends nothing and gives the reason', async (more, env, message) => {
    const { exitCode, stderr } = await run(more, '', env);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
    expect(await heard()).toEqual([]);
  });
});
