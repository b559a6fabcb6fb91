import { expect, test } from 'vitest';
import { readWindow } from './read-window.ts';

const NOW_MS = Date.parse('2026-01-05T12:00:00Z');

test.each([
  ['90m', undefined, '2026-01-05T10:30:00.000Z', '2026-01-05T12:00:00.000Z'],
  ['24h', '1h', '2026-01-04T12:00:00.000Z', '2026-01-05T11:00:00.000Z'],
  ['2026-01-01', '2026-01-02T00:00:00+01:00', '2026-01-01T00:00:00.000Z', '2026-01-01T23:00:00.000Z'],
  ['2026-01-05T11:59:59.123Z', undefined, '2026-01-05T11:59:59.123Z', '2026-01-05T12:00:00.000Z'],
])('--since %s --until %s', (since, until, first, last) => {
  expect(readWindow({ since, until }, NOW_MS)).toEqual({ since: first, until: last });
});

test.each([
  [undefined, undefined, 'Since when?'],
  ['yesterday', undefined, '--since takes a duration such as 90m'],
  ['2026-13-01', undefined, 'not 2026-13-01.'],
  ['2026-02-30', undefined, 'not 2026-02-30.'],
  ['2026-04-31T10:00:00Z', undefined, 'not 2026-04-31T10:00:00Z.'],
  ['999999d', undefined, 'not 999999d.'],
  ['1h', '2h', '--since 1h is later than --until 2h.'],
  ['2026-01-06', undefined, '--since 2026-01-06 is later than now.'],
])('refuses --since %s --until %s', (since, until, message) => {
  expect(() => readWindow({ since, until }, NOW_MS)).toThrow(message);
});
