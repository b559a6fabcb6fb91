// Parses JSON without losing digits of numbers; refuses the same texts as JSON.parse.

/** A number that a JavaScript number cannot hold, as the text that the sender wrote. */
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
 * Parses JSON without losing digits: a number that a double cannot represent becomes an {@link ExactNumber}. It uses
 * `JSON.parse`, so `__proto__` is an ordinary key, the last of duplicate keys wins, and deep nesting is refused.
 * Node 20 has no `context.source` in revivers, so such numbers are replaced by marked strings before parsing. The mark
 * is random: no sender can forge it.
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

/** Whether the text is valid Unicode; AWS refuses a lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether the value is a JSON object: no array, null, exact number or primitive. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** Whether the value nests deeper than `limit` levels; recursion stops at that depth. */
export function isDeeperThan(value: JsonValue, limit: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  if (limit === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, limit - 1));
}

/**
 * Splits a decimal literal into its significant digits and the exponent (power of ten) of the first digit: `1.50`,
 * `15e-1` and `1.5` have the same result. Zero is `{ digits: '', exponent: 0 }`.
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

/** Writes the literal without an exponent: `1.5e3` becomes `1500`. An exponent beyond ±300 is kept. */
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
