// The packages of both functions in the local system, and what the page reads and does.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Terminal } from '../../generator/command-line/terminal.ts';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { type CompiledStack, compileEnvironment } from '../../test/support/local/local-world.ts';
import { createLocalEraser, type LocalEraser } from '../console/forget/local-eraser.ts';
import type { Exchange, Fault } from '../console/source-data.ts';
import { buildPackage } from './bundled-function.ts';
import { LocalSystem, type Packages } from './engine/local-system.ts';
import { startSonotheiaApi } from './sonotheia-api.ts';
import { LocalSource } from './source/local-source.ts';
import { createWav } from './wav.ts';

const FREE = { gateway: 0, aws: 0, api: 0 };
const PAGE = { limit: 1_000 };
const folder = mkdtempSync(join(tmpdir(), 'local-'));
const { stack, ...place } = compileEnvironment(
  'lambda: { timeout: 10 }',
  'monitoring: { custom_metrics: true, duration_seconds: 8 }',
  'subscriptions:',
  '  - { name: all, protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:123456789012:all" }',
  '  - { name: desk, protocol: email, endpoint: desk@example.com, minimum_score: 0.8 }',
);
let packages: Packages;
let system: LocalSystem;
let source: LocalSource;

function openEraser(of: LocalSystem, where: Omit<CompiledStack, 'stack'> = place): LocalEraser {
  const { signal } = new AbortController();
  const context = { signal, terminal: new Terminal(signal, () => {}, captureStreams().streams) };
  return createLocalEraser({ system: of, ...where, folder, context });
}

function openSource(of: LocalSystem): LocalSource {
  return new LocalSource(of, openEraser(of));
}

async function start(): Promise<void> {
  system = await LocalSystem.start({ stack, folder, packages, ports: FREE });
  source = openSource(system);
}

beforeAll(async () => {
  // Poisoned: whatever reads credentials or a profile of this machine fails.
  vi.stubEnv('AWS_PROFILE', 'absent');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null/absent');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  vi.stubEnv('NODE_OPTIONS', '--require /absent.js');
  packages = {
    webhook_handler: await buildPackage('webhook_handler'),
    audio_processor: await buildPackage('audio_processor'),
  };
  await start();
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function eventOf(id: string, score = 0.93): Promise<string> {
  const sample = (await source.samples()).find(({ name }) => name === 'deepfake.completed');
  const event = JSON.parse(sample?.body ?? '{}') as { data: object };
  const data = { ...event.data, session_id: `sess_${id}`, score };
  return JSON.stringify({ ...event, event_id: id, data });
}

async function send(body: string, signature: 'valid' | 'forged' | 'missing' = 'valid'): Promise<Exchange> {
  const [exchange] = await source.send({ body, signature, times: 1 });
  if (exchange === undefined) throw new Error('no exchange');
  return exchange;
}

const upload = (name: string, seconds = 3, sessionId?: string) =>
  source.upload({ name, contentType: 'audio/wav', bytes: createWav(seconds), sessionId });

async function recording(name: string) {
  const { items } = await source.recordings({ limit: 1, search: name });
  return items[0];
}

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** Its result is stored before the file moves. */
async function fileAway(name: string, seconds?: number): Promise<void> {
  await upload(name, seconds);
  await until(async () => expect(await recording(name)).toMatchObject({ location: `processed/${name}` }));
}

async function faultOf(name: string): Promise<Fault | undefined> {
  return (await source.faults()).find((fault) => fault.name === name);
}

test('an event is stored and announced to whom its filter lets through, once', async () => {
  const body = await eventOf('evt_1');
  const [first, second] = await source.send({ body, signature: 'valid', times: 2 });
  expect([first?.answer.status, second?.answer.status]).toEqual([200, 200]);
  expect([first?.why, second?.why].map((why) => /in the table already/.test(why ?? ''))).toEqual([
    false,
    true,
  ]);
  await send(await eventOf('evt_2', 0.1));

  const session = await source.session('sess_evt_1');
  expect(session?.events).toMatchObject([
    { eventId: 'evt_1', score: '0.93', risk: 'high', status: 'announced' },
  ]);
  const { items } = await source.deliveries(PAGE);
  expect(items.map(({ eventId, subscription, outcome }) => [eventId, subscription, outcome])).toEqual([
    ['evt_2', 'desk', 'filtered'],
    ['evt_2', 'all', 'delivered'],
    ['evt_1', 'desk', 'delivered'],
    ['evt_1', 'all', 'delivered'],
  ]);
  expect(items[0]?.reason).toBe('score: [{"numeric":[">=",0.8]}], but it is 0.1');
  expect(await source.subscriptions()).toMatchObject([
    { name: 'all', counts: { delivered: 2, filtered: 0 } },
    { name: 'desk', counts: { delivered: 1, filtered: 1 } },
  ]);
});

test('forged, unsigned, malformed and too long events are refused, with the reason; a replay is a duplicate', async () => {
  const body = await eventOf('evt_refused');
  const answers = [
    await send(body, 'missing'),
    await send('no JSON'),
    await send(JSON.stringify({ text: 'x'.repeat(300 * 1024) })),
    await send('x'.repeat(11 * 1024 * 1024)),
  ];
  expect(answers.map(({ answer, why }) => [answer.status, why])).toEqual([
    [401, 'The signature fits neither the current nor the previous secret.'],
    [400, 'The body is no JSON object, or has no event type.'],
    [413, 'The body has more than 256 KB.'],
    [413, 'API Gateway takes bodies of 10 MB at most.'],
  ]);
  // The first of them makes the function read the secret again.
  expect([401, 503]).toContain((await send(body, 'forged')).answer.status);
  expect(await source.session('sess_evt_refused')).toBeUndefined();
  const [earlier] = (await source.exchanges({ limit: 1, search: 'evt_1' })).items;
  const [replayed] = await source.send({ replay: earlier?.id ?? '' });
  expect(replayed?.why).toContain('in the table already');
  await expect(source.send({ replay: '0' })).rejects.toThrow('no longer kept');
});

test('HTTP requests reach the function by the stage and by the path of a domain; other routes do not', async () => {
  const webhook = new URL(system.urls.webhook ?? '');
  const get = (path: string) => fetch(new URL(path, webhook));
  expect((await get('/prod/health')).status).toBe(200);
  expect((await get('/health')).status).toBe(200);
  expect([(await get('/prod/webhook')).status, (await get('/')).status]).toEqual([403, 403]);
  const forged = await fetch(webhook, {
    method: 'POST',
    body: '{}',
    headers: { origin: 'https://evil.example' },
  });
  expect(await forged.text()).toBe('A web page may not call this address.\n');
});

test('a recording is scored by its name, filed and announced; a hostile name is only a name', async () => {
  const name = '../../<img src=x onerror=alert(1)>\u0000\u202e-0.93.wav';
  await upload(name, 3, 'sess_call');
  await until(async () =>
    expect(await recording('onerror')).toMatchObject({
      status: 'processed',
      score: '0.93',
      risk: 'high',
      location: `processed/${name}`,
      sessionId: 'sess_call',
    }),
  );
  const file = await source.audio(`incoming/${name}`);
  expect(Buffer.from(file?.bytes ?? []).equals(createWav(3))).toBe(true);
  expect((await source.session('sess_call'))?.events).toMatchObject([{ eventType: 'audio.processed' }]);
});

test('a function that dies after it has stored announces at the next delivery', async () => {
  await source.fault('kill-webhook_handler', true);
  const body = await eventOf('evt_killed');
  const killed = await send(body);
  expect([killed.answer.status, killed.why]).toEqual([
    502,
    'The function crashed or timed out: the sender retries.',
  ]);
  expect((await source.session('sess_evt_killed'))?.events).toMatchObject([{ status: 'stored' }]);
  expect(await faultOf('kill-webhook_handler')).toMatchObject({ value: false });
  expect((await send(body)).answer.status).toBe(200);
  expect((await source.session('sess_evt_killed'))?.events).toMatchObject([{ status: 'announced' }]);
  const { alarms } = await source.metrics();
  expect(alarms.find(({ name }) => name === 'acme-dev-webhook-handler-error-rate')?.state).toBe('ALARM');
});

test('a throttled table and a rotated secret', async () => {
  await source.fault('throttle-table', true);
  const throttled = await send(await eventOf('evt_throttled'));
  await source.fault('throttle-table', false);
  expect([throttled.answer.status, (await send(await eventOf('evt_throttled'))).answer.status]).toEqual([
    503, 200,
  ]);
  const { alarms, metrics } = await source.metrics();
  expect(alarms.find(({ name }) => name === 'acme-dev-dynamodb-throttling')?.state).toBe('ALARM');
  expect(metrics.some(({ namespace, name }) => namespace === 'Sonotheia' && name === 'EventsReceived')).toBe(
    true,
  );

  await source.fault('rotate-webhook-secret');
  // The function has read the secret again less than 30 s ago, because of the forged signature.
  await source.fault('clock-15-minutes');
  expect((await send(await eventOf('evt_rotated'))).answer.status).toBe(200);
  // The function has read the key before it is rotated.
  await fileAway('before-0.4.wav');
  await source.fault('rotate-api-key');
  await fileAway('after-0.4.wav');
});

test('with the API down, a file waits and is retried; a malformed message is a dead letter, and can be redriven', async () => {
  await source.fault('api-answer', 'html');
  await upload('given-up-0.2.wav');
  await until(async () =>
    expect(await recording('given-up')).toMatchObject({ status: 'waiting', reason: expect.any(String) }),
  );
  const [queue] = await source.queues();
  expect(queue?.messages).toMatchObject([{ attempts: 1, state: 'inFlight', visibleAt: expect.any(String) }]);
  await source.fault('api-answer', 'score');
  await source.fault('clock-15-minutes');
  await until(async () =>
    expect(await recording('given-up')).toMatchObject({ status: 'processed', score: '0.2' }),
  );

  system.parts.queue.send('no notification');
  await until(async () =>
    expect((await source.queues())[1]?.messages).toMatchObject([{ reason: 'malformed: malformed_message' }]),
  );
  const [, letters] = await source.queues();
  expect(letters?.messages[0]).toMatchObject({ canSucceed: false, attempts: 1 });
  expect(await source.redrive(letters?.name ?? '')).toEqual({ moved: 0 });
  expect(await source.redrive(letters?.name ?? '', letters?.messages[0]?.id)).toEqual({ moved: 1 });
});

test('time expires items and archives files', async () => {
  await fileAway('large-0.1.wav', 5);
  for (const _ of [1, 2, 3, 4]) await source.fault('clock-30-days');
  expect(await source.session('sess_evt_1')).toBeUndefined();
  const classes = system.state.objects.list('processed/').map(([key, object]) => [key, object.storageClass]);
  // S3 leaves objects of less than 128 KB in their class.
  expect(classes).toEqual(
    expect.arrayContaining([
      ['processed/large-0.1.wav', 'GLACIER'],
      ['processed/after-0.4.wav', undefined],
    ]),
  );
  expect((await send(await eventOf('evt_later'))).answer.status).toBe(200);
  const [event] = (await source.session('sess_evt_later'))?.events ?? [];
  expect(Date.parse(event?.receivedAt ?? '') - Date.now()).toBeGreaterThan(119 * 86_400_000);
});

test('the state survives a restart, and one process at a time has it', async () => {
  const before = [await source.sessions(PAGE), await source.recordings(PAGE), await source.deliveries(PAGE)];
  await expect(LocalSystem.start({ stack, folder, packages, ports: FREE })).rejects.toMatchObject({
    text: { what: expect.stringContaining('runs this environment already') },
  });
  const secret = system.parts.readSecret('webhook_secret');
  await system.stop();
  await start();
  expect([await source.sessions(PAGE), await source.recordings(PAGE), await source.deliveries(PAGE)]).toEqual(
    before,
  );
  expect(system.parts.readSecret('webhook_secret')).toBe(secret);
  expect((await send(await eventOf('evt_restarted'))).answer.status).toBe(200);
});

test('a port in use is a problem, and leaves the folder free', async () => {
  const other = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const options = { stack, folder: join(folder, 'second'), packages };
  for (const ports of [
    { ...FREE, gateway: port },
    { ...FREE, aws: port },
    { ...FREE, api: port },
  ])
    await expect(LocalSystem.start({ ...options, ports })).rejects.toMatchObject({
      text: { what: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`) },
    });
  other.close();
  await (await LocalSystem.start({ ...options, ports: FREE })).stop();
});

test('a session is forgotten: its replayed event and its file are not stored again', async () => {
  const sessionId = 'sess_gone';
  const body = await eventOf('gone');
  await send(body);
  await send(await eventOf('staying'));
  await upload('gone.wav', 4, sessionId);
  await until(async () => expect((await source.session(sessionId))?.events).toHaveLength(2));
  const request = { sessionId, although: [] };
  const { signal } = new AbortController();
  const plan = await source.forgetPlan(request, signal);
  expect(plan).toMatchObject({ canForget: true, confirmWith: sessionId, stays: [] });
  expect(plan.goes.map(({ what, count }) => `${count} ${what}`)).toEqual([
    '2 events',
    '2 markers and references',
    '1 versions of recordings',
  ]);
  const report = await source.forget(request);
  expect(report).toMatchObject({ isVerified: true, stays: [], unseen: [] });
  expect(report.erased.map(({ count }) => count)).toEqual([2, 2, 1, 0]);
  expect(readFileSync(report.receipt, 'utf8')).not.toContain(sessionId);
  const isGone = async (): Promise<void> => {
    expect(await source.session(sessionId)).toBeUndefined();
    expect(await source.session('sess_staying')).toBeDefined();
    expect(system.state.objects.list('').filter(([key]) => key.includes('gone.wav'))).toEqual([]);
    expect((await source.recordings({ ...PAGE, search: 'gone.wav' })).items).toEqual([]);
  };
  await isGone();
  expect(await send(body)).toMatchObject({
    answer: { status: 200 },
    why: 'The session was forgotten: the event is acknowledged, and neither stored nor announced.',
  });
  await upload('gone.wav', 4, sessionId);
  await until(isGone);
  expect(await source.forgetPlan(request, signal)).toMatchObject({ canForget: false });
  await expect(source.forget(request)).rejects.toThrow('Nothing can be forgotten');
});

test('what was forgotten is refused for as long by the moved clock', async () => {
  await send(await eventOf('early'));
  const before = new Set(system.state.items.keys());
  await source.forget({ sessionId: 'sess_early', although: [] });
  const added = [...system.state.items].filter(([key]) => !before.has(key)).map(([, item]) => item);
  expect(system.state.clock.offsetMs).toBeGreaterThan(0);
  expect(added.map(({ session_id }) => session_id?.S)).toEqual([
    expect.stringMatching(/^delivery#forgotten#/),
  ]);
  const days = (Number(added[0]?.ttl?.N) * 1000 - system.state.clock.nowMs()) / 86_400_000;
  expect(days).toBeCloseTo(401, 0);
});

test('what the law or the spec keeps stays, until it is overruled by its name', async () => {
  const report = (await source.samples()).find(({ name }) => name === 'sar.filed')?.body ?? '{}';
  await send(report);
  const { items } = await source.sessions({ ...PAGE, search: 'case#' });
  const sessionId = items[0]?.sessionId ?? '';
  const environment = { ...place.environment, protected: true };
  const eraser = openEraser(system, { ...place, environment });
  const { signal } = new AbortController();
  const plan = await eraser.forgetPlan({ sessionId, although: [] }, signal);
  expect(plan.stays.map(({ name }) => name)).toEqual(['protected', 'sar']);
  expect(plan).toMatchObject({ goes: [], canForget: false });
  const overruled = { sessionId, although: ['sar', 'protected'] };
  expect(await eraser.forgetPlan(overruled, signal)).toMatchObject({ stays: [], canForget: true });
  await expect(eraser.forget({ sessionId, although: ['sar'] })).rejects.toThrow('Nothing can be forgotten');
  await expect(eraser.forget({ sessionId, although: ['any'] })).rejects.toThrow('any is no reason');
  expect((await source.session(sessionId))?.events).toHaveLength(1);
});

test('the real API gets its key, which is not kept', async () => {
  const real = await startSonotheiaApi('key-of-the-account');
  const other = join(folder, 'real');
  const realApi = { url: real.url, apiKey: 'key-of-the-account' };
  const theirs = await LocalSystem.start({ stack, folder: other, packages, ports: FREE, realApi });
  const page = openSource(theirs);
  expect((await page.faults()).map(({ name }) => name)).not.toContain('upload-500');
  await page.upload({ name: 'a.wav', contentType: 'audio/wav', bytes: createWav(3) });
  await until(async () => expect(real.requests).toMatchObject([{ answeredStatus: 200 }]));
  await theirs.stop();
  await real.stop();
  expect(readFileSync(join(other, 'state.jsonl'), 'utf8')).not.toContain('key-of-the-account');
});

test('500 uploads are processed at the pace of the settings', async () => {
  await source.fault('upload-500');
  const page = await source.recordings({ limit: 1, search: 'many/' });
  expect(page.total).toBe(500);
  await until(async () => {
    const { items } = await source.recordings({ limit: 500, search: 'many/' });
    expect(items.filter(({ status }) => status === 'processed').length).toBeGreaterThan(3);
  });
  const running = system.functions.audio_processor.running;
  expect(running).toBeLessThanOrEqual(stack.pace.maxConcurrency);
  expect((await source.overview()).parts.find(({ id }) => id === 'queue')?.state).toBe('busy');
});
