import { normalizeDecimal } from '../../../handlers/shared/json.ts';

/** Compares two decimal literals by value, with all their digits: negative if the first is smaller. */
export function compareDecimals(left: string, right: string): number {
  const [leftSign, rightSign] = [signOf(left), signOf(right)];
  if (leftSign !== rightSign) return leftSign - rightSign;
  const a = normalizeDecimal(left);
  const b = normalizeDecimal(right);
  if (a.exponent !== b.exponent) return leftSign * (a.exponent - b.exponent);
  const digits = Math.max(a.digits.length, b.digits.length);
  const [x, y] = [a.digits.padEnd(digits, '0'), b.digits.padEnd(digits, '0')];
  return x === y ? 0 : leftSign * (x < y ? -1 : 1);
}

function signOf(literal: string): -1 | 0 | 1 {
  if (normalizeDecimal(literal).digits === '') return 0;
  return literal.startsWith('-') ? -1 : 1;
}
