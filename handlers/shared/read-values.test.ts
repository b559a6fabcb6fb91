import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, toPlainDecimal } from './json.ts';
import { parseTimeMs, readId, readNumber, readScore } from './read-values.ts';

/** Spellings of one double, as serializers of other languages write it. */
function spellings(value: number): string[] {
  const digits17 = value.toPrecision(17);
  const exponential = value.toExponential(16);
  return [
    String(value),
    digits17,
    exponential,
    exponential.replace('e', 'E').replace('+', ''),
    toPlainDecimal(digits17),
    digits17.replace(/^[^e]*\.[^e]*/, '$&0000000000000000000000000'),
  ];
}

describe('a number', () => {
  test('is the same in every spelling, as a JSON number and as text', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
        for (const text of spellings(value))
          for (const json of [text, JSON.stringify(text)]) {
            expect(readScore(parseJson(json)), json).toBe(value + 0);
          }
      }),
    );
  });

  test.each([
    ['0.81999999999999995', 0.82],
    ['0.97000000000000001', 0.97],
    ['1e0', 1],
    ['8.2E-1', 0.82],
    ['82e-2', 0.82],
    ['-0', 0],
    ['-0.0', 0],
    ['1.0', 1],
    ['1e-400', 0],
    ['"0.82"', 0.82],
    ['" 0.82 "', 0.82],
    ['"+.82"', 0.82],
    ['"1."', 1],
    ['1.0000001', 1],
    ['-1e-9', 0],
    ['0.819999999999999950000000000000000000000000000000', 0.82],
  ])('%s is the score %d', (json, score) => {
    expect(Object.is(readScore(parseJson(json)), score)).toBe(true);
  });

  test.each([
    '1.01',
    '-0.01',
    '1e400',
    '"0x1"',
    '"1_0"',
    '""',
    '" "',
    '"0,82"',
    'null',
    'true',
    '[0.5]',
    '{}',
  ])('%s is not a score', (json) => {
    expect(readScore(parseJson(json))).toBeUndefined();
  });

  test('that is not a score may have any size', () => {
    expect(readNumber(parseJson('2555.0'))).toBe(2555);
    expect(readNumber(parseJson('12345678901234567890'))).toBe(Number('12345678901234567890'));
  });
});

describe('an id', () => {
  test.each([
    ['"evt_1"', 'evt_1'],
    ['1', '1'],
    ['1.0', '1'],
    ['-7', '-7'],
    ['1e5', '100000'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['1e23', '100000000000000000000000'],
    ['12345678901234567890e3', '12345678901234567890000'],
    ['0', '0'],
    ['-0', '0'],
    ['1.5e-3', '0.0015'],
    ['"007"', '007'],
  ])('%s is %s', (json, id) => {
    expect(readId(parseJson(json))).toBe(id);
  });

  test.each(['""', '"  "', 'null', 'true', '[]', '{}'])('%s is none', (json) => {
    expect(readId(parseJson(json))).toBeUndefined();
  });
});

describe('a time', () => {
  const TIME_MS = 1_767_616_496_789;
  test.each([
    ['"2026-01-05T12:34:56.789Z"', TIME_MS],
    ['"2026-01-05T12:34:56.789123456Z"', TIME_MS],
    ['"2026-01-05t12:34:56,789z"', TIME_MS],
    ['"2026-01-05 12:34:56.789"', TIME_MS],
    ['"2026-01-05T14:34:56.789+02:00"', TIME_MS],
    ['"2026-01-05T14:34:56.789+0200"', TIME_MS],
    ['"2026-01-05 12:34:56.789 UTC"', TIME_MS],
    ['"20260105T123456.789Z"', TIME_MS],
    ['"20260105T143456.789+0200"', TIME_MS],
    ['"Mon, 05 Jan 2026 12:34:56 GMT"', Date.UTC(2026, 0, 5, 12, 34, 56)],
    ['"5 Jan 2026 14:34:56 +0200"', Date.UTC(2026, 0, 5, 12, 34, 56)],
    ['"2026-01-05T12:34:60Z"', Date.UTC(2026, 0, 5, 12, 34, 59)],
    ['"2026-01-05T12:34Z"', 1_767_616_440_000],
    ['"2026-01-05"', Date.UTC(2026, 0, 5)],
    ['1767616496.7891199589', TIME_MS],
    ['1767616496.789', TIME_MS],
    ['1.7676164967891199589e9', TIME_MS],
    ['"1767616496.789"', TIME_MS],
    ['1767616496', 1_767_616_496_000],
    ['1767616496789', TIME_MS],
    ['1767616496789.25', TIME_MS],
    ['1767616496789119', TIME_MS],
    ['1767616496789119958', TIME_MS],
    ['946684800', Date.UTC(2000, 0, 1)],
    ['"9999-12-31T23:59:59.999Z"', 253_402_300_799_999],
  ])('%s is %d', (json, timeMs) => {
    expect(parseTimeMs(parseJson(json))).toBe(timeMs);
  });

  test('in seconds keeps every millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }), (timeMs) => {
        expect(parseTimeMs(parseJson(`${timeMs / 1000}`))).toBe(timeMs);
        expect(parseTimeMs(parseJson((timeMs / 1000).toPrecision(17)))).toBe(timeMs);
      }),
    );
  });

  test.each([
    ...['null', 'true', '""', '"soon"', '"evt 5"', '"2026"', '"2026-13-01T00:00:00Z"', '"Mon, 05 Jan 2026"'],
    ...['-1', '0', '1.5', '946684799', '"1970-01-01T00:00:00Z"', '1e400', '1e30', '{}', '["2026-01-05"]'],
  ])('%s is none', (json) => {
    expect(parseTimeMs(parseJson(json))).toBeUndefined();
  });
});
