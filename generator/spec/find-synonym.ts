// Receives a word and where it stands, and promises what was meant by it, from the table of synonyms. Pure.
import type { SpecPath } from './path-text.ts';
import { SYNONYMS } from './synonyms.ts';

export interface Meaning {
  /** Named without the place where they stand: `lambda.timeout`. */
  readonly settings: readonly string[];
  readonly advice: string | undefined;
}

/** What `word` means where the mapping at `path` has it; what holds there wins over what holds anywhere. */
export function findSynonym(word: string, path: SpecPath): Meaning | undefined {
  const place = path.length === 0 ? 'top' : String(path.at(-1));
  const bare = strip(word);
  const meant = SYNONYMS.filter(({ words }) => words.some((known) => strip(known) === bare));
  const found = meant.find(({ under }) => under === place) ?? meant.find(({ under }) => under === undefined);
  return found === undefined ? undefined : { settings: found.settings ?? [], advice: found.advice };
}

/** All settings that a word may be about, wherever it stands. */
export function listMeanings(word: string): string[] {
  const bare = strip(word);
  const meant = SYNONYMS.filter(({ words }) => words.some((known) => strip(known) === bare));
  return [...new Set(meant.flatMap(({ settings }) => settings ?? []))];
}

function strip(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
