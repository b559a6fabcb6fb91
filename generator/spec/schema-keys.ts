// Lists every key of the spec with its description from the schema, for `explain` and the reference in docs/. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { dereference, schema } from './schema.ts';
import { readTerraformKeyword } from './terraform-keyword.ts';

/** A key of the spec. */
export interface SchemaKey {
  /** From the root; `<name>` stands for a name of the user's, `[]` for an item of a list. */
  readonly path: readonly string[];
  readonly title: string;
  readonly description: string;
  /** In words: `whole number`, `text or null`, `list of text`. */
  readonly type: string;
  /** Limits in words, one a line; empty where there are none. */
  readonly limits: readonly string[];
  /** Who sets the limits, and why; empty if the schema does not say. */
  readonly limitSource: string;
  /** Meaning of each allowed value. */
  readonly values: readonly { readonly value: string; readonly description: string }[];
  /** Undefined for required keys and for groups of keys. */
  readonly default: JsonValue | undefined;
  readonly examples: readonly JsonValue[];
  /** Whether it is a mapping with keys of its own. */
  readonly isGroup: boolean;
  readonly isRequired: boolean;
  /** The Terraform variable that carries the key; null if there is none. */
  readonly variable: string | null;
  /** Who else uses the key; null if the schema does not say. */
  readonly usedBy: string | null;
}

/** All keys in the schema's order. Settings are listed once, under `defaults`. */
export function listSchemaKeys(): SchemaKey[] {
  const settings = Object.keys(asObject(dereference({ $ref: '#/definitions/defaults' }).properties));
  const isRepeated = ([root, , key = '', ...below]: readonly string[]): boolean =>
    root === 'environments' && (settings.includes(key) || (key === 'region_overrides' && below.length > 0));
  return collect(schema, { path: [], required: [], usedBy: null }).filter(({ path }) => !isRepeated(path));
}

interface Place extends Pick<SchemaKey, 'path' | 'usedBy'> {
  /** Required keys of the enclosing mapping. */
  readonly required: readonly string[];
}

function collect(node: JsonObject, outer: Place): SchemaKey[] {
  const place = { ...outer, usedBy: readTerraformKeyword(node).usedBy ?? outer.usedBy };
  const { path } = place;
  const own = path.length === 0 ? [] : [describeKey(node, place)];
  const properties = Object.entries(asObject(node.properties)).flatMap(([name, property]) =>
    collect(dereference(property), { ...place, path: [...path, name], required: readRequired(node) }),
  );
  // A mapping from names to plain values has no fixed keys to list.
  const entry = dereference(node.additionalProperties);
  const named = isObject(entry.properties)
    ? collect(entry, { ...place, path: [...path, '<name>'], required: [] })
    : [];
  const items = dereference(node.items);
  const nested = isObject(items.properties)
    ? Object.entries(items.properties).flatMap(([name, property]) =>
        collect(dereference(property), {
          ...place,
          path: [...path, '[]', name],
          required: readRequired(items),
        }),
      )
    : [];
  return [...own, ...properties, ...named, ...nested];
}

function describeKey(node: JsonObject, { path, required, usedBy }: Place): SchemaKey {
  const isGroup = isObject(node.properties) || isObject(dereference(node.additionalProperties).properties);
  return {
    path,
    title: String(node.title ?? ''),
    description: String(node.description ?? ''),
    type: describeType(node),
    limits: describeLimits(node),
    limitSource: String(node.limitSource ?? ''),
    values: describeValues(node),
    default: isGroup ? undefined : (node.default ?? (takesNull(node) ? null : undefined)),
    examples: Array.isArray(node.examples) ? (node.examples as JsonValue[]) : [],
    isGroup,
    isRequired: required.includes(path.at(-1) ?? ''),
    variable: readTerraformKeyword(node).variable ?? null,
    usedBy,
  };
}

/** A nullable key has no default in the schema: null means not set. */
function takesNull({ type }: JsonObject): boolean {
  return Array.isArray(type) && type.includes('null');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'mapping',
  array: 'list',
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
};

function describeType({ type, items }: JsonObject): string {
  const types = (Array.isArray(type) ? type : [type]).map((name) => TYPE_NAMES[String(name)] ?? 'any value');
  if (type !== 'array') return types.join(' or ');
  const item = dereference(items);
  return isObject(item.properties) ? 'list of mappings' : `list of ${describeType(item)}`;
}

/** The limits of a value, in words. */
export function describeLimits(node: JsonObject): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, maxProperties } = node;
  const { patternDescription, unit } = node;
  const unitText = unit === undefined ? '' : ` ${unit}`;
  const allowed = Array.isArray(node.enum) ? node.enum : asArray(dereference(node.items).enum);
  const lines: string[] = [];
  if (minimum !== undefined || maximum !== undefined)
    lines.push(`${describeRange(minimum, maximum)}${unitText}`);
  if (allowed.length > 0) lines.push(`one of ${allowed.join(', ')}`);
  if (patternDescription !== undefined) lines.push(String(patternDescription));
  if (maxLength !== undefined) lines.push(`${minLength ?? 0} to ${maxLength} characters`);
  if (maxItems !== undefined) lines.push(`${minItems ?? 0} to ${maxItems} items`);
  if (maxProperties !== undefined) lines.push(`at most ${maxProperties} keys`);
  return lines;
}

/** The allowed values of the key, or of the items of its list. */
function describeValues(node: JsonObject): SchemaKey['values'] {
  const described = node.enumDescriptions === undefined ? dereference(node.items) : node;
  const descriptions = asArray(described.enumDescriptions);
  return asArray(described.enum).map((value, index) => ({
    value: String(value),
    description: String(descriptions[index]),
  }));
}

function describeRange(minimum: JsonValue | undefined, maximum: JsonValue | undefined): string {
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}

function readRequired({ required }: JsonObject): readonly string[] {
  return asArray(required).map(String);
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
