// Unsigned data is never stored, and private data never reaches a log, a message or a response. SOAK=1 runs more cases.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { SECRET, sign, toRequest } from '../../scripts/local/webhook-request.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { SOAK, SOAK_TIMEOUT_MS } from '../../test/support/handlers/soak.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { withSafeIds } from '../shared/log-ids.ts';
import { handleRequest } from './handle-request.ts';

const CANARY = 'canary';
const SAMPLES = [
  'deepfake.completed',
  'deepfake.failed',
  'mfa.completed',
  'mfa.failed',
  'mfa.enrollment.completed',
  'sar.submitted',
  'sar.filed',
  'system.health_check',
];
/** Ids, types and codes may appear in logs and messages. */
const SPEAKABLE = new Set(['event_id', 'event_type', 'session_id', 'enrollment_id', 'case_id']);

/** Replaces every text of the event by a canary; its space makes it different from a code or label. */
function plantCanaries(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((member) => plantCanaries(member));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, plantCanaries(member, name)]),
    );
  }
  return typeof value === 'string' && !SPEAKABLE.has(key) ? `${CANARY} ${value}` : value;
}

function everythingSaid(world: WebhookWorld, answers: readonly unknown[]): string {
  return JSON.stringify([world.telemetry.lines, world.telemetry.metrics, world.topic.published, answers]);
}

describe('an id that is not a plain token', () => {
  const PRIVATE = [
    '+15551234567 J. Example',
    '15551234567',
    'tel-555-123-4567',
    'jane.example@example.com',
    'Jane Example',
    'jane_example',
    '078-05-1120',
    'GB29 NWBK 6016 1331 9268 19',
    'Müller42',
    '2026-01-05',
  ];
  test.each(PRIVATE)('%s is logged as a digest, in every member', async (id) => {
    const bodies = ['session_id', 'enrollment_id', 'case_id'].map((name) => ({
      event_id: id,
      event_type: 'deepfake.completed',
      data: { [name]: id, error: { code: id }, label: id },
    }));
    for (const body of [...bodies, { event_type: 'mfa.completed', id: `${id}`, data: {} }]) {
      for (const fault of ['none', 'before'] as const) {
        const world = new WebhookWorld();
        world.injectFaults(new Faults((call) => (call === 1 ? fault : 'none')));
        await handleRequest(toRequest(JSON.stringify(body)), world.start(), 60_000);
        const said = JSON.stringify([world.telemetry.lines, world.telemetry.metrics]);
        expect(said).not.toContain(id);
        expect(world.telemetry.lines).toHaveLength(1);
        if (fault === 'none') expect(said).toMatch(/"event_id":"sha256:[0-9a-f]{16}"/);
      }
    }
  });

  test('an event type or header in another form is logged as a digest, too', async () => {
    for (const text of ['call.of.+15551234567', 'Jane.Example', 'jane@example.com', '15551234567']) {
      const world = new WebhookWorld();
      const body = JSON.stringify({ event_type: text, data: {} });
      const headers = { 'X-Sonotheia-Signature': sign(body), 'X-Sonotheia-Event-Id': text };
      expect((await handleRequest(toRequest(body, { headers }), world.start(), 60_000)).statusCode).toBe(200);
      expect(JSON.stringify([world.telemetry.lines, world.telemetry.metrics])).not.toContain(text);
    }
  });

  test('plain tokens are logged unchanged, so that they can be searched', async () => {
    const tokens = [
      'sess_abc123def456',
      'session-xyz789',
      '7f0c8a1e-1234-4567-8901-234567890123',
      'case#sar-001234',
    ];
    for (const id of tokens) {
      expect(withSafeIds({ session_id: id, event_type: 'sar.filed' })).toEqual({
        session_id: id,
        event_type: 'sar.filed',
      });
    }
  });
});

describe('canaries', () => {
  test.each(SAMPLES)('in every field of %s reach the table and nothing else', async (name) => {
    const world = new WebhookWorld();
    const body = JSON.stringify(plantCanaries(JSON.parse(readSampleEvent(name))));
    const answer = await handleRequest(toRequest(body), world.start(), 60_000);
    expect(answer.statusCode).toBe(200);
    expect(JSON.stringify(world.table.events())).toContain(CANARY);
    expect(everythingSaid(world, [answer])).not.toContain(CANARY);
  });

  test.each([
    [
      'a wrong signature',
      { 'X-Sonotheia-Signature': sign(CANARY, CANARY), 'User-Agent': CANARY },
      `{"a":"${CANARY}"}`,
    ],
    ['a body that is no JSON', undefined, CANARY],
    ['a body without a type', undefined, `{"event_id":"${CANARY}","data":{"user_id":"${CANARY}"}}`],
    ['a body that is too large', undefined, CANARY.repeat(100_000)],
  ])('in a request with %s reach no log and no response', async (_name, headers, body) => {
    const world = new WebhookWorld();
    const request = toRequest(body, headers ? { headers } : {});
    const answer = await handleRequest(request, world.start(), 60_000);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(everythingSaid(world, [answer])).not.toContain(CANARY);
    expect(everythingSaid(world, [answer])).not.toContain(SECRET);
  });

  test.each(['before', 'after', 'throttle', 'conflict'] as const)(
    'in an error (%s) at any call reach no log and no response',
    async (fault) => {
      for (let call = 0; call < 4; call += 1) {
        const world = new WebhookWorld();
        world.injectFaults(new Faults((index) => (index === call ? fault : 'none')));
        const body = JSON.stringify(plantCanaries(JSON.parse(readSampleEvent('mfa.completed'))));
        const answer = await handleRequest(toRequest(body), world.start(), 60_000);
        expect(everythingSaid(world, [answer])).not.toContain(CANARY);
      }
    },
  );
});

test(
  'fuzzed requests are answered, never accepted, never stored',
  async () => {
    const world = new WebhookWorld();
    const ports = world.start();
    const headerName = fc.constantFrom(
      'X-Sonotheia-Signature',
      'x-sonotheia-signature',
      'X-SONOTHEIA-SIGNATURE',
      'X-Other',
    );
    const headerValue = fc.oneof(
      fc.string(),
      fc.stringMatching(/^(sha256=)?[0-9a-f]{64}$/),
      fc.constant(sign('other body')),
    );
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant(readSampleEvent('sar.filed')),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(headerName, headerValue),
        body,
        fc.boolean(),
        async (headers, text, isBase64Encoded) => {
          const request = { ...toRequest('', { headers, isBase64Encoded }), body: text };
          expect([401, 503]).toContain((await handleRequest(request, ports, 60_000)).statusCode);
          expect(world.table.items.size).toBe(0);
        },
      ),
      { numRuns: SOAK ? 1_000_000 : 3_000 },
    );
  },
  SOAK_TIMEOUT_MS,
);

test(
  'any signed body is stored or refused without a crash',
  async () => {
    const world = new WebhookWorld();
    const ports = world.start();
    const odd = fc.oneof(fc.json(), fc.constant('{"__proto__":{"event_type":"t"}}'), fc.string());
    const envelope = fc.record(
      {
        event_id: fc.jsonValue(),
        event_type: fc.jsonValue(),
        timestamp: fc.jsonValue(),
        data: fc.object({ withNullPrototype: false }),
        metadata: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          odd,
          envelope.map((value) => JSON.stringify(value)),
        ),
        async (text) => {
          const { statusCode } = await handleRequest(toRequest(text), ports, 60_000);
          expect([200, 400]).toContain(statusCode);
        },
      ),
      { numRuns: SOAK ? 100_000 : 1_000 },
    );
  },
  SOAK_TIMEOUT_MS,
);
