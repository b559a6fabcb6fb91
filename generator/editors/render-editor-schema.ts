// Derives the schema for editors from the spec's schema. It accepts the same specs and adds texts that editors show:
// defaults and limits in words, and the most similar name for a mistyped one. Pure.

import { TERRAFORM_KEYWORD } from '../spec/ajv-options.mjs';
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { dereference, schema } from '../spec/schema.ts';
import { describeLimits } from '../spec/schema-keys.ts';
import { nearMisses, nearNumbers } from './near-miss.ts';

/** Additional keywords, which the YAML language server reads. */
export const EDITOR_ANNOTATIONS = ['markdownDescription', 'errorMessage'];

const MOST_NAMES = 8;

/** The text of schema/sonotheia.config.schema.json; a test compares it with the committed one. */
export function renderEditorSchema(): string {
  const note = 'Generated from spec.schema.json by `npm run generate:schema`. Do not edit.';
  return `${JSON.stringify({ $comment: note, ...forEditors(schema) }, undefined, 1)}\n`;
}

function forEditors(node: JsonObject, isRequired = false): JsonObject {
  const required = Array.isArray(node.required) ? node.required : [];
  const entries = Object.entries(node).flatMap(([key, value]): (readonly [string, JsonValue])[] => {
    // Only the generator reads this keyword, and other validators may refuse an unknown one.
    if (key === TERRAFORM_KEYWORD.keyword) return [];
    if (key === 'properties') return [[key, mapValues(value, (name) => required.includes(name))]];
    if (key === 'definitions') return [[key, mapValues(value, () => false)]];
    return [[key, isSchema(key, value) ? forEditors(value) : value]];
  });
  return {
    ...Object.fromEntries(entries),
    ...describe(node, isRequired),
    ...offerValues(node),
    ...offerKeys(node),
  };
}

function isSchema(key: string, value: JsonValue): value is JsonObject {
  return ['items', 'additionalProperties', 'propertyNames'].includes(key) && isObject(value);
}

function mapValues(value: JsonValue, isRequired: (name: string) => boolean): JsonValue {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      // A definition may be required at one place and optional at another.
      isRequired(name) ? forEditors(dereference(child), true) : isObject(child) ? forEditors(child) : child,
    ]),
  );
}

/** Editors show the description, but not the default and the limits. */
function describe(node: JsonObject, isRequired: boolean): JsonObject {
  const { description, limitSource, default: value } = node;
  if (typeof description !== 'string') return {};
  const limits = describeLimits(node).filter((limit) => !limit.startsWith('one of '));
  const isGroup = isObject(node.properties);
  const facts = [
    ...(isGroup || isRequired ? [] : [`Default: ${value === undefined ? 'none' : formatCode(value)}.`]),
    ...(isRequired ? ['Required.'] : []),
    ...(limits.length === 0 ? [] : [`Limits: ${limits.join('; ')}.`]),
    ...(typeof limitSource === 'string' ? [`Set by ${limitSource}.`] : []),
  ];
  return { markdownDescription: [escapeMarkdown(description), ...facts].join('\n\n') };
}

function offerValues(node: JsonObject): JsonObject {
  if (!Array.isArray(node.enum)) return {};
  const errorMessage = `Not one of ${listNames(node.enum.map(String), 'values')}.`;
  const texts = node.enum.filter((value) => typeof value === 'string');
  const numbers = node.enum.filter((value) => typeof value === 'number');
  const allOf = [...nearMisses(texts, errorMessage), ...nearNumbers(numbers, errorMessage)];
  return { errorMessage, allOf };
}

/**
 * Checks names with `propertyNames`, because for a problem of `additionalProperties` the server offers all keys in the
 * schema's order. `additionalProperties` stays, because without it the server offers each key twice; the pattern
 * matches every key, so it never applies.
 */
function offerKeys(node: JsonObject): JsonObject {
  if (!isObject(node.properties) || node.additionalProperties !== false) return {};
  const keys = Object.keys(node.properties);
  const errorMessage = `Unknown key: not one of ${listNames(keys, 'keys')}.`;
  return {
    patternProperties: { '': true },
    propertyNames: {
      enum: keys,
      errorMessage,
      allOf: nearMisses(keys, errorMessage),
    },
  };
}

/** Lists the names only if they are few, because the schema repeats the message for each mistake. */
function listNames(names: readonly string[], what: string): string {
  return names.length > MOST_NAMES ? `the ${names.length} ${what} that are allowed here` : names.join(', ');
}

function formatCode(value: JsonValue): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** Angle brackets outside of code would be taken for HTML. */
function escapeMarkdown(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '\\<') : part))
    .join('`');
}
