import { expect, test } from 'vitest';
import { compareDecimals } from './compare-decimals.ts';

test.each([
  ['1', '1.0', 0],
  ['0', '-0.00', 0],
  ['-1', '0', -1],
  ['2', '10', -1],
  ['-2', '-10', 1],
  ['0.001', '0.01', -1],
  ['1e3', '999', 1],
  ['1767616496.7891560930320542293748779', '1767616496.7891560930320542293748778', 1],
])('%s and %s', (left, right, sign) => {
  expect(Math.sign(compareDecimals(left, right))).toBe(sign);
  expect(Math.sign(compareDecimals(right, left))).toBe(sign === 0 ? 0 : -sign);
});
