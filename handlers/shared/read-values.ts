// Reads numbers, scores, ids and times from an event, in every spelling that JSON allows.
import { ExactNumber, toPlainDecimal } from './json.ts';

/** 2000-01-01. An earlier time is unset (0) or relative. */
const MIN_TIME_MS = Date.UTC(2000, 0, 1);
/** 9999-12-31, the last instant that still has a four-digit year. */
const MAX_TIME_MS = 253_402_300_799_999;
const NUMBER_TEXT = /^\s*[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const ISO_TIME =
  /^\s*(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*([Zz]|UTC|GMT|[+-]\d\d:?\d\d)?)?\s*$/;
/** ISO 8601 without separators, as in AWS's signatures. */
const BASIC_TIME = /^\s*(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(\d\d)(?=\D|$)/;
/** As in HTTP headers and e-mail: `Mon, 05 Jan 2026 12:34:56 GMT`. */
const MAIL_TIME =
  /^\s*(?:[A-Z][a-z]{2}, +)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d +(?:GMT|UTC|[+-]\d{4})\s*$/;
/** Rounding error accepted outside of the range of a score: `1.0000001` of a 32-bit number. */
const SCORE_TOLERANCE = 1e-6;

/**
 * Reads a number: with more digits than a double holds (`0.81999999999999995`), with an exponent, or as text. Negative
 * zero is zero. Undefined for any other value and outside a double's range (`1e400`).
 */
export function readNumber(value: unknown): number | undefined {
  const read =
    value instanceof ExactNumber
      ? Number(value.text)
      : typeof value === 'string' && NUMBER_TEXT.test(value)
        ? Number(value)
        : value;
  return typeof read === 'number' && Number.isFinite(read) ? read + 0 : undefined;
}

/** Reads a number from 0 to 1, or outside by a rounding error; undefined for any other value. */
export function readScore(value: unknown): number | undefined {
  const score = readNumber(value);
  if (score === undefined || score < -SCORE_TOLERANCE || score > 1 + SCORE_TOLERANCE) return undefined;
  return Math.min(1, Math.max(0, score));
}

/** Reads an id: a text, or a number with all its decimal digits. Undefined for blank text and other values. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return toPlainDecimal(String(value));
  if (value instanceof ExactNumber) return toPlainDecimal(value.text);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * Reads a time and returns milliseconds since 1970: ISO 8601 (UTC without an offset) or RFC 5322 text, or a number of seconds,
 * milliseconds, microseconds or nanoseconds, distinguished by magnitude. Undefined for any other value and outside
 * 2000–9999. Other text is not passed to `Date.parse`, which finds a year in almost any text.
 */
export function parseTimeMs(value: unknown): number | undefined {
  const number = readNumber(value);
  const timeMs = number === undefined ? parseTimeText(value) : toMilliseconds(number);
  return timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS ? timeMs : undefined;
}

function parseTimeText(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN;
  if (MAIL_TIME.test(value)) return Date.parse(value);
  const match = ISO_TIME.exec(value.replace(BASIC_TIME, '$1-$2-$3T$4:$5:$6'));
  if (match === null) return Number.NaN;
  const [, date, time = '00:00', fraction = '', zone = 'Z'] = match;
  // JavaScript has no leap second.
  const seconds = time.length === 5 ? `${time}:00` : time.replace(/:60$/, ':59');
  const offset = zone
    .toUpperCase()
    .replace(/^(?:UTC|GMT)$/, 'Z')
    .replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return Date.parse(`${date}T${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
}

/** Seconds are below 10^11 until the year 5138, milliseconds above it since 1973; likewise the smaller units. */
function toMilliseconds(time: number): number {
  // Round to microseconds first: 1767616496.789 * 1000 is slightly less than an integer.
  if (time < 1e11) return Math.floor(Math.round(time * 1e6) / 1e3);
  if (time < 1e14) return Math.floor(time);
  return Math.floor(time < 1e17 ? time / 1e3 : time / 1e6);
}
