// Schema conditions that make editors offer the most similar name first; the YAML language server offers names in the
// schema's order. Each condition says: a text that resembles this name and is not a known name must be this name. Pure.
import type { JsonObject } from '../spec/json.ts';

/** Names with this many equal first letters are suggested for each other. */
const SHARED_LETTERS = 3;
const LETTER = /[a-z]/i;
const MOST_NUMBERS = 5;
/** The size of a pattern for two mistakes grows with the third power of the name's length. */
const LONGEST_WITH_TWO = 9;

/**
 * A condition for the `allOf` of a schema whose `enum` is `names`. It refuses only values that the `enum` refuses; the
 * server drops the second of two problems with the same place and `errorMessage`.
 */
export function nearMisses(names: readonly string[], errorMessage: string): JsonObject[] {
  const others = (name: string): string[] =>
    names.filter((other) => other !== name && isRelated(name, other));
  const short = names.filter(({ length }) => length <= LONGEST_WITH_TWO);
  const mistyped = [
    ...names.map((name) => ({ pattern: describeMistyped(name, 1), nearest: [name, ...others(name)] })),
    ...short.map((name) => ({ pattern: describeMistyped(name, 2), nearest: [name, ...others(name)] })),
  ];
  const beginnings = names
    .filter((name, index) => names.findIndex((other) => isRelated(name, other)) === index)
    .map((name) => ({
      pattern: `^${spell(name.slice(0, SHARED_LETTERS))}`,
      nearest: [name, ...others(name)],
    }));
  const rules = [...mistyped, ...beginnings].map(({ pattern, nearest }) =>
    when({ pattern }, { enum: nearest, errorMessage }),
  );
  return names.length === 0 ? [] : [when({ type: 'string', not: { enum: [...names] } }, { allOf: rules })];
}

/** The same for numbers: each is offered for those that are nearest to it. */
export function nearNumbers(numbers: readonly number[], errorMessage: string): JsonObject[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  const rules = sorted.map((number, index) => {
    const [below, above] = [sorted[index - 1], sorted[index + 1]];
    const nearest = sorted.toSorted((a, b) => Math.abs(a - number) - Math.abs(b - number));
    const range = {
      ...(below === undefined ? {} : { exclusiveMinimum: (below + number) / 2 }),
      ...(above === undefined ? {} : { maximum: (number + above) / 2 }),
    };
    return when(range, { enum: nearest.slice(0, MOST_NUMBERS), errorMessage });
  });
  return sorted.length === 0 ? [] : [when({ type: 'number', not: { enum: sorted } }, { allOf: rules })];
}

function when(condition: JsonObject, consequence: JsonObject): JsonObject {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  return { if: condition, then: consequence };
}

/**
 * Matches another spelling (`memorySize`), or up to `mistakes` mistakes: an extra, missing or wrong character, or two
 * swapped ones.
 */
function describeMistyped(name: string, mistakes: number): string {
  return `^(?:${spell(name)}|${withMistakes(name, mistakes)})$`;
}

function withMistakes(text: string, mistakes: number): string {
  const [first, second] = text;
  if (mistakes === 0) return escapePattern(text);
  if (first === undefined) return `.{0,${mistakes}}`;
  const rest = text.slice(1);
  const ways = [
    `${escapePattern(first)}${withMistakes(rest, mistakes)}`,
    `.?${withMistakes(rest, mistakes - 1)}`,
    `.${withMistakes(text, mistakes - 1)}`,
    ...(second === undefined
      ? []
      : [`${escapePattern(second + first)}${withMistakes(text.slice(2), mistakes - 1)}`]),
  ];
  return `(?:${ways.join('|')})`;
}

/** In capital or small letters, with any separator. */
function spell(text: string): string {
  return Array.from(text, (char) => {
    if (LETTER.test(char)) return `[${char.toLowerCase()}${char.toUpperCase()}]`;
    return /[-_. ]/.test(char) ? '[-_. ]?' : escapePattern(char);
  }).join('');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function isRelated(one: string, other: string): boolean {
  return one.slice(0, SHARED_LETTERS).toLowerCase() === other.slice(0, SHARED_LETTERS).toLowerCase();
}
