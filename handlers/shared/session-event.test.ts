// The limits of the rules for keys.
import { describe, expect, test } from 'vitest';
import { ExactNumber } from './json.ts';
import { toSessionKey, toSortKey } from './session-event.ts';

describe('toSessionKey', () => {
  test.each(['sess_1', 'x'.repeat(256), 'a case#1', 'subsession#1', 'CASE#1', 'ünï😀'])('takes %j', (id) => {
    expect(toSessionKey(id)).toBe(id);
  });

  test('turns a number into its digits', () => {
    expect(toSessionKey(42)).toBe('42');
    expect(toSessionKey(new ExactNumber('12345678901234567890'))).toBe('12345678901234567890');
  });

  test.each(['session', 'enrollment', 'case', 'event', 'audio', 'delivery'])(
    'keeps ids of senders out of the namespace %s#…',
    (namespace) => {
      expect(toSessionKey(`${namespace}#1`)).toBe(`session#${namespace}#1`);
    },
  );

  test.each([undefined, null, true, '', ' ', {}, ['sess_1'], 'x'.repeat(257), '\ud800'])(
    'refuses %j',
    (value) => {
      expect(toSessionKey(value)).toBeUndefined();
    },
  );
});

describe('toSortKey', () => {
  test('is the time in milliseconds, then 22 digits of a digest', () => {
    expect(toSortKey(1_767_616_496_007, 'a')).toMatch(/^1767616496\.007\d{22}$/);
    expect(toSortKey(1_767_616_496_789.9, 'a')).toMatch(/^1767616496\.789\d{22}$/);
    expect(toSortKey(0, 'a')).not.toBe(toSortKey(0, 'b'));
  });

  test('pads a small digest with zeros', () => {
    const keys = Array.from({ length: 300 }, (_, index) => toSortKey(1000, String(index)));
    for (const key of keys) expect(key).toMatch(/^1\.000\d{22}$/);
  });
});
