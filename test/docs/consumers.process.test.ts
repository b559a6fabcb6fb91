// The example consumers of docs/consuming.md, with the subscriber's Terraform, on a local AWS.
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEndpoint } from '../../docs/consumers/https-endpoint/endpoint.mjs';
import { isSnsUrl } from '../../docs/consumers/https-endpoint/verify-sns.mjs';
import { DynamoDbSessionStore } from '../../handlers/shared/adapters/dynamodb-session-store.ts';
import { SnsResultsTopic } from '../../handlers/shared/adapters/sns-results-topic.ts';
import { buildAnnouncement } from '../../handlers/shared/announcement.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import type { SessionEvent } from '../../handlers/shared/session-event.ts';
import { systemClock } from '../../handlers/shared/system-clock.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { waitFor } from '../support/deployment/poll.ts';
import { LocalResources } from '../support/handlers/local-resources.ts';
import { makeEvent } from '../support/handlers/make-event.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const CONSUMERS = join(PROJECT_ROOT, 'docs', 'consumers');
const TABLE = 'acme-voice-sessions-prod';
const CONTEXT = {
  source: { project: 'acme-voice', environment: 'prod', region: 'us-east-1' },
  thresholds: { high: 0.8, review: 0.5 },
};
const signal = AbortSignal.timeout(300_000);

const announcementOf = (eventId: string, more: Partial<SessionEvent> = {}): Announcement =>
  buildAnnouncement(makeEvent(eventId, more), CONTEXT);

describeWithTools('the example consumers', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  let topic: SnsResultsTopic;
  let TopicArn = '';
  /** It takes a minute, because the provider waits for the queues; the tests that do not need it run meanwhile. */
  let applied: Promise<Record<string, unknown>>;
  const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
  const publish = (eventId: string, more: Partial<SessionEvent> = {}) =>
    topic.publish(announcementOf(eventId, more), signal);
  const listCases = async (TableName: string): Promise<string[]> => {
    const scan = new ScanCommand({ TableName });
    const { Items = [] } = await aws.client(DynamoDBClient).send(scan);
    return Items.map(({ case_id }) => case_id?.S ?? '').sort();
  };

  beforeAll(async () => {
    aws = await startLocalAws();
    const sns = aws.client(SNSClient);
    ({ TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'acme-voice-results-prod' })));
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'SignatureVersion', AttributeValue: '2' }),
    );
    topic = new SnsResultsTopic(sns, TopicArn);
    terraform = await createTerraformWorkdir({
      outDir: join(CONSUMERS, 'terraform'),
      localAws: aws,
      env: { TF_VAR_topic_arn: TopicArn },
    });
    applied = terraform.init().then(async () => {
      await terraform.apply();
      return await terraform.output();
    });
    // The tests that need it report its failure.
    applied.catch(() => undefined);
  });
  afterAll(async () => {
    await applied?.catch(() => undefined);
    await terraform?.remove();
    await aws?.stop();
    rmSync(folder, { recursive: true });
  });

  test('the HTTPS endpoint records what SNS signed, and refuses everything else', async () => {
    const recorded: Announcement[] = [];
    const asked: string[] = [];
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ownCertificate = `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${'0'.repeat(32)}.pem`;
    const fetchText = async (url: string): Promise<string> => {
      asked.push(url);
      const { searchParams } = new URL(url);
      const Token = searchParams.get('Token') ?? '';
      if (searchParams.get('Action') === 'ConfirmSubscription') {
        const { SubscriptionArn = '' } = await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
        return SubscriptionArn;
      }
      if (url === ownCertificate) return publicKey.export({ type: 'spki', format: 'pem' }).toString();
      return await fetchFrom(aws.endpoint, url);
    };
    const record = async (announcement: Announcement) => {
      if (announcement.event_id === 'evt_fails') throw new Error('the database is down');
      recorded.push(announcement);
    };
    const server = createEndpoint({ topicArn: TopicArn, record, fetchText });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const post = async (body: unknown) =>
      (await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }))
        .status;

    // Signed by the local SNS.
    const sns = aws.client(SNSClient);
    const subscription = { TopicArn, Protocol: 'http', Endpoint: url, ReturnSubscriptionArn: true };
    const { SubscriptionArn } = await sns.send(new SubscribeCommand(subscription));
    await vi.waitFor(async () => {
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      expect(Attributes?.PendingConfirmation).toBe('false');
    }, 30_000);
    await publish('evt_2');
    await publish('evt_tried', { isTest: true });
    expect(recorded.map(({ event_id }) => event_id)).toEqual(['evt_2']);
    expect(asked[0]).toMatch(
      /^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-\w{32}\.pem$/,
    );

    const sign = (members: Record<string, string>): Record<string, string> => {
      const names = Object.keys(members).sort();
      const text = names.map((name) => `${name}\n${members[name]}\n`).join('');
      const Signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64');
      return { ...members, SignatureVersion: '2', Signature, SigningCertURL: ownCertificate };
    };
    const notification = (eventId: string) => ({
      Type: 'Notification',
      MessageId: 'm',
      TopicArn,
      Timestamp: '2026-01-05T12:34:57.012Z',
      Message: JSON.stringify(announcementOf(eventId)),
    });
    const SubscribeURL = 'https://sns.us-east-1.amazonaws.com/?Action=GetTopicAttributes&TopicArn=x&Token=t';
    const confirmation = { ...notification('x'), Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL };
    expect(await post(sign(notification('evt_3')))).toBe(200);
    expect(await post(sign({ ...notification('evt_4'), Subject: 's' }))).toBe(200);
    expect(await post(sign(notification('evt_fails')))).toBe(500);
    expect(
      await post({ ...sign(notification('evt_5')), Message: JSON.stringify(announcementOf('evt_6')) }),
    ).toBe(403);
    expect(await post({ ...sign(notification('evt_5')), SigningCertURL: 'https://example.com/x.pem' })).toBe(
      403,
    );
    const beforeForgeries = asked.length;
    expect(await post({ ...sign(notification('evt_5')), SigningCertURL: `${ownCertificate}?x=1` })).toBe(403);
    expect(await post({ ...sign(notification('evt_5')), Signature: 5 })).toBe(403);
    expect(await post({ ...sign(notification('evt_5')), Type: 'constructor' })).toBe(403);
    expect(asked).toHaveLength(beforeForgeries);
    expect(await post({ ...sign(notification('evt_5')), SignatureVersion: '1' })).toBe(403);
    expect(await post(sign({ ...notification('evt_5'), TopicArn: `${TopicArn}-other` }))).toBe(403);
    expect(await post(notification('evt_5'))).toBe(403);
    expect(await post(announcementOf('evt_5'))).toBe(403);
    expect(await post('nonsense')).toBe(403);
    expect(await post('x'.repeat(400_000))).toBe(403);
    expect((await fetch(url)).status).toBe(405);
    expect(recorded.map(({ event_id }) => event_id)).toEqual(['evt_2', 'evt_3', 'evt_4']);

    asked.length = 0;
    expect(await post({ ...sign(confirmation), SubscribeURL: 'https://10.0.0.1/' })).toBe(403);
    expect(await post(sign({ ...confirmation, SubscribeURL: 'https://10.0.0.1/' }))).toBe(200);
    expect(asked).toEqual([]);
    await post(sign(confirmation));
    expect(asked).toEqual([SubscribeURL]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    server.close();
  });

  test.each([
    ['https://sns.cn-north-1.amazonaws.com.cn/x.pem', true],
    ['http://sns.us-east-1.amazonaws.com/x.pem', false],
    ['https://sns.us-east-1.amazonaws.com.example.com/x.pem', false],
    ['https://sns.us-east-1.amazonaws.com:8443/x.pem', false],
    ['https://user@sns.us-east-1.amazonaws.com/x.pem', false],
    ['https://sns.us-gov-west-1.amazonaws.com/x.pem', true],
    ['https://bucket.s3.amazonaws.com/x.pem', false],
    // A bucket called `sns`.
    ['https://sns.s3-us-west-2.amazonaws.com/x.pem', false],
    ['https://sns.s3-website-us-east-1.amazonaws.com/x.pem', false],
  ])('%s is a URL of SNS: %s', (url, expected) => {
    expect(isSnsUrl(url)).toBe(expected);
  });

  test('the nightly reader prints each event once, also one that was written late', async () => {
    await new LocalResources(aws.endpoint).createTable(TABLE);
    const client = aws.client(DynamoDBClient);
    const store = new DynamoDbSessionStore({ client, tableName: TABLE, clock: systemClock });
    const put = (eventId: string, ageMinutes: number, more: Partial<SessionEvent> = {}) => {
      const receivedAt = new Date(Date.now() - ageMinutes * 60_000).toISOString();
      return store.store(makeEvent(eventId, { receivedAt, ...more }), signal);
    };
    const read = async (): Promise<string[]> => {
      const { stdout } = await execa(
        'python3',
        ['nightly-reader/read_results.py', join(folder, 'state.json')],
        {
          cwd: CONSUMERS,
          env: { ...aws.env, TABLE },
        },
      );
      const events = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
      for (const { data } of events) expect(data.score).toBe(0.9);
      return events.map(({ event_id }) => event_id).sort();
    };
    await put('evt_a', 600);
    await put('evt_b', 30, { caseKey: 'case#c1' });
    await put('evt_expired', 10, { ttl: 1_000_000_000 });
    await put('evt_test', 10, { isTest: true });
    await put('evt_last_week', 10_000);
    expect(await read()).toEqual(['evt_a', 'evt_b']);
    // Received before the last run, written after it.
    await put('evt_late', 20);
    await put('evt_c', 0);
    expect(await read()).toEqual(['evt_c', 'evt_late']);
    expect(await read()).toEqual([]);
  });

  test("the subscriber's Terraform is formatted, and stable", async () => {
    await applied;
    await terraform.run(['fmt', '-check']);
    const plan = await terraform.plan();
    expect(plan.hasChanges, plan.text).toBe(false);
  });

  test('the queue worker stores each event once, and leaves what it does not know to the dead-letter queue', async () => {
    const sqs = aws.client(SQSClient);
    const { queue_url, cases_table } = await applied;
    const QueueUrl = String(queue_url);
    const CASES_TABLE = String(cases_table);
    await publish('evt_1');
    await publish('evt_1');
    await publish('evt_report', { eventType: 'sar.filed', data: {} });
    await publish('evt_test', { isTest: true });
    const envelope = { Type: 'Notification', Message: JSON.stringify(announcementOf('evt_wrapped')) };
    for (const MessageBody of ['nonsense', '{"schema_version":"2"}', JSON.stringify(envelope)])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const child = execa(process.execPath, ['queue-worker/worker.mjs'], {
      cwd: CONSUMERS,
      env: { ...aws.env, QUEUE_URL: QueueUrl, CASES_TABLE },
      reject: false,
    });
    await waitFor('the cases', async () => (await listCases(CASES_TABLE)).length === 2 || undefined);
    const left = async () => {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
      const { Attributes = {} } = await sqs.send(command);
      return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    };
    await waitFor('the messages', async () => (await left()) === 2 || undefined);
    child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await child;
    expect(exitCode).toBe(0);
    const outcomes = stdout.split('\n').map((line) => JSON.parse(line).outcome);
    expect(outcomes.sort()).toEqual(['known', 'new', 'new']);
    expect(stderr.match(/error/g)).toHaveLength(2);
    expect(await listCases(CASES_TABLE)).toEqual(['acme-voice/prod/evt_1', 'acme-voice/prod/evt_wrapped']);
  });
});

/** As SNS serves its certificates: without a signature. */
async function fetchFrom(endpoint: string, text: string): Promise<string> {
  const { host, pathname, search } = new URL(text);
  const chunks: Buffer[] = [];
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(new URL(pathname + search, endpoint), { headers: { Host: host } }, resolve).on('error', reject);
  });
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
