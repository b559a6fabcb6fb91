// Receives members of an event as JSON spells them, promises one reading of every number, score, id and time.
import { ExactNumber, toPlainDecimal } from './json.ts';

/** Earlier times are unset (0) or relative: no event was sent before 2000. */
const MIN_TIME_MS = Date.UTC(2000, 0, 1);
/** 9999-12-31, the last instant that still has a four-digit year. */
const MAX_TIME_MS = 253_402_300_799_999;
const NUMBER_TEXT = /^\s*-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/;
const ISO_TIME =
  /^\s*(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*([Zz]|[+-]\d\d:?\d\d)?)?\s*$/;

/**
 * Reads a number in any spelling: with more digits than a double holds (`0.81999999999999995`), with an exponent, as
 * text. Negative zero is zero. Undefined for everything else, and for what no double can hold (`1e400`).
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

/** A number from 0 to 1. */
export function readScore(value: unknown): number | undefined {
  const score = readNumber(value);
  return score !== undefined && score >= 0 && score <= 1 ? score : undefined;
}

/**
 * Reads an id: a text, or a number as its decimal digits, all of them. Blank text is no id, as if the member were absent.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return toPlainDecimal(String(value));
  if (value instanceof ExactNumber) return toPlainDecimal(value.text);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * Reads a time in milliseconds since 1970: ISO 8601 text (UTC unless it says otherwise) or a number of seconds,
 * milliseconds, microseconds or nanoseconds, told apart by their size. Undefined when it is neither, or lies
 * outside 2000–9999. No other text is tried: `Date.parse` reads a year into almost anything.
 */
export function parseTimeMs(value: unknown): number | undefined {
  const number = readNumber(value);
  const timeMs = number === undefined ? parseIsoTime(value) : toMilliseconds(number);
  return timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS ? timeMs : undefined;
}

function parseIsoTime(value: unknown): number {
  const match = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  if (match === null) return Number.NaN;
  const [, date, time = '00:00', fraction = '', zone = 'Z'] = match;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return Date.parse(`${date}T${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
}

/** Seconds stay below 10^11 until the year 5138, milliseconds above it since 1973; likewise the finer units. */
function toMilliseconds(time: number): number {
  // Rounded to microseconds first: 1767616496.789 * 1000 is a little less than a whole number.
  if (time < 1e11) return Math.floor(Math.round(time * 1e6) / 1e3);
  if (time < 1e14) return Math.floor(time);
  return Math.floor(time < 1e17 ? time / 1e3 : time / 1e6);
}
