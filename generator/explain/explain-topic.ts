// Lists the settings about a word, such as `retention`: those that the table of synonyms names first, then those whose
// name, title or description has the word. Pure.
import { findMeanings } from '../spec/find-synonym.ts';
import type { SchemaKey } from '../spec/schema-keys.ts';
import { alignColumns } from '../text/format-table.ts';

const MOST_ROWS = 20;
const SHORTEST_STEM = 3;

/** How much a match says; a row needs one. */
const SCORES = { meant: 1000, belowMeant: 40, segment: 30, name: 20, title: 15, description: 5, values: 3 };

/** Undefined if nothing is about the word. `names`: the keys by name. */
export function explainTopic(word: string, names: ReadonlyMap<string, SchemaKey>): string | undefined {
  const meanings = findMeanings(word);
  const meant = meanings.flatMap(({ settings }) => settings);
  const stems = word
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map(findStem)
    .filter((stem) => stem.length >= SHORTEST_STEM);
  const rows = [...names]
    .map(([name, key]) => ({ name, key, score: rate(name, key, stems, meant) }))
    .filter(({ key, score }) => score > 0 && !key.isGroup)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_ROWS);
  const advice = meanings
    .flatMap((meaning) => meaning.advice ?? [])
    .map((text) => text.replace(/^remove it: /, ''));
  if (rows.length === 0 && advice.length === 0) return undefined;
  const table = rows.map(({ name, key }) => [name, formatDefault(key), firstSentence(key.description)]);
  return [
    rows.length === 0 ? `No setting is about ${word}.` : `Settings about ${word}, with their defaults:`,
    '',
    ...alignColumns(table).map((line) => `  ${line}`),
    ...(rows.length === 0 ? [] : ['']),
    ...[...new Set(advice)].map((text) => `  ${text[0]?.toUpperCase()}${text.slice(1)}.`),
    ...(rows.length === 0 ? [] : ['  One of them in full: npx sonotheia explain <key>']),
    '',
  ].join('\n');
}

function rate(name: string, key: SchemaKey, stems: readonly string[], meant: readonly string[]): number {
  const place = meant.indexOf(name);
  const isBelow = meant.some((setting) => name.startsWith(`${setting}.`) || name.startsWith(`${setting}[`));
  const own = place === -1 ? (isBelow ? SCORES.belowMeant : 0) : SCORES.meant * (meant.length - place);
  const segments = name.split(/[^a-z0-9]+/);
  const found = stems.map((stem) => {
    const starts = new RegExp(`\\b${stem}`, 'i');
    const score =
      (segments.some((segment) => findStem(segment) === stem) ? SCORES.segment : 0) +
      (name.includes(stem) ? SCORES.name : 0) +
      (starts.test(key.title) ? SCORES.title : 0) +
      (starts.test(key.description) ? SCORES.description : 0);
    const isValue = key.values.some(({ value, description }) => starts.test(`${value} ${description}`));
    return score === 0 && isValue ? SCORES.values : score;
  });
  const isWhole = found.length > 0 && found.every((score) => score > 0);
  return own + (isWhole ? found.reduce((sum, score) => sum + score, 0) : 0);
}

/** `alarms` and `alarm`, `encryption` and `encrypted` have one stem. */
function findStem(word: string): string {
  return word.length <= SHORTEST_STEM + 1 ? word : word.replace(/(?:ions?|ing|ed|es|s)$/, '');
}

function formatDefault({ default: value, isRequired }: SchemaKey): string {
  if (isRequired) return 'required';
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** Ends at the first full stop that ends a sentence, or before a semicolon. */
function firstSentence(text: string): string {
  const [first = ''] = text.split(/;\s|(?<=\.)\s+(?=[A-Z`])/);
  return first.length > 100 ? `${first.slice(0, 99)}…` : first;
}
