import { afterEach, expect, test } from 'vitest';
import { compileStack, LocalWorld } from '../../../test/support/local/local-world.ts';

const DAY_MS = 86_400_000;
const world = new LocalWorld(
  compileStack('s3: { audio_retention_days: 30, glacier_days: 90, expiration_days: 365 }'),
);

afterEach(() => world.stop());

test('each day applies only what is due: the TTL of an item, the classes and the end of an object', () => {
  const { clock, objects, items } = world.state;
  const ttl = { N: String(Math.ceil((clock.nowMs() + 40 * DAY_MS) / 1000)) };
  world.parts.table.put({ session_id: { S: 'delivery#event#e' }, timestamp: { N: '0' }, ttl });
  world.parts.table.put({ session_id: { S: 'delivery#event#kept' }, timestamp: { N: '0' } });
  const object = { contentType: 'audio/wav', metadata: {} };
  objects.set('processed/large', { ...object, bytes: Buffer.alloc(128 * 1024) });
  objects.set('processed/small', { ...object, bytes: Buffer.alloc(128 * 1024 - 1) });
  const after = (days: number) => {
    clock.move(days * DAY_MS);
    return [items.size, ...objects.list().map(([, { storageClass }]) => storageClass ?? 'STANDARD')];
  };
  expect(after(29)).toEqual([2, 'STANDARD', 'STANDARD']);
  expect(after(10)).toEqual([2, 'STANDARD_IA', 'STANDARD']);
  expect(after(2)).toEqual([1, 'STANDARD_IA', 'STANDARD']);
  expect(after(50)).toEqual([1, 'GLACIER', 'STANDARD']);
  expect(after(300)).toEqual([1]);
});
