import { expect, test } from 'vitest';
import { checkItem } from '../../scripts/local/contract.ts';
import { isTooOld } from './replay-window.ts';
import { buildTombstone, isForgettable, tombstoneKey } from './tombstone.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.UTC(2026, 10, 28);

test('a tombstone holds a digest, and readers skip it as an entry of the functions', () => {
  const tombstone = buildTombstone('session', 'sess_abc123', { nowMs });
  expect(tombstone.session_id.S).toMatch(/^delivery#forgotten#[0-9a-f]{64}$/);
  expect(JSON.stringify(tombstone)).not.toContain('sess_abc123');
  expect(() => checkItem({ ...tombstone }, true)).not.toThrow();
});

test('its key is permanent, and differs by kind and id', () => {
  // Tombstones of earlier releases must be found.
  expect(tombstoneKey('session', 'sess_abc123').session_id.S).toBe(
    'delivery#forgotten#4bf1172be2c414b1ab37d0d18c14124ffc26806b15fb1938444c0b42ab0ed4b5',
  );
  const keys = [
    ['session', 'a'],
    ['recording', 'a'],
    ['session', 'b'],
  ] as const;
  expect(new Set(keys.map(([kind, id]) => tombstoneKey(kind, id).session_id.S)).size).toBe(keys.length);
});

test('it lasts until the session’s latest event is refused as too old; forever for an event without a time', () => {
  const until = (items: { latestMs?: number; isUndated?: boolean }): number =>
    Number(buildTombstone('session', 's', { nowMs, ...items }).ttl?.N) * 1000;
  for (const latestMs of [nowMs - 300 * DAY_MS, nowMs, nowMs + 50 * DAY_MS]) {
    const end = until({ latestMs });
    expect(isTooOld(latestMs, end)).toBe(true);
    expect(end).toBeGreaterThanOrEqual(nowMs + 401 * DAY_MS);
  }
  expect(until({ latestMs: nowMs + 50 * DAY_MS })).toBe(nowMs + 451 * DAY_MS);
  expect(buildTombstone('session', 's', { nowMs, isUndated: true }).ttl).toBeUndefined();
});

test('the partition of a recording’s key has none: the key may be used again', () => {
  expect(isForgettable('audio#0123456789abcdef')).toBe(false);
  expect(['sess_1', 'enrollment#1', 'case#1', 'event#1', 'session#audio#1'].every(isForgettable)).toBe(true);
});
