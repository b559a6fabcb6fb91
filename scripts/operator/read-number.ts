import { Problem } from '../../generator/command-line/problem.ts';

/** Reads the value of `--<name>`: above 0, up to `most`. Throws a `Problem`. */
export function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new Problem({ what: `--${name} takes a number up to ${most}, not ${text}.` });
}
