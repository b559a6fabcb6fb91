// Receives JSON text, promises that no number loses a digit, refuses what JSON.parse refuses.

/** A number that a JavaScript number cannot hold; kept as the digits the sender wrote. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

export type JsonValue = null | boolean | number | string | ExactNumber | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

const MAX_PLAIN_PLACES = 300;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Parses JSON without losing digits: what a double cannot represent becomes an {@link ExactNumber}. `JSON.parse` does the
 * work, so that `__proto__` is a key like any other, of duplicate keys the last one counts, and deep nesting is refused.
 * Node 20 has no `context.source` in revivers, so such numbers are marked in the text before parsing;
 * the mark is random, so no sender can forge one.
 * @throws SyntaxError when the text is not JSON, RangeError when it nests too deeply to walk
 */
export function parseJson(text: string): JsonValue {
  const plain: JsonValue = JSON.parse(text);
  const mark = `${crypto.randomUUID()}:`;
  let marked = false;
  const markedText = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"') || survivesAsDouble(token)) return token;
    marked = true;
    return `"${mark}${token}"`;
  });
  if (!marked) return plain;
  return JSON.parse(markedText, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
  );
}

/** Whether the text is valid Unicode; a lone surrogate cannot be sent to AWS. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Tells a JSON object from arrays, null, exact numbers and primitives. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** Whether the value nests deeper than `limit` levels; never walks further down than that. */
export function isDeeperThan(value: JsonValue, limit: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  if (limit === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, limit - 1));
}

/**
 * Splits a decimal literal into its significant digits and the power of ten of the first one, so that
 * `1.50`, `15e-1` and `1.5` compare equal. Zero is `{ digits: '', exponent: 0 }`.
 */
export function normalizeDecimal(literal: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { digits: '', exponent: 0 };
  const leadingZeros = all.length - digits.length;
  return { digits: digits.replace(/0+$/, ''), exponent: whole.length - leadingZeros - 1 + Number(power) };
}

/** The literal without an exponent, with all its digits: `1.5e3` is `1500`. One beyond 300 places stays as it is. */
export function toPlainDecimal(literal: string): string {
  const { digits, exponent } = normalizeDecimal(literal);
  if (Math.abs(exponent) > MAX_PLAIN_PLACES) return literal;
  const sign = digits !== '' && literal.startsWith('-') ? '-' : '';
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = exponent < 0 ? `${'0'.repeat(-exponent - 1)}${digits}` : digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function survivesAsDouble(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  const written = normalizeDecimal(literal);
  const read = normalizeDecimal(String(value));
  return written.digits === read.digits && written.exponent === read.exponent;
}
