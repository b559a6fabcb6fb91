// Finds the setting that a foreign word means at a place in the spec, from the table of synonyms. Pure.
import { nameSetting } from './key-places.ts';
import type { SpecPath } from './path-text.ts';
import type { Synonym } from './synonyms/synonym.ts';
import { VALUE_WORDS } from './synonyms/values.ts';
import { SYNONYMS } from './synonyms.ts';

export interface Meaning {
  /** Relative to `defaults` or an environment: `lambda.timeout`. */
  readonly settings: readonly string[];
  readonly advice: string | undefined;
  /** All of the settings are meant, not one of them. */
  readonly isAll: boolean;
}

/** The entries that have a word, in the order of the table. */
const BY_WORD = new Map<string, readonly Synonym[]>();
for (const entry of SYNONYMS)
  for (const word of new Set(entry.words.map(strip)))
    BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), entry]);

/** The meaning of the key `word` in the mapping at `path`. A meaning for that place wins over a general one. */
export function findSynonym(word: string, path: SpecPath): Meaning | undefined {
  // An item of a list has the place of its list.
  const place = path.findLast((segment) => typeof segment === 'string') ?? 'top';
  const meant = BY_WORD.get(strip(word)) ?? [];
  const found = meant.find(({ under }) => under === place) ?? meant.find(({ under }) => under === undefined);
  return found === undefined ? undefined : toMeaning(found);
}

/** Words that mean something else as a part of another word. */
const VAGUE = new Set(
  'store name key data level mode version http api code days type role path host address service function link state local output default keep high contact table queue resource settings variables environment account region policy endpoint hook enabled'.split(
    ' ',
  ),
);
const SHORTEST_PART = 3;
/** The number of runs of parts grows with the square of the length. */
const LONGEST_WORD = 80;

/** The same for the longest part of `word` that has a meaning: `slack` in `slack_webhook_url`, `pii` in `logPii`. */
export function findSynonymByParts(word: string, path: SpecPath): Meaning | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const parts = word
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  const runs = parts
    .flatMap((_, start) =>
      parts.slice(start).map((_part, length) => parts.slice(start, start + length + 1).join('_')),
    )
    .filter((run) => run.length >= SHORTEST_PART && !VAGUE.has(run))
    .sort((a, b) => b.length - a.length);
  for (const run of runs) {
    const found = findSynonym(run, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value of the setting at `path` that another tool's word means: `on_demand`. */
export function findValue(path: SpecPath, word: string): string | undefined {
  const setting = nameSetting(path);
  const words = VALUE_WORDS.find((entry) => entry.setting === setting)?.words ?? {};
  return Object.entries(words).find(([known]) => strip(known) === strip(word))?.[1];
}

/** Advice for a value of a wrong type, at the setting itself, or for a mapping or list below a free name of it. */
export function findValueAdvice(path: SpecPath, value: unknown): string | undefined {
  const isNested = typeof value === 'object' && value !== null;
  const settings = [nameSetting(path), ...(isNested ? [nameSetting(path.slice(0, -1))] : [])];
  return VALUE_WORDS.find(({ setting, advice }) => advice !== undefined && settings.includes(setting))
    ?.advice;
}

/** All that a word may mean, at any place; the general meaning first. */
export function findMeanings(word: string): Meaning[] {
  return (BY_WORD.get(strip(word)) ?? [])
    .toSorted((a, b) => Number(a.under !== undefined) - Number(b.under !== undefined))
    .map(toMeaning);
}

function toMeaning({ settings = [], advice, isAll }: Synonym): Meaning {
  return { settings, advice, isAll: isAll === true };
}

function strip(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
