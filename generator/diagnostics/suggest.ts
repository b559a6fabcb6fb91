// Finds the known name that is nearest to a mistyped one.
import { closest, distance } from 'fastest-levenshtein';

/** The comparison takes time proportional to the product of the lengths. No misspelt key is this long. */
const LONGEST_GIVEN = 80;
const SHORTEST_PART = 4;

/**
 * The known name nearest to `given`: it differs in case and separators (`memorySize`) or in a few letters
 * (`us-esat-1`), starts with `given` (`memory`, `warning`), or is the only one that shares a word with it
 * (`memory_mb`).
 */
export function findMeant(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST_GIVEN) return undefined;
  const bare = strip(given);
  const same = known.find((name) => strip(name) === bare);
  if (same !== undefined) return same;
  return findNear(given, known) ?? findByPart(given.toLowerCase(), known);
}

/** ` Did you mean <prefix><name>?` where a known name is meant, else nothing. For a few names: half of one may be wrong. */
export function suggest(given: string, known: readonly string[], prefix = ''): string {
  const meant = findMeant(given, known) ?? findNear(given, known, ({ length }) => Math.ceil(length / 2));
  return meant === undefined ? '' : ` Did you mean ${prefix}${meant}?`;
}

/** The known name with the fewest letters changed, however many. */
export function findNearest(given: string, known: readonly string[]): string {
  return closest(given, [...known]);
}

/** The known numbers around `given`. */
export function findNeighbours(given: number, known: readonly number[]): number[] {
  const below = known.filter((value) => value < given);
  const above = known.filter((value) => value > given);
  return [
    ...(below.length === 0 ? [] : [Math.max(...below)]),
    ...(above.length === 0 ? [] : [Math.min(...above)]),
  ];
}

/** The known name that differs in a few letters, if there is one. */
export function findNear(
  given: string,
  known: readonly string[],
  findLimit: (name: string) => number = limitSteps,
): string | undefined {
  const measured = known.map((name) => ({
    name,
    // Ignores case and the kind of separator.
    steps: distance(given.toLowerCase().replaceAll('-', '_'), name.toLowerCase().replaceAll('-', '_')),
  }));
  const nearest = measured.sort((a, b) => a.steps - b.steps)[0];
  if (nearest === undefined) return undefined;
  return nearest.steps <= findLimit(nearest.name) && nearest.steps < given.length ? nearest.name : undefined;
}

function limitSteps({ length }: string): number {
  return length <= SHORTEST_PART ? 1 : Math.max(2, Math.floor(length / 3));
}

function findByPart(given: string, known: readonly string[]): string | undefined {
  const beginning = known.find((name) => given.length >= 3 && name.toLowerCase().startsWith(given));
  if (beginning !== undefined) return beginning;
  const stem = known.find((name) => name.length >= SHORTEST_PART && given.startsWith(name.toLowerCase()));
  if (stem !== undefined) return stem;
  const words = given.split(/[_\-.\s]+/).filter((word) => word.length >= SHORTEST_PART);
  const sharing = known.filter((name) =>
    words.some((word) =>
      name
        .toLowerCase()
        .split(/[_\-.]/)
        .includes(word),
    ),
  );
  return sharing.length === 1 ? sharing[0] : undefined;
}

function strip(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
