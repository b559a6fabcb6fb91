// The four kinds of typing errors.
import { distance } from 'fastest-levenshtein';

export interface Mistake {
  readonly kind: 'swap' | 'drop' | 'double' | 'replace';
  /** Position in the name, from 0 to 1. */
  readonly place: number;
}

export function mistype(name: string, { kind, place }: Mistake): string {
  const at = Math.floor(place * name.length);
  const [before, char = '', after] = [name.slice(0, at), name[at], name.slice(at + 1)];
  switch (kind) {
    case 'swap':
      return `${before}${after.slice(0, 1)}${char}${after.slice(1)}`;
    case 'drop':
      return before + after;
    case 'double':
      return `${before}${char}${char}${after}`;
    case 'replace':
      return `${before}${char === 'q' ? 'x' : 'q'}${after}`;
  }
}

/** Counts extra, missing and wrong characters; two swapped ones are one mistake. */
export function countMistakes(given: string, name: string): number {
  const swapped = Array.from(
    given,
    (char, index) => `${given.slice(0, index)}${given[index + 1] ?? ''}${char}${given.slice(index + 2)}`,
  );
  return Math.min(distance(given, name), ...swapped.map((text) => 1 + distance(text, name)));
}
