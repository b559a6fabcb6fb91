// Converts a number with its unit (`1m`, `2 weeks`, `1 GB`) into the unit of a setting. Pure.
import { readOwn } from '../text/read-own.ts';

/** Multiples of a second, a day or a megabyte. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  seconds: { ms: 0.001, s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60, h: 3600, hour: 3600 },
  days: { d: 1, day: 1, w: 7, week: 7, month: 30, y: 365, year: 365 },
  MB: { mb: 1, mib: 1, m: 1, g: 1024, gb: 1024, gib: 1024 },
};

/** Undefined if the text is no number, or its unit is another one. */
export function readQuantity(text: string, unit: unknown): number | undefined {
  const [, digits, given = ''] = /^\s*(-?\d[\d,_']*(?:\.\d+)?)\s*([A-Za-z%]*)\s*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits.replace(/[,_']/g, ''));
  const known = UNITS[String(unit)];
  if (given === '' || known === undefined) return number;
  const factor = readOwn(known, given.toLowerCase()) ?? readOwn(known, given.toLowerCase().replace(/s$/, ''));
  return factor === undefined ? undefined : Math.round(number * factor);
}
