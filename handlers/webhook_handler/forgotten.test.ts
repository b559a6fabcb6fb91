// Deliveries of a session that was forgotten.
import { expect, test } from 'vitest';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { buildTombstone } from '../shared/tombstone.ts';
import { handleRequest } from './handle-request.ts';

const DAY_MS = 86_400_000;

function bodyOf(event: object): string {
  return JSON.stringify({
    event_id: 'evt_1',
    event_type: 'deepfake.completed',
    timestamp: '2026-01-05T12:34:56Z',
    data: { session_id: 'sess_1', score: 0.9 },
    ...event,
  });
}

async function post(world: WebhookWorld, body: string) {
  const { statusCode, body: text } = await handleRequest(toRequest(body), world.start(), 4_000);
  return { statusCode, answer: JSON.parse(text) as unknown };
}

/** Erases as the operator's command does: a tombstone, then everything that names the session. */
function forget(world: WebhookWorld, sessionId: string): void {
  const { items } = world.table;
  for (const [key, item] of items)
    if ([item.session_id?.S, item.event_session_id?.S].includes(sessionId)) items.delete(key);
  world.table.put({ ...buildTombstone('session', sessionId, { nowMs: world.clock.timeMs }) });
}

const countTombstones = ({ table }: WebhookWorld): number =>
  [...table.items.values()].filter(({ session_id }) => session_id?.S?.startsWith('delivery#forgotten#'))
    .length;

test.each([
  ['again', {}],
  ['with another time', { timestamp: '2026-01-05T12:35:00Z' }],
  ['with an id that was never delivered', { event_id: 'evt_2' }],
  ['without an id', { event_id: undefined }],
  ['about a case', { event_type: 'sar.submitted', data: { session_id: 'sess_1', case_id: 'case_1' } }],
])('an event of a forgotten session, delivered %s, is acknowledged and not stored', async (_, changed) => {
  const world = new WebhookWorld();
  await post(world, bodyOf({}));
  forget(world, 'sess_1');
  const { size } = world.table.items;
  world.topic.published.length = 0;
  world.telemetry.lines.length = 0;
  const event = bodyOf(changed);
  for (let delivery = 1; delivery <= 3; delivery += 1) {
    const { statusCode, answer } = await post(world, event);
    expect([statusCode, answer]).toMatchObject([200, { status: 'success' }]);
  }
  expect(world.table.items.size).toBe(size);
  expect(world.table.events()).toEqual([]);
  expect(world.topic.published).toEqual([]);
  expect(world.telemetry.total('EventsForgotten')).toBe(3);
  expect(world.telemetry.lines.map(({ fields }) => fields.outcome)).toEqual(Array(3).fill('forgotten'));
  expect(JSON.stringify(world.telemetry.lines)).not.toMatch(/sess_1|evt_|case_1/);
});

test('other sessions are stored, also that of a person who comes back', async () => {
  const world = new WebhookWorld();
  await post(world, bodyOf({}));
  forget(world, 'sess_1');
  await post(world, bodyOf({ event_id: 'evt_2', data: { session_id: 'sess_2' } }));
  await post(world, bodyOf({ event_id: 'evt_3', data: {} }));
  expect(world.table.events().map(({ session_id }) => session_id?.S)).toEqual(['sess_2', 'event#evt_3']);
});

test('when the tombstone has expired, the event is too old', async () => {
  const world = new WebhookWorld();
  await post(world, bodyOf({}));
  forget(world, 'sess_1');
  for (const days of [1, 399, 3, 300]) {
    world.clock.timeMs += days * DAY_MS;
    world.table.expire(world.clock.timeMs);
    const { statusCode } = await post(world, bodyOf({}));
    expect(statusCode).toBe(world.clock.timeMs < Date.UTC(2027, 1, 9, 12, 34, 56) ? 200 : 400);
    expect(world.table.events()).toEqual([]);
  }
  expect(countTombstones(world)).toBe(0);
});

test('while the look for a tombstone fails, the sender retries', async () => {
  const world = new WebhookWorld();
  world.injectFaults(new Faults((call) => (call === 0 ? 'before' : 'none')));
  expect(await post(world, bodyOf({}))).toMatchObject({ statusCode: 503 });
  expect(world.table.items.size).toBe(0);
});
