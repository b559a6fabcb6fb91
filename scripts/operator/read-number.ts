import { Problem } from '../../generator/command-line/problem.ts';

/** Reads the value of `--<name>`: above 0, up to `most`. Throws a `Problem`. */
export function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new Problem({ what: `--${name} takes a number up to ${most}, not ${text}.` });
}

/** A whole number from 1: half an event is none. */
export function readCount(name: string, text: string, most: number): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  throw new Problem({ what: `--${name} takes a whole number from 1 to ${most}, not ${text}.` });
}
