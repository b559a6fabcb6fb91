// Receives the schema of the spec and promises the one for editors: the same specs fit it, and what an editor shows
// and offers is in it: defaults and limits in words, and the nearest name for one that is mistyped. Pure.

import { TERRAFORM_KEYWORD } from '../spec/ajv-options.mjs';
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { dereference, schema } from '../spec/schema.ts';
import { describeLimits } from '../spec/schema-keys.ts';
import { nearMisses, nearNumbers } from './near-miss.ts';

/** What the schema for editors says in addition; keywords of the YAML language server's. */
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
    // For the generator: an editor has no use for it, and other validators may refuse an unknown keyword.
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
      // What is required in one place may be left out in another that refers to it, too.
      isRequired(name) ? forEditors(dereference(child), true) : isObject(child) ? forEditors(child) : child,
    ]),
  );
}

/** Editors show a description, and neither defaults nor limits. */
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
 * The names are checked by `propertyNames`, because a problem of `additionalProperties` offers all keys in the schema's
 * order. `additionalProperties` stays: without it the server offers the keys twice. The pattern leaves nothing to it.
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

/** A message says all names where they are few; they stand in the schema for each mistake. */
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
