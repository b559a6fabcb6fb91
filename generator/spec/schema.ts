// The JSON schema as the single source of keys, limits, descriptions and defaults.
import schemaJson from '../../schema/spec.schema.json' with { type: 'json' };
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** The draft-07 schema of `sonotheia.config.yaml`. */
export const schema: JsonObject = schemaJson as unknown as JsonObject;

/** Follows a `#/definitions/…` reference; returns any other node unchanged. */
export function dereference(node: JsonValue | undefined): JsonObject {
  if (!isObject(node)) return {};
  const reference = node.$ref;
  if (typeof reference !== 'string') return node;
  const name = reference.replace('#/definitions/', '');
  const definitions = schema.definitions;
  return dereference(isObject(definitions) ? definitions[name] : undefined);
}

/** Whether a text has the form and length that a definition asks for, so that a hint may propose it. */
export function matchesSetting(definition: string, text: string): boolean {
  const { pattern, minLength, maxLength } = dereference({ $ref: `#/definitions/${definition}` });
  return (
    new RegExp(String(pattern), 'u').test(text) &&
    text.length >= Number(minLength ?? 0) &&
    text.length <= Number(maxLength ?? Number.POSITIVE_INFINITY)
  );
}

/** The node of one key of a definition. */
export function readSetting(definition: string, key: string): JsonObject {
  const { properties } = dereference({ $ref: `#/definitions/${definition}` });
  return dereference(isObject(properties) ? properties[key] : undefined);
}

/** The defaults of a definition, with those of its nested objects filled in. */
export function readDefaults(definition: string): JsonObject {
  const value = collectDefaults(dereference({ $ref: `#/definitions/${definition}` }));
  return isObject(value) ? value : {};
}

function collectDefaults(node: JsonObject): JsonValue {
  const { properties } = node;
  if (!isObject(properties)) return node.default ?? null;
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [key, collectDefaults(dereference(property))]),
  );
}
