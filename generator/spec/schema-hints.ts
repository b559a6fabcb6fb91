// Hints for values that the schema refuses. Every hint gives a text to write.

import { findMeant, findNear, findNeighbours } from '../diagnostics/suggest.ts';
import { describeRange } from './describe-value.ts';
import { findSynonym, findSynonymByParts, findValue, findValueAdvice, type Meaning } from './find-synonym.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { findPlace, listKnownKeys } from './key-places.ts';
import type { SpecPath } from './path-text.ts';
import { findByPlaceName } from './place-names.ts';
import { rewrite, separateGlued } from './rewrite-value.ts';
import { type Found, suggestSetting } from './suggest-setting.ts';
import { writeValue } from './write-value.ts';

/** A message lists at most this many values. */
export const MANY_VALUES = 8;
const NO_VARIABLES = 'write the value itself: variables in the spec are not replaced';

/** For a key that the mapping does not know. */
export function hintForUnknownKey(key: string, known: readonly string[], found: Found): string {
  const { path } = found;
  const separated = separateGlued(key);
  if (separated !== undefined) return separated;
  const same = known.find((name) => sameLetters(name, key));
  if (same !== undefined) return `did you mean \`${same}\`?`;
  const synonym = findSynonym(key, path);
  if (synonym !== undefined) return describeMeaning(synonym, found);
  const place = findPlace(path, key);
  if (place !== undefined) return `\`${key}\` belongs ${place}`;
  const meant = findMeant(key, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  const similar = findSynonymByParts(key, path);
  if (similar !== undefined) return describeMeaning(similar, found);
  const elsewhere = findNear(key, listKnownKeys());
  const placeOfThat = elsewhere === undefined ? undefined : findPlace(path, elsewhere);
  if (placeOfThat !== undefined) return `did you mean \`${elsewhere}\`? It belongs ${placeOfThat}`;
  if (/^\d+$/.test(key)) return 'write numbers without commas: here a comma begins the next entry';
  return known.length === 0 ? 'remove it' : `the keys here are: ${known.join(', ')}`;
}

function describeMeaning({ settings, advice, isAll }: Meaning, found: Found): string {
  const isVague = settings.length > 1;
  const written = settings.map((setting) => suggestSetting(setting, { ...found, isVague }));
  const joint = isAll ? ' and ' : ' or ';
  return joinHints(written.length === 0 ? undefined : `use ${written.join(joint)}`, advice);
}

/** For a missing key, with an example. */
export function hintForMissingKey(key: string, node: JsonObject): string {
  const example = Array.isArray(node.examples) ? node.examples[0] : (node.default ?? undefined);
  const values = Array.isArray(node.enum) ? node.enum : undefined;
  const value = example ?? values?.[0];
  if (value === undefined) return `add \`${key}:\``;
  return `add it, for example \`${key}: ${writeValue(value)}\``;
}

/** For a value that is not in a list. */
export function hintForEnum(
  path: SpecPath,
  given: unknown,
  allowed: readonly JsonValue[],
  node: JsonObject,
): string {
  const names = allowed.map(String);
  if (given === null)
    return joinHints('write a value after the colon, or remove the key', describeDefault(node));
  const numbers = allowed.filter((value) => typeof value === 'number');
  if (typeof given === 'number' && numbers.length === allowed.length) {
    return joinHints(
      `the nearest are ${findNeighbours(given, numbers).join(' and ')}`,
      describeDefault(node),
    );
  }
  const code = isVariable(given) ? undefined : findByPlaceName(String(given), names, node);
  if (code !== undefined) return `did you mean \`${code}\`?`;
  if (isVariable(given)) return joinHints(NO_VARIABLES, describeDefault(node));
  const meant =
    findValue(path, String(given)) ?? findMeant(String(given), names) ?? findByNumber(String(given), names);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  // The message itself gives a short list.
  const list = names.length > MANY_VALUES ? `allowed are: ${names.join(', ')}` : undefined;
  return joinHints(list, describeDefault(node));
}

/** For a value of a wrong type: the same value in the right form, if it can be derived. `source`: a number or switch as the file has it. */
export function hintForType(
  value: unknown,
  path: SpecPath,
  node: JsonObject,
  source = String(value),
): string | undefined {
  if (isVariable(value)) return NO_VARIABLES;
  const isMapping = [node.type].flat().includes('object');
  const several = Array.isArray(value) && value.length > 1 && !isMapping ? hintForSeveral(path) : undefined;
  if (several !== undefined) return several;
  const advice = findValueAdvice(path, value);
  if (advice !== undefined) return advice;
  const rewritten = [node.type]
    .flat()
    .map((type) => rewrite(value, type, node, source))
    .find((fix) => fix !== undefined);
  return joinHints(rewritten, describeBounds(node), describeDefault(node)) || undefined;
}

/** For a number out of its range. */
export function hintForRange(node: JsonObject): string | undefined {
  return describeDefault(node);
}

/** For a text of another form. */
export function hintForPattern(path: SpecPath, node: JsonObject, given: unknown): string | undefined {
  if (isVariable(given)) return NO_VARIABLES;
  const several = String(given).includes(',') ? hintForSeveral(path) : undefined;
  if (several !== undefined) return several;
  const { examples } = node;
  if (Array.isArray(examples) && examples.length > 0) return `for example ${writeValue(examples[0] ?? '')}`;
  return describeDefault(node);
}

/** For several values of a key that takes one: the key of the list has the same name in the plural. */
function hintForSeveral(path: SpecPath): string | undefined {
  const list = `${path.at(-1)}s`;
  return listKnownKeys().includes(list) ? `several belong into the list \`${list}\`` : undefined;
}

/** For a list or mapping that must not be empty. */
export function hintForEmpty(node: JsonObject): string | undefined {
  return node.default === undefined ? undefined : `for example \`${writeValue(node.default)}\``;
}

/** The only name that has the number: `24` in `nodejs24.x`. */
function findByNumber(given: string, names: readonly string[]): string | undefined {
  const [number] = /\d+/.exec(given) ?? [];
  const named = names.filter((name) => number !== undefined && name.match(/\d+/g)?.includes(number));
  return named.length === 1 ? named[0] : undefined;
}

/** `${AWS_REGION}`, `$AWS_REGION`, `{{ region }}`, `<region>`. */
function isVariable(value: unknown): boolean {
  return typeof value === 'string' && /\$\{|\$\(|^\$\w+$|\{\{|^<.+>$/.test(value);
}

function sameLetters(one: string, other: string): boolean {
  const strip = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return strip(one) === strip(other);
}

function describeBounds(node: JsonObject): string | undefined {
  return node.minimum === undefined && node.maximum === undefined ? undefined : describeRange(node);
}

function describeDefault({ default: value }: JsonObject): string | undefined {
  if (value === undefined || typeof value === 'object') return undefined;
  return `the default is ${String(value)}`;
}

function joinHints(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('; ');
}
