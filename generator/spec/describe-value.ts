// Values, types and limits of the schema in words.
import type { JsonObject, JsonValue } from './json.ts';

const LONGEST_TEXT = 60;
const TYPE_NAMES: Partial<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

/** `text or null`, for the schema's `type`. */
export function describeType(type: unknown): string {
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => TYPE_NAMES[String(name)] ?? String(name)).join(' or ');
}

/** A value as a message quotes it, shortened. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(shorten(value));
}

/** A key as a message quotes it. */
export function quoteKey(key: string): string {
  return `\`${shorten(key)}\``;
}

/** `from 1 to 900 seconds`. */
export function describeRange({ minimum, maximum, unit }: JsonObject): string {
  const unitText = unit === undefined ? '' : ` ${String(unit)}`;
  if (minimum === undefined) return `at most ${maximum}${unitText}`;
  return `${maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`}${unitText}`;
}

/** `2 to 40 characters`. */
export function describeLength({ minLength = 0, maxLength }: JsonObject): string {
  if (maxLength === undefined) return `at least ${minLength} characters`;
  return minLength === 0 ? `at most ${maxLength} characters` : `${minLength} to ${maxLength} characters`;
}

/** `1 to 16 entries`, for lists and mappings. */
export function describeCount({ minItems, minProperties, maxItems, maxProperties }: JsonObject): string {
  const least: JsonValue = minItems ?? minProperties ?? 0;
  const most: JsonValue | undefined = maxItems ?? maxProperties;
  if (most === undefined) return `at least ${least} ${least === 1 ? 'entry' : 'entries'}`;
  return least === 0 ? `at most ${most} entries` : `from ${least} to ${most} entries`;
}

function shorten(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
