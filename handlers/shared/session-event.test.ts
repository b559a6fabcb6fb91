// The rules for keys, at their limits.
import { describe, expect, test } from 'vitest';
import { parseTimeMs, toSessionKey, toSortKey } from './session-event.ts';

describe('toSessionKey', () => {
  test.each(['sess_1', 'x'.repeat(256), 'a case#1', 'subsession#1', 'CASE#1', 'ünï😀'])('takes %j', (id) => {
    expect(toSessionKey(id)).toBe(id);
  });

  test.each(['session', 'enrollment', 'case', 'event', 'audio', 'delivery'])(
    'keeps what comes from outside out of %s#…',
    (namespace) => {
      expect(toSessionKey(`${namespace}#1`)).toBe(`session#${namespace}#1`);
    },
  );

  test.each([undefined, null, 1, '', {}, ['sess_1'], 'x'.repeat(257), '\ud800'])(
    'takes %j for no key',
    (value) => {
      expect(toSessionKey(value)).toBeUndefined();
    },
  );
});

describe('toSortKey', () => {
  test('is the time to the millisecond, then 22 digits of the identity', () => {
    expect(toSortKey(1_767_616_496_007, 'a')).toMatch(/^1767616496\.007\d{22}$/);
    expect(toSortKey(1_767_616_496_789.9, 'a')).toMatch(/^1767616496\.789\d{22}$/);
    expect(toSortKey(0, 'a')).not.toBe(toSortKey(0, 'b'));
  });

  test('pads a small digest: the digits stay digits of the fraction', () => {
    const keys = Array.from({ length: 300 }, (_, index) => toSortKey(1000, String(index)));
    for (const key of keys) expect(key).toMatch(/^1\.000\d{22}$/);
  });
});

describe('parseTimeMs', () => {
  test.each([
    ['2026-01-05T12:34:56.789Z', 1_767_616_496_789],
    [1_767_616_496.5, 1_767_616_496_500],
    [0, 0],
    ['1970-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
    [253_402_300_799, 253_402_300_799_000],
  ])('reads %j', (value, timeMs) => {
    expect(parseTimeMs(value)).toBe(timeMs);
  });

  test.each([undefined, null, true, '', 'soon', -1, '1969-12-31T23:59:59Z', 253_402_300_800, Number.NaN, {}])(
    'takes %j for no time',
    (value) => {
      expect(parseTimeMs(value)).toBeUndefined();
    },
  );

  test('takes an object for no time, whatever number it could become', () => {
    expect(parseTimeMs({ valueOf: () => 1 })).toBeUndefined();
    expect(parseTimeMs(['2026-01-05'])).toBeUndefined();
  });
});
