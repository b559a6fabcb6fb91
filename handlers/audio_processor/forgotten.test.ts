// Uploads and notifications of what was forgotten.
import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { updateItem } from '../../scripts/local/services/dynamodb-expressions.ts';
import type { Item } from '../../scripts/local/services/dynamodb-values.ts';
import { toMessage } from '../../scripts/local/upload-message.ts';
import { GOOD_REPLY } from '../../test/support/handlers/audio-world.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { StrictWorld } from '../../test/support/handlers/strict-audio-world.ts';
import { buildTombstone, FORGET_MARKER, isForgettable } from '../shared/tombstone.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { handleBatch } from './handle-batch.ts';

const KEY = 'incoming/a/jane-doe.wav';
const DENIED = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
const METADATA = { 'session-id': 'sess_1' };

/** Erases as the operator's command does: tombstones first, then items, markers and files. */
function forget(world: StrictWorld, sessionId: string): void {
  const { table, clock } = world;
  const options = { nowMs: clock.timeMs };
  if (isForgettable(sessionId)) table.put({ ...buildTombstone('session', sessionId, options) });
  table.put({ ...buildTombstone('recording', KEY, options) });
  for (const [key, item] of table.items) {
    if (item.session_id?.S === sessionId) table.items.delete(key);
    else if (item.event_session_id?.S === sessionId) table.put(strip(item));
  }
  world.s3.objects.clear();
}

function strip(marker: Item): Item {
  expect(marker.session_id?.S).toMatch(/^delivery#audio#[0-9a-f]{64}$/);
  const { session_id, timestamp } = marker;
  return updateItem(marker, {
    TableName: 'sessions',
    Key: { session_id, timestamp } as Record<string, { S: string }>,
    ...FORGET_MARKER,
  });
}

const names = ({ table, telemetry, topic }: StrictWorld): string =>
  JSON.stringify([[...table.items], telemetry.lines, topic.published]);

test.each([
  ['with a session', METADATA, 'sess_1'],
  ['with a session in another script', { 'session-id': '山田' }, '山田'],
  ['without one', {}, undefined],
])('a late notification of a forgotten recording %s changes nothing', async (_, metadata, session) => {
  const world = new StrictWorld();
  const upload = world.put(KEY, { metadata });
  expect(await world.process(upload)).toBe('processed');
  forget(world, session ?? world.table.events()[0]?.session_id?.S ?? '');
  const { size } = world.table.items;
  world.topic.published.length = 0;
  world.telemetry.lines.length = 0;
  const calls = world.api.calls.length;
  for (let delivery = 1; delivery <= 3; delivery += 1) expect(await world.process(upload)).toBe('forgotten');
  expect(world.table.items.size).toBe(size);
  expect(world.api.calls.length).toBe(calls);
  expect(world.topic.published).toEqual([]);
  expect(world.storedKeys()).toEqual([]);
  expect(names(world)).not.toMatch(/sess_1|jane-doe/);
});

test('a recording that was forgotten before its analysis is not missing', async () => {
  const world = new StrictWorld();
  const upload = world.put(KEY, { metadata: METADATA });
  forget(world, 'sess_1');
  expect(await world.process(upload)).toBe('forgotten');
  // The next one under its key, of another person, is.
  const next = world.put(KEY, { metadata: { 'session-id': 'sess_2' } });
  expect(await world.process(next)).toBe('processed');
  world.s3.objects.clear();
  await expect(world.process(world.put('incoming/b.wav')).then(() => world.storedKeys())).resolves.toEqual([
    'processed/b.wav',
  ]);
});

test.each([
  ['named by the uploader', METADATA, GOOD_REPLY, 0],
  ['named by the API', {}, { ...GOOD_REPLY, body: { score: 0.9, session_id: 'sess_1' } }, 1],
])('an upload for a forgotten session, %s, is removed and not stored', async (_, metadata, reply, calls) => {
  const world = new StrictWorld();
  forget(world, 'sess_1');
  world.api.replies = [reply];
  const upload = world.put(KEY, { metadata });
  expect(await world.process(upload)).toBe('forgotten');
  expect(world.api.calls).toHaveLength(calls);
  expect(world.table.events()).toEqual([]);
  expect(world.topic.published).toEqual([]);
  expect(world.storedKeys()).toEqual([]);
});

test('if S3 refuses to remove it, that is reported, and the message is done', async () => {
  const world = new StrictWorld();
  forget(world, 'sess_1');
  const upload = world.put(KEY, { metadata: METADATA });
  world.s3.intercept = (step) => (step === 'delete' ? DENIED : undefined);
  expect(await world.process(upload)).toBe('forgotten');
  expect(world.telemetry.total('FilesUnfiled')).toBe(1);
});

test('is counted, and logged without ids', async () => {
  const world = new StrictWorld();
  const upload = world.put(KEY, { metadata: METADATA });
  forget(world, 'sess_1');
  const record = { messageId: 'message-1', body: toMessage(upload), attributes: {} } as unknown as SQSRecord;
  const context = {
    ports: world.start(),
    deadLetterPolicy: world.deadLetterPolicy(),
    gate: new ConcurrencyGate(1),
    remainingMs: () => 30_000,
  };
  expect(await handleBatch({ Records: [record] }, context)).toEqual({ batchItemFailures: [] });
  expect(world.telemetry.total('EventsForgotten')).toBe(1);
  expect(world.telemetry.lines.map(({ fields }) => fields.outcome)).toEqual(['forgotten']);
  expect(names(world)).not.toMatch(/sess_1|jane-doe/);
});

test('what a crash left behind is forgotten, too', async () => {
  const outcomes = new Set<string>();
  for (let call = 0; outcomes.size < 2; call += 1) {
    const world = new StrictWorld();
    const upload = world.put(KEY, { metadata: METADATA });
    const crash = Faults.crashAt(call, 'crash_after');
    world.injectFaults(crash);
    outcomes.add(await Promise.race([world.process(upload), crash.crashed]));
    world.injectFaults(new Faults());
    world.topic.published.length = 0;
    forget(world, 'sess_1');
    expect(await world.process(upload)).toBe('forgotten');
    expect([world.table.events(), world.topic.published, world.storedKeys()]).toEqual([[], [], []]);
  }
  expect(outcomes).toEqual(new Set(['crashed', 'processed']));
});
