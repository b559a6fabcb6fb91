// The replay of captured bodies, and how long an event is kept, with a fake clock.
import { afterAll, describe, expect, test } from 'vitest';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { handleRequest } from './handle-request.ts';

const DAY_MS = 86_400_000;
const random = new Random();
let failed = true;

afterAll(() => {
  if (failed) console.error(`Repeat this run with TEST_SEED=${random.seed}`);
});

async function post(world: WebhookWorld, body: string) {
  const { statusCode, body: text } = await handleRequest(toRequest(body), world.start(), 4_000);
  return { status: statusCode, body: JSON.parse(text) as unknown };
}

const ttlDaysOf = (world: WebhookWorld): number[] =>
  world.table.events().map(({ ttl }) => (Number(ttl?.N) - Math.floor(world.clock.timeMs / 1000)) / 86_400);

describe('a captured body', () => {
  const REFUSED = { status: 400, body: { status: 'error', error: 'event_too_old' } };

  test('signed with a time long ago is refused, and nothing is stored', async () => {
    const world = new WebhookWorld();
    for (const time of ['"2001-09-09T01:46:40Z"', '1000000000', '1000000000000', '"1000000000.000"'])
      expect(await post(world, `{"event_id":"e","event_type":"t","timestamp":${time},"data":{}}`)).toEqual(
        REFUSED,
      );
    expect(world.table.items.size).toBe(0);
    expect(world.topic.published).toEqual([]);
  });

  test('is accepted up to 400 days after its time, for events that Sonotheia could not deliver', async () => {
    const body = readSampleEvent('sar.filed');
    const sentMs = Date.parse('2026-01-05T14:00:00.000Z');
    for (const [ageMs, status] of [
      [-5 * 60_000, 200],
      [400 * DAY_MS, 200],
      [400 * DAY_MS + 1, 400],
    ] as const) {
      const world = new WebhookWorld();
      world.clock.timeMs = sentMs + ageMs;
      expect((await post(world, body)).status).toBe(status);
    }
  });

  test.each([
    ['a time and an id', readSampleEvent('deepfake.completed')],
    ['a time only', '{"event_type":"t","timestamp":"2026-01-05T12:34:56Z","data":{"session_id":"s"}}'],
    [
      'a time in the future',
      '{"event_id":"e","event_type":"t","timestamp":"2028-01-05T12:34:56Z","data":{}}',
    ],
    ['an id only', '{"event_id":"e","event_type":"t","data":{"session_id":"s"}}'],
    ['neither', readSampleEvent('readme-example')],
  ])('with %s is stored and announced once, at any time of its replay', async (_, body) => {
    for (let run = 0; run < 40; run += 1) {
      const world = new WebhookWorld();
      const first = await post(world, body);
      expect(first.status).toBe(200);
      for (let replay = 0; replay < 8; replay += 1) {
        world.clock.timeMs += random.pick([
          1_000,
          DAY_MS,
          29 * DAY_MS,
          31 * DAY_MS,
          200 * DAY_MS,
          700 * DAY_MS,
        ]);
        if (random.next() < 0.7) world.table.expire(world.clock.timeMs);
        expect([first, REFUSED]).toContainEqual(await post(world, body));
      }
      expect(world.table.events().length).toBeLessThanOrEqual(1);
      expect(world.topic.published, `seed ${random.seed}`).toHaveLength(1);
    }
    failed = false;
  });
});

describe('an event is kept', () => {
  const sar = (compliance: string, type = 'sar.submitted') =>
    `{"event_id":"e","event_type":"${type}","data":{"session_id":"s","compliance":${compliance}}}`;

  test.each([
    ['as long as it says', sar('{"retention_period_days":2555}'), 2555],
    ['as long as it says in another spelling', sar('{"retention_period_days":2.555e3}'), 2555],
    ['as long as it says as text', sar('{"retention_period_days":"2555"}'), 2555],
    ['to the end of the day it says', sar('{"retention_period_days":2554.0000000000000001}'), 2554],
    ['a day longer for a fraction', sar('{"retention_period_days":2554.5}'), 2555],
    ['as long as it says, whatever its type', sar('{"retention_period_days":2555}', 'something.new'), 2555],
    ['never shorter than configured', sar('{"retention_period_days":7}'), 30],
    ['a hundred years at most', sar('{"retention_period_days":1000000000}'), 36_500],
    ['five years where a report says nothing', readSampleEvent('sar.filed'), 1827],
    ['five years where a report of a new kind says nothing', sar('{}', 'sar.amended'), 1827],
    ['five years where a report says nonsense', sar('{"retention_period_days":-1}'), 1827],
    ['as configured otherwise', readSampleEvent('deepfake.completed'), 30],
    ['as configured where it says nonsense', sar('{"retention_period_days":0}', 'mfa.failed'), 30],
  ])('%s', async (_, body, days) => {
    const world = new WebhookWorld();
    expect((await post(world, body)).status).toBe(200);
    expect(ttlDaysOf(world)).toEqual([days]);
  });
});

describe('the reports of one case', () => {
  test('are in its partition: filed ones as items, those of a session as references', async () => {
    const world = new WebhookWorld();
    for (const name of ['sar.submitted', 'sar.filed', 'sar.submitted'])
      expect((await post(world, readSampleEvent(name))).status).toBe(200);
    const inCase = [...world.table.items.values()].filter(
      ({ session_id }) => session_id?.S === 'case#sar-001234',
    );
    expect(inCase).toHaveLength(2);
    const [reference, filed] = inCase;
    expect(filed).toMatchObject({ event_type: { S: 'sar.filed' } });
    const submitted = world.table.events().find(({ event_type }) => event_type?.S === 'sar.submitted');
    expect(reference).toEqual({
      session_id: { S: 'case#sar-001234' },
      timestamp: submitted?.timestamp,
      event_session_id: { S: 'sess_abc123def456' },
      event_timestamp: submitted?.timestamp,
      ttl: submitted?.ttl,
    });
    // The session's report also names the case.
    expect(submitted?.data?.M?.case_id).toEqual({ S: 'sar-001234' });
  });

  test('are also found together when the case id is a number', async () => {
    const world = new WebhookWorld();
    await post(
      world,
      '{"event_id":"a","event_type":"sar.submitted","data":{"session_id":"s","case_id":12345678901234567890}}',
    );
    await post(world, '{"event_id":"b","event_type":"sar.filed","data":{"case_id":"12345678901234567890"}}');
    const keys = [...world.table.items.values()].map(({ session_id }) => session_id?.S);
    expect(keys.filter((key) => key === 'case#12345678901234567890')).toHaveLength(2);
  });
});
