// The page on a deployed environment: the command, against the local AWS, in a real browser.
import { appendFileSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nameStack } from '../../generator/spec/naming.ts';
import type { JsonObject } from '../../handlers/shared/json.ts';
import { parseJson } from '../../handlers/shared/json.ts';
import { SampleSender } from '../../scripts/console/deployed/sample-sender.ts';
import { closeServer, listenOnFreePort, readBody } from '../../scripts/local/http-server.ts';
import { toMessage } from '../../scripts/local/upload-message.ts';
import { sign } from '../../scripts/local/webhook-request.ts';
import { openSpec, selectEnvironment } from '../../scripts/operator/open-spec.ts';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { EU, SessionsWorld } from '../support/handlers/sessions-world.ts';
import { listWords, NOBODYS } from '../support/operator-command.ts';
import { CHROMIUM, describeWithTools, MOTO } from '../support/required-tools.ts';
import { launchBrowser, openPage, openView } from './browser.ts';

const ALARM = 'acme-voice-live-audio-processor-error-rate';

describeWithTools('npx sonotheia console', [MOTO, CHROMIUM], () => {
  let world: SessionsWorld;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([SessionsWorld.start(), launchBrowser()]);
    // Forgetting waits for a run of a function.
    appendFileSync(
      world.config,
      '\ndefaults: { lambda: { timeout: 4 }, monitoring: { duration_seconds: 3 } }',
    );
    const data = parseJson('{"score":0.81999999999999995,"label":"synthetic"}') as JsonObject;
    await world.put(EU, 'evt_1', { data, risk: 'high' });
    await world.put(EU, 'evt_2', { sessionId: 'sess_2', eventType: 'mfa.completed' });
    await world.put(EU, 'evt_gone', { sessionId: 'sess_gone', eventType: 'mfa.completed' });
    await world.upload(EU, 'incoming/waiting.wav', 'RIFF', { ContentType: 'audio/wav' });
    await world.upload(EU, 'processed/heard.wav', 'RIFF', { ContentType: 'audio/wav' });
    await prepareMonitoring(world);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  test('shows the environment read-only, with the cost of its reads', async () => {
    await withCommand(world, [], async ({ url }) => {
      const { page, complaints } = await openPage(browser, url);
      await page.getByText('read-only').waitFor();
      await page.getByText(/\d+ reads, \$0\.\d{4}/).waitFor();
      expect(await page.getByRole('button', { name: 'Upload a tone' }).count()).toBe(0);
      await openView(page, 'sessions');
      await page.getByRole('link', { name: 'sess_1' }).click();
      await page.getByText('0.81999999999999995').first().waitFor();
      await page.getByPlaceholder('Search by session id').fill('sess_2');
      await page.getByRole('link', { name: 'sess_1' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'sess_2' }).waitFor();
      await openView(page, 'recordings');
      await page.getByRole('link', { name: 'incoming/waiting.wav' }).waitFor();
      await page.getByRole('link', { name: 'processed/heard.wav' }).click();
      await page.getByText('which holds no scores').waitFor();
      await page.getByRole('button', { name: 'Play' }).click();
      await page.locator('audio').waitFor();
      await openView(page, 'logs');
      await page.getByRole('link', { name: 'Upload handled' }).waitFor();
      await openView(page, 'metrics');
      await page.getByText('ALARM', { exact: true }).waitFor();
      await openView(page, 'deliveries');
      await page
        .getByRole('region', { name: 'acme-voice-results-dlq-live' })
        .getByText('"numeric"')
        .waitFor();
      await openView(page, 'queues');
      await page.getByText('incoming/dead.wav', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /Redrive/ }).count()).toBe(0);
      expect(await post(url, 'redrive', { queue: 'acme-voice-audio-dlq-live' })).toEqual({
        what: 'This system is read-only.',
      });
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });

  test('redrives with --write, once the name is typed', async () => {
    await withCommand(world, ['--write'], async ({ url }) => {
      const { page } = await openPage(browser, url);
      await openView(page, 'queues');
      await page.getByRole('button', { name: 'Redrive incoming/dead.wav' }).click();
      await page.getByLabel('Type live to confirm').fill('live');
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('One message was moved back.').waitFor();
      await page.getByRole('region', { name: 'acme-voice-audio-live' }).getByText('1').first().waitFor();
      await page.context().close();
    });
  });

  test('forgets a session with --write, once its id is typed, and shows the counts of its receipt', async () => {
    await withCommand(world, ['--write'], async ({ url }) => {
      const { page } = await openPage(browser, url);
      await openView(page, 'sessions');
      await page.getByRole('link', { name: 'sess_gone' }).click();
      await page.getByRole('button', { name: 'Forget …' }).click();
      const panel = page.getByRole('region', { name: 'Forget' });
      await panel.getByText(/^events: 1/).waitFor();
      await page.getByRole('button', { name: 'Forget for good' }).click();
      await page.getByLabel('Type sess_gone to confirm').fill('sess_gone');
      await page.keyboard.press('Enter');
      await panel.getByText(/^Forgotten \(events: 1, /).waitFor({ timeout: 60_000 });
      await page.getByRole('link', { name: 'sess_gone' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'sess_2' }).waitFor();
      await page.context().close();
    });
  });

  test('needs the permissions that docs/operations.md lists', async () => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');
    const [, reading = '', writing = ''] =
      /^- It takes (.+?)\n {2}With `--write` also (.+?)\n {2}read access/ms.exec(page) ?? [];
    const read = listActions(reading);
    expect([read.length, listActions(writing).length]).toEqual([15, 5]);
    await world.asUser(toPolicy(read), async (env) => {
      await withCommand(world, [], async ({ url }) => expect(await readAll(url)).toEqual([]), env);
    });
    const printed = await world.run('forget', '--print-policy');
    const { Statement } = JSON.parse(printed.stdout) as { Statement: object[] };
    await world.upload(EU, 'incoming/again.wav', 'RIFF');
    await sendLetter(world, 'incoming/again.wav');
    await world.asUser(toPolicy([...read, ...listActions(writing)], Statement), async (env) => {
      await withCommand(
        world,
        ['--write'],
        async ({ url }) => {
          expect(await readAll(url)).toEqual([]);
          expect(await post(url, 'redrive', { queue: 'acme-voice-audio-dlq-live' })).toEqual({ moved: 1 });
          expect(await post(url, 'forget/plan', { sessionId: 'sess_1' })).toMatchObject({
            canForget: true,
            unseen: [],
          });
        },
        env,
      );
    });
  });

  test('ends with advice where nothing is deployed', async () => {
    const run = await start(world, ['--region', 'us-east-1', '--env', 'gone'], false);
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('fix: npx sonotheia deploy --env gone');
  });
});

test('samples are sent signed, and only as tests', async () => {
  const received: { readonly body: string; readonly isSigned: boolean }[] = [];
  const server = http.createServer((request, response) => {
    void readBody(request).then((bytes) => {
      const body = bytes.toString();
      const isSigned = request.headers['x-sonotheia-signature'] === sign(body, 'the secret');
      received.push({ body, isSigned });
      response.writeHead(isSigned ? 200 : 401).end('{}');
    });
  });
  const url = `http://127.0.0.1:${await listenOnFreePort(server)}/webhook`;
  const sender = new SampleSender(async () => ({ url, secret: 'the secret' }));
  const [{ body } = { body: '' }] = sender.samples();
  const [first] = await sender.send({ body, signature: 'valid', times: 1 });
  expect(first).toMatchObject({ answer: { status: 200 }, eventType: 'deepfake.completed' });
  expect(await sender.send({ body, signature: 'forged', times: 1 })).toMatchObject([
    { answer: { status: 401 } },
  ]);
  expect(await sender.send({ replay: first?.id ?? '' })).toMatchObject([{ answer: { status: 200 } }]);
  const sample = readFileSync(
    new URL('../../scripts/local/events/deepfake.completed.json', import.meta.url),
    'utf8',
  );
  await expect(sender.send({ body: sample, signature: 'valid', times: 1 })).rejects.toThrow(
    /marked as tests/,
  );
  expect(received.map(({ isSigned }) => isSigned)).toEqual([true, false, true]);
  expect(received[2]?.body).toBe(body);
  await closeServer(server);
});

/** `s3:ListBucket`, `GetObject`: the service is written once. */
function listActions(text: string): string[] {
  let service = '';
  return [...text.matchAll(/`(?:(\w+):)?(\w+)`/g)].map(([, name, action]) => {
    service = name ?? service;
    return `${service}:${action}`;
  });
}

function toPolicy(Action: readonly string[], more: readonly object[] = []): string {
  const Statement = [{ Effect: 'Allow', Action, Resource: '*' }, ...more];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function post(url: string, path: string, body: object): Promise<unknown> {
  const headers = {
    'x-sonotheia-console': '1',
    'x-confirm': 'live',
    'content-type': 'application/json',
    authorization: `Bearer ${new URL(url).hash.slice('#token='.length)}`,
  };
  const response = await fetch(new URL(`/api/${path}`, url), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return await response.json();
}

async function sendLetter({ aws }: SessionsWorld, key: string): Promise<void> {
  const sqs = aws.client(SQSClient, { region: EU });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'acme-voice-audio-dlq-live' }));
  const file = { bucket: 'acme-voice-audio-live', key, etag: 'e', sizeBytes: 9, sequencer: '1' };
  const MessageBody = toMessage({ ...file, eventTimeMs: Date.now() });
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = { reason: text('api_error'), attempts: text('5') };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
}

/** A dead letter, a log line, an alarm, a topic with a filtered subscription. */
async function prepareMonitoring(world: SessionsWorld): Promise<void> {
  const { aws, config } = world;
  await sendLetter(world, 'incoming/dead.wav');
  const environment = selectEnvironment(openSpec(config), ['live']);
  const logGroupName = `/aws/lambda/${nameStack(environment, environment.regions[0]).audioFunction}`;
  const logs = aws.client(CloudWatchLogsClient, { region: EU });
  const place = { logGroupName, logStreamName: 'stream' };
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand(place));
  const message = JSON.stringify({ level: 'INFO', message: 'Upload handled' });
  await logs.send(
    new PutLogEventsCommand({ ...place, logEvents: [{ timestamp: Date.now() - 60_000, message }] }),
  );
  const cloudwatch = aws.client(CloudWatchClient, { region: EU });
  const metric = {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Statistic: 'Average',
    Period: 300,
  } as const;
  const rule = { EvaluationPeriods: 1, Threshold: 0.05, ComparisonOperator: 'GreaterThanThreshold' } as const;
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: ALARM, ...metric, ...rule }));
  const state = { StateValue: 'ALARM', StateReason: 'Threshold crossed' } as const;
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: ALARM, ...state }));
  const sns = aws.client(SNSClient, { region: EU });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'acme-voice-results-live' }));
  const Endpoint = `arn:aws:sqs:${EU}:123456789012:acme-voice-results-dlq-live`;
  const Attributes = { FilterPolicy: '{"score":[{"numeric":[">=",0.8]}]}' };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
}

/** The answers that are not 200, of every view. */
async function readAll(url: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${new URL(url).hash.slice('#token='.length)}` };
  const paths = ['overview', 'recordings', 'sessions', 'queues', 'subscriptions', 'logs', 'metrics'];
  const answers = [...paths, 'session?id=sess_1', 'audio?key=processed/heard.wav'].map(async (path) => {
    const response = await fetch(new URL(`/api/${path}`, url), { headers });
    return response.ok ? [] : [`${path}: ${await response.text()}`];
  });
  return (await Promise.all(answers)).flat();
}

function start(
  world: SessionsWorld,
  more: readonly string[],
  isLive = true,
  variables: Readonly<Record<string, string | undefined>> = world.aws.env,
) {
  const place = ['--port', '0', '--config', world.config];
  const words = [...place, ...(isLive ? ['--env', 'live', '--region', EU] : []), ...more];
  const [command = '', ...args] = listWords('console', words);
  const env = { ...NOBODYS, ...variables };
  // Receipts of an earlier run would be continued.
  return execa(command, args, { cwd: world.folder, env, reject: false });
}

/** Ends the command as Ctrl-C does, and checks its last words. */
async function withCommand(
  world: SessionsWorld,
  more: readonly string[],
  use: (place: { readonly url: string }) => Promise<void>,
  variables: Readonly<Record<string, string | undefined>> = world.aws.env,
): Promise<void> {
  const run = start(world, more, true, variables);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    run.stdout.on('data', (chunk) => {
      text += String(chunk);
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    void run.then(({ stderr }) => reject(new Error(stderr)));
  });
  try {
    await use({ url });
  } finally {
    run.kill('SIGINT');
  }
  const { stderr, stdout } = await run;
  expect(stdout).toContain('--region us-east-1');
  expect(stderr).toMatch(/\d+ calls to AWS, about \$0\.\d{4}\./);
}
