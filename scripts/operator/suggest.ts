import { closest, distance } from 'fastest-levenshtein';

const MOST_TYPOS = 3;

/** `: did you mean <prefix><nearest>?` where one of `known` is near enough to be meant, else nothing. */
export function suggest(given: string, known: readonly string[], prefix = ''): string {
  const nearest = known.length === 0 ? '' : closest(given, [...known]);
  const isNear =
    nearest !== '' && distance(given, nearest) <= Math.min(MOST_TYPOS, Math.ceil(nearest.length / 2));
  return isNear ? `: did you mean ${prefix}${nearest}?` : '';
}
