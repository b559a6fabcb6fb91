import { expect, test } from 'vitest';
import { readCount } from './read-number.ts';

test.each(['0', '-1', '0.5', '1e3', '0x10', '', ' 1', '101', 'all'])('%j is not a count', (text) => {
  expect(() => readCount('limit', text, 100)).toThrow(
    `--limit takes a whole number from 1 to 100, not ${text}.`,
  );
});

test('counts from 1 to the most', () => {
  expect(['1', '100'].map((text) => readCount('limit', text, 100))).toEqual([1, 100]);
});
