// Finds the setting that a foreign word means at a place in the spec, from the table of synonyms. Pure.
import type { SpecPath } from './path-text.ts';
import { SYNONYMS } from './synonyms.ts';

export interface Meaning {
  /** Relative to `defaults` or an environment: `lambda.timeout`. */
  readonly settings: readonly string[];
  readonly advice: string | undefined;
}

/** The meaning of the key `word` in the mapping at `path`. A meaning for that place wins over a general one. */
export function findSynonym(word: string, path: SpecPath): Meaning | undefined {
  // An item of a list has the place of its list.
  const place = path.findLast((segment) => typeof segment === 'string') ?? 'top';
  const bare = strip(word);
  const meant = SYNONYMS.filter(({ words }) => words.some((known) => strip(known) === bare));
  const found = meant.find(({ under }) => under === place) ?? meant.find(({ under }) => under === undefined);
  return found === undefined ? undefined : { settings: found.settings ?? [], advice: found.advice };
}

/** All settings that a word may mean, at any place. */
export function listMeanings(word: string): string[] {
  const bare = strip(word);
  const meant = SYNONYMS.filter(({ words }) => words.some((known) => strip(known) === bare));
  return [...new Set(meant.flatMap(({ settings }) => settings ?? []))];
}

function strip(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
