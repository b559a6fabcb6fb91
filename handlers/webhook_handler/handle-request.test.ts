import { describe, expect, test } from 'vitest';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { SECRET, sign, toRequest } from '../../scripts/local/webhook-request.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import type { SessionStore } from '../shared/ports.ts';
import { deadlineMs, handleRequest } from './handle-request.ts';
import { TEST_MEMBER } from './parse-event.ts';

const LIMIT_MS = 4_000;

async function post(world: WebhookWorld, request: ReturnType<typeof toRequest>) {
  const answer = await handleRequest(request, world.start(), LIMIT_MS);
  return { status: answer.statusCode, body: JSON.parse(answer.body) as unknown };
}

describe('POST /webhook', () => {
  const sessions: readonly [string, string, string][] = [
    ['deepfake.completed', 'sess_abc123def456', 'evt_7gH3jK9mN2pQ4rS'],
    ['deepfake.failed', 'sess_failed123', 'evt_9kL5mN7oP3qR6sT'],
    ['mfa.completed', 'sess_mfa789xyz', 'evt_2bC4dE6fG8hJ0k'],
    ['mfa.failed', 'sess_mfa_fail123', 'evt_3cD5eF7gH9iK1l'],
    ['mfa.enrollment.completed', 'enrollment#enroll_new789xyz', 'evt_4dE6fG8hI0jL2m'],
    ['sar.submitted', 'sess_abc123def456', 'evt_5eF7gH9iJ1kM3n'],
    ['sar.filed', 'case#sar-001234', 'evt_6fG8hI0jK2lN4o'],
    ['system.health_check', 'event#evt_7gH9iJ1kL3mO5p', 'evt_7gH9iJ1kL3mO5p'],
    ['older-envelope', 'session-xyz789', 'event-def456'],
  ];

  test.each(sessions)('stores, announces and acknowledges %s', async (name, sessionId, eventId) => {
    const world = new WebhookWorld();
    const answer = await post(world, toRequest(readSampleEvent(name)));
    expect(answer).toEqual({ status: 200, body: { status: 'success', event_id: eventId } });
    expect(world.table.events()).toMatchObject([
      { session_id: { S: sessionId }, event_id: { S: eventId }, status: { S: 'announced' } },
    ]);
    expect(world.topic.published).toMatchObject([{ session_id: sessionId, event_id: eventId }]);
  });

  test('stores the documented attributes', async () => {
    const world = new WebhookWorld();
    await post(world, toRequest(readSampleEvent('deepfake.failed')));
    const [item] = world.table.events();
    expect(item).toEqual({
      schema_version: { S: '1' },
      session_id: { S: 'sess_failed123' },
      timestamp: { N: expect.stringMatching(/^1767616500\.123\d{22}$/) },
      event_id: { S: 'evt_9kL5mN7oP3qR6sT' },
      event_type: { S: 'deepfake.failed' },
      data: {
        M: {
          session_id: { S: 'sess_failed123' },
          error: {
            M: {
              code: { S: 'AUDIO_TOO_SHORT' },
              message: { S: 'Audio duration must be at least 3 seconds' },
              details: { M: { duration_seconds: { N: '1.2' }, minimum_required: { N: '3' } } },
            },
          },
        },
      },
      metadata: { M: { request_id: { S: 'req_failed456' } } },
      status: { S: 'announced' },
      risk: { S: 'unknown' },
      error_code: { S: 'AUDIO_TOO_SHORT' },
      test: { BOOL: false },
      received_at: { S: '2026-01-05T12:34:56.789Z' },
      ttl: { N: String(Date.UTC(2026, 0, 5, 12, 34, 56) / 1000 + 30 * 86_400) },
    });
  });

  const postAs = (world: WebhookWorld, body: string, id?: string) =>
    post(
      world,
      toRequest(body, {
        headers: {
          'x-sonotheia-signature': sign(body),
          ...(id !== undefined && { 'X-Sonotheia-Event-Id': id }),
        },
      }),
    );

  test('uses the id in the header, or a digest of the body, for an event without an id', async () => {
    const body = readSampleEvent('readme-example');
    const named = await postAs(new WebhookWorld(), body, 'evt_456');
    expect(named.body).toEqual({ status: 'success', event_id: 'evt_456' });
    const derived = { status: 'success', event_id: expect.stringMatching(/^body_[0-9a-f]{32}$/) };
    expect((await postAs(new WebhookWorld(), body)).body).toEqual(derived);
    for (const id of ['two words', 'x'.repeat(129), 'ünï', ''])
      expect((await postAs(new WebhookWorld(), body, id)).body).toEqual(derived);
  });

  test.each([
    ['no id', readSampleEvent('readme-example')],
    ['an id', readSampleEvent('sar.filed')],
  ])('one signed body with %s is one event, with any headers', async (_, body) => {
    const world = new WebhookWorld();
    const first = await postAs(world, body, 'evt_1');
    for (const id of ['evt_2', 'evt_7gH3jK9mN2pQ4rS', undefined, 'two words', 'evt_1'])
      expect(await postAs(world, body, id)).toEqual(first);
    expect(world.table.events()).toHaveLength(1);
    expect(world.topic.published).toHaveLength(1);
  });

  test('no header can claim the id of another event or choose the key of an item', async () => {
    const world = new WebhookWorld();
    await postAs(world, '{"event_type":"t","data":{}}', 'evt_6fG8hI0jK2lN4o');
    expect(world.table.events()[0]?.session_id?.S).toMatch(/^event#body_[0-9a-f]{32}$/);
    await post(world, toRequest(readSampleEvent('sar.filed')));
    expect(world.table.events()).toHaveLength(2);
  });

  test.each([
    ['1', '1'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740993', '9007199254740993'],
    ['1e3', '1000'],
  ])('accepts the number %s as an id with all its digits', async (number, id) => {
    const world = new WebhookWorld();
    const body = `{"event_id":${number},"event_type":"t","data":{"session_id":${number}}}`;
    expect((await post(world, toRequest(body))).body).toEqual({ status: 'success', event_id: id });
    expect(world.table.events()).toMatchObject([{ session_id: { S: id }, event_id: { S: id } }]);
    const quoted = `{"event_id":"${id}","event_type":"t","data":{"session_id":"${id}"}}`;
    expect((await post(world, toRequest(quoted))).status).toBe(200);
    expect(world.table.events()).toHaveLength(1);
  });

  test.each([
    ['0.81999999999999995', 0.82, 'high'],
    ['0.97000000000000001', 0.97, 'high'],
    ['8.2e-1', 0.82, 'high'],
    ['"0.82"', 0.82, 'high'],
    ['0.8199999999999999500000000000000000000000000000001', 0.82, 'high'],
    ['-0.0', 0, 'low'],
  ])('announces the score %s as %d, also after a crash', async (spelling, score, risk) => {
    const world = new WebhookWorld();
    const body = `{"event_id":"e","event_type":"deepfake.completed","data":{"session_id":"s","score":${spelling}}}`;
    world.injectFaults(new Faults((call) => (call === 1 ? 'before' : 'none')));
    expect((await post(world, toRequest(body))).status).toBe(503);
    await post(world, toRequest(body));
    expect(world.topic.published).toMatchObject([{ score, risk }]);
  });

  test.each([
    ['deepfake.completed', '{}', 'unknown', 1],
    ['deepfake.completed', '{"score":"n/a"}', 'unknown', 1],
    ['voice.cloned', '{"score":1.5}', 'unknown', 1],
    ['deepfake.failed', '{"error":{"code":"AUDIO_TOO_SHORT"}}', 'unknown', 0],
    ['mfa.completed', '{"verified":true}', undefined, 0],
    ['mfa.completed', '{"score":null}', undefined, 0],
    ['deepfake.completed', '{"score":null}', 'unknown', 1],
    ['sar.filed', '{"case_id":"c"}', undefined, 0],
    ['deepfake.completed', '{"score":0.5}', 'review', 0],
  ])('%s with %s has the risk %s, in item and message, counted once', async (type, data, risk, count) => {
    const world = new WebhookWorld();
    const body = `{"event_id":"e","event_type":"${type}","data":${data}}`;
    world.injectFaults(new Faults((call) => (call === 1 ? 'before' : 'none')));
    for (let delivery = 0; delivery < 3; delivery += 1) await post(world, toRequest(body));
    expect(world.topic.published.map((message) => message.risk)).toEqual([risk]);
    expect(world.table.events().map((item) => item.risk?.S)).toEqual([risk]);
    expect(world.telemetry.total('ScoresMissing')).toBe(count);
  });

  test.each(['{"error":{"code":"AUDIO.TOO-SHORT"}}', '{"error_code":"AUDIO_TOO_SHORT"}'])(
    'the error code of %s is the same in item and message',
    async (data) => {
      const world = new WebhookWorld();
      await post(world, toRequest(`{"event_id":"e","event_type":"deepfake.failed","data":${data}}`));
      expect(world.topic.published).toMatchObject([{ error_code: 'AUDIO_TOO_SHORT' }]);
      expect(world.table.events()).toMatchObject([{ error_code: { S: 'AUDIO_TOO_SHORT' } }]);
    },
  );

  test.each([
    [`"${TEST_MEMBER}":true`, true],
    [`"${TEST_MEMBER}":"true"`, false],
    [`"metadata":{"${TEST_MEMBER}":true},"test":true`, false],
  ])('an event with %s is a test: %s, also after a crash', async (member, isTest) => {
    const world = new WebhookWorld();
    const data = `{"session_id":"smoke-1","test":true,"${TEST_MEMBER}":true}`;
    const body = `{"event_id":"e","event_type":"deepfake.completed",${member},"data":${data}}`;
    world.injectFaults(new Faults((call) => (call === 1 ? 'before' : 'none')));
    await post(world, toRequest(body));
    await post(world, toRequest(body));
    expect(world.topic.published.map((message) => message.test)).toEqual([isTest]);
    expect(world.table.events()).toMatchObject([{ test: { BOOL: isTest } }]);
  });

  test('an item of an earlier release is announced with its risk', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('deepfake.completed');
    world.injectFaults(new Faults((call) => (call === 1 ? 'before' : 'none')));
    await post(world, toRequest(body));
    for (const item of world.table.events())
      for (const name of ['schema_version', 'risk', 'test', 'error_code']) delete item[name];
    expect((await post(world, toRequest(body))).status).toBe(200);
    expect(world.topic.published).toMatchObject([{ risk: 'high', test: false }]);
  });

  test.each(['1767616496.7891199589', '1767616496789', '"2026-01-05T12:34:56.789Z"'])(
    'stores an event of %s under the time in its body',
    async (time) => {
      const world = new WebhookWorld();
      world.clock.timeMs += 86_400_000;
      await post(world, toRequest(`{"event_id":"e","event_type":"t","timestamp":${time},"data":{}}`));
      expect(world.table.events()[0]?.timestamp?.N).toMatch(/^1767616496\.789\d{22}$/);
    },
  );

  test.each([undefined, 'evt_1'])(
    'two bodies without an id are two events, with the header %s too',
    async (id) => {
      const world = new WebhookWorld();
      for (const count of [1, 2, 1]) await postAs(world, `{"event_type":"t","data":{"count":${count}}}`, id);
      expect(world.table.events()).toHaveLength(2);
    },
  );

  test.each([
    ['null for an id', '{"event_id":null,"event_type":"t","data":{}}'],
    ['an id of 256 characters', `{"event_id":"${'e'.repeat(256)}","event_type":"t","data":{}}`],
    ['a type of 128 characters', `{"event_id":"e","event_type":"${'t'.repeat(128)}","data":{}}`],
    ['metadata of another type', '{"event_id":"e","event_type":"t","data":{},"metadata":[]}'],
  ])('accepts a body with %s', async (_, body) => {
    const world = new WebhookWorld();
    expect((await post(world, toRequest(body))).status).toBe(200);
    expect(world.table.events()).toHaveLength(1);
    expect(world.table.events()[0]?.metadata).toBeUndefined();
  });

  test('a crash between storing and announcing leaves the status `stored`', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('sar.filed');
    const failing = { publish: () => Promise.reject(new Error('no topic')) };
    const answer = await handleRequest(toRequest(body), { ...world.start(), topic: failing }, LIMIT_MS);
    expect(answer.statusCode).toBe(503);
    expect(world.table.events()).toMatchObject([{ status: { S: 'stored' } }]);
    expect((await post(world, toRequest(body))).status).toBe(200);
    expect(world.topic.published).toHaveLength(1);
  });

  test('fetches a secret once after its rotation', async () => {
    const world = new WebhookWorld();
    const ports = world.start();
    const body = readSampleEvent('sar.filed');
    const postWith = async (secret: string) => {
      const headers = { 'X-Sonotheia-Signature': sign(body, secret) };
      return (await handleRequest(toRequest(body, { headers }), ports, LIMIT_MS)).statusCode;
    };
    expect(await postWith(SECRET)).toBe(200);
    world.secretSource.versions = ['new secret'];
    expect(await postWith('new secret')).toBe(200);
    // The limit on refreshes forbids another fetch for 30 s.
    expect(await postWith(SECRET)).toBe(503);
    expect(world.secretSource.fetchCount).toBe(2);
    world.clock.timeMs += 30_000;
    expect(await postWith(SECRET)).toBe(401);
    expect(world.secretSource.fetchCount).toBe(3);
  });

  test('acknowledges a duplicate without storing or announcing it again', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('deepfake.completed');
    const first = await post(world, toRequest(body));
    const redelivered = body.replace('2026-01-05T12:34:56.789Z', '2026-01-05T12:35:01.789Z');
    expect(await post(world, toRequest(redelivered))).toEqual(first);
    expect(world.table.events()).toHaveLength(1);
    expect(world.topic.published).toHaveLength(1);
    expect(world.telemetry.total('DuplicateEvents')).toBe(1);
  });

  test('recognises a redelivery although the marker has expired', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('deepfake.completed');
    await post(world, toRequest(body));
    for (const [key, item] of world.table.items)
      if (item.event_id === undefined) world.table.items.delete(key);
    expect((await post(world, toRequest(body))).status).toBe(200);
    expect(world.table.events()).toHaveLength(1);
    expect(world.topic.published).toHaveLength(1);
  });

  test('never overwrites another event, even with the same key', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('deepfake.completed');
    await post(world, toRequest(body));
    for (const [key, item] of world.table.items) {
      if (item.event_id === undefined) world.table.items.delete(key);
      else world.table.items.set(key, { ...item, event_id: { S: 'evt_other' } });
    }
    expect((await post(world, toRequest(body))).status).toBe(503);
    expect(world.table.events()).toMatchObject([{ event_id: { S: 'evt_other' } }]);
  });

  test('stores and acknowledges an unknown type', async () => {
    const world = new WebhookWorld();
    const answer = await post(
      world,
      toRequest('{"event_id":"e1","event_type":"voice.cloned","data":{"a":1}}'),
    );
    expect(answer.status).toBe(200);
    expect(world.table.events()).toHaveLength(1);
    expect(world.telemetry.metrics).toContainEqual({
      metric: 'EventsReceived',
      dimensions: { event_type: 'other' },
    });
  });

  test('verifies the decoded bytes of a base64 body', async () => {
    const world = new WebhookWorld();
    const body = readSampleEvent('sar.filed');
    const encoded = toRequest(body, { body: Buffer.from(body).toString('base64'), isBase64Encoded: true });
    expect((await post(world, encoded)).status).toBe(200);
  });

  test('reads the signature from multi-value headers and in any letter case', async () => {
    const body = readSampleEvent('sar.filed');
    const multiValueHeaders = { 'X-SONOTHEIA-SIGNATURE': [sign(body)] };
    const request = { ...toRequest(body, { multiValueHeaders }), headers: null as never };
    expect((await post(new WebhookWorld(), request)).status).toBe(200);
  });

  test.each([
    ['no JSON', 'canary'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '12345678901234567890'],
    ['no data', '{"event_id":"e","event_type":"t"}'],
    ['data of another type', '{"event_id":"e","event_type":"t","data":[]}'],
    ['no type', '{"event_id":"e","data":{}}'],
    ['a type with a line break', '{"event_id":"e","event_type":"a\\nb","data":{}}'],
    ['true for an id', '{"event_id":true,"event_type":"t","data":{}}'],
    ['an id of 257 characters', `{"event_id":"${'e'.repeat(257)}","event_type":"t","data":{}}`],
    ['a list for an id', '{"event_id":["e"],"event_type":"t","data":{}}'],
    ['a type of 129 characters', `{"event_id":"e","event_type":"${'t'.repeat(129)}","data":{}}`],
    ['an empty type', '{"event_id":"e","event_type":"","data":{}}'],
    ['a numeric type', '{"event_id":"e","event_type":1,"data":{}}'],
    ['an id that is no text', '{"event_id":"\\ud800","event_type":"t","data":{}}'],
    ['deep nesting', `{"event_id":"e","event_type":"t","data":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`],
    ['very deep nesting', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['nothing', ''],
  ])('answers 400 to a signed body with %s', async (_name, body) => {
    const world = new WebhookWorld();
    expect(await post(world, toRequest(body))).toEqual({
      status: 400,
      body: { status: 'error', error: 'invalid_payload' },
    });
    expect(world.table.items.size).toBe(0);
  });

  test('answers 400 to signed bytes that are not UTF-8', async () => {
    const world = new WebhookWorld();
    const bytes = Buffer.from('{"event_id":"e","event_type":"t","data":{"a":"\xff"}}', 'latin1');
    const headers = { 'X-Sonotheia-Signature': sign(bytes) };
    const request = toRequest('', { headers, body: bytes.toString('base64'), isBase64Encoded: true });
    expect((await post(world, request)).status).toBe(400);
    expect(world.table.items.size).toBe(0);
  });

  test.each([
    ['unequal', { 'X-Sonotheia-Signature': sign('other') }],
    ['missing', {}],
    ['malformed', { 'X-Sonotheia-Signature': 'sha256=00' }],
  ])('answers 401 when the signature is %s, before parsing the body', async (name, headers) => {
    const world = new WebhookWorld();
    expect(await post(world, toRequest('not even JSON', { headers }))).toEqual({
      status: 401,
      body: { status: 'error', error: 'invalid_signature' },
    });
    // Only a well-formed signature is worth a look at the secret.
    expect(world.secretSource.fetchCount > 0).toBe(name === 'unequal');
    expect(world.table.items.size).toBe(0);
    expect(world.telemetry.total('VerificationFailures')).toBe(1);
  });

  test('answers 413 beyond 256 KB and stores just below', async () => {
    const world = new WebhookWorld();
    const fill = (length: number) => {
      const frame = '{"event_id":"e","event_type":"t","data":{"a":""}}';
      return frame.replace('""', `"${'x'.repeat(length - frame.length)}"`);
    };
    expect((await post(world, toRequest(fill(256 * 1024 + 1)))).status).toBe(413);
    expect(world.table.items.size).toBe(0);
    expect((await post(world, toRequest(fill(256 * 1024)))).status).toBe(200);
  });

  test('answers 503 when no secret is available', async () => {
    const world = new WebhookWorld();
    world.secretSource.failing = true;
    expect(await post(world, toRequest(readSampleEvent('sar.filed')))).toEqual({
      status: 503,
      body: { status: 'error', error: 'service_unavailable' },
    });
    world.secretSource.failing = false;
    world.secretSource.versions = ['', ''];
    expect(
      (await post(world, toRequest('{}', { headers: { 'X-Sonotheia-Signature': sign('{}', '') } }))).status,
    ).toBe(503);
    expect(world.table.items.size).toBe(0);
  });

  test('answers 503 within the deadline when the store hangs', async () => {
    const world = new WebhookWorld();
    const hanging: SessionStore = { ...world.start().store, store: () => new Promise(() => {}) };
    const startedAtMs = performance.now();
    const answer = await handleRequest(
      toRequest(readSampleEvent('sar.filed')),
      { ...world.start(), store: hanging },
      300,
    );
    expect(answer.statusCode).toBe(503);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

describe('routes', () => {
  test('GET /health answers with a timestamp in whole seconds', async () => {
    const request = toRequest('', { httpMethod: 'GET', path: '/prod/health', resource: '/health' });
    expect(await post(new WebhookWorld(), request)).toEqual({
      status: 200,
      body: { status: 'healthy', timestamp: '2026-01-05T12:34:56Z' },
    });
  });

  test.each([
    ['GET', '/webhook', 405],
    ['DELETE', '/webhook', 405],
    ['POST', '/health', 405],
    ['GET', '/', 404],
    ['POST', '/webhooks', 404],
    ['POST', '/not-a-webhook', 404],
  ])('%s %s answers %i', async (httpMethod, path, status) => {
    const request = toRequest('{}', { httpMethod, path, resource: '/{proxy+}' });
    expect((await post(new WebhookWorld(), request)).status).toBe(status);
  });
});

test('the deadline leaves time for the response', () => {
  expect(deadlineMs(30_000)).toBe(4_000);
  expect(deadlineMs(3_000)).toBe(2_500);
  expect(deadlineMs(100)).toBe(0);
});
