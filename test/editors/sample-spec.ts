// A spec with every key of the schema, at every depth, and the position of each key in its text.
import { Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { isObject, type JsonObject, type JsonValue } from '../../generator/spec/json.ts';
import { dereference, schema } from '../../generator/spec/schema.ts';
import type { Position } from './language-server.ts';

/** A mapping of the spec whose keys the schema names. */
export interface Mapping {
  readonly path: readonly (string | number)[];
  readonly node: JsonObject;
  readonly keys: readonly string[];
}

/** A value that is valid for the schema and has every possible key. */
export function makeSample(node: JsonValue | undefined = schema): JsonValue {
  const own = dereference(node);
  const { properties, additionalProperties, propertyNames } = own;
  if (isObject(properties)) return mapObject(properties, makeSample);
  if (isObject(additionalProperties)) {
    const names = dereference(propertyNames);
    const name = String((Array.isArray(names.enum) ? names.default : firstOf(names.examples)) ?? 'name');
    return { [name]: makeSample(additionalProperties) };
  }
  if (hasType(own, 'array')) return [makeSample(own.items)];
  return firstOf(own.enum) ?? firstOf(own.examples) ?? own.default ?? own.minimum ?? 'abc';
}

/** All mappings of `sample` with keys of their own, outer ones first. */
export function listMappings(
  value: JsonValue = makeSample(),
  node: JsonValue | undefined = schema,
  path: Mapping['path'] = [],
): Mapping[] {
  const own = dereference(node);
  if (Array.isArray(value))
    return value.flatMap((item, index) => listMappings(item, own.items, [...path, index]));
  if (!isObject(value)) return [];
  const properties = isObject(own.properties) ? own.properties : undefined;
  const below = Object.entries(value).flatMap(([key, child]) =>
    listMappings(child, properties?.[key] ?? own.additionalProperties, [...path, key]),
  );
  return properties === undefined ? below : [{ path, node: own, keys: Object.keys(properties) }, ...below];
}

/** A YAML document with only `value` at `path`. */
export function writeAt(path: Mapping['path'], value: JsonValue): string {
  const nested = path.reduceRight<JsonValue>(
    (inner, segment) => (typeof segment === 'number' ? [inner] : { [segment]: inner }),
    value,
  );
  return new Document(nested).toString({ lineWidth: 0 });
}

/** Where each key starts, by its path with dots. */
export function locateKeys(text: string): Map<string, Position> {
  const lines = new LineCounter();
  const places = new Map<string, Position>();
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_index, { key }, ancestors) {
      if (!isScalar(key) || key.range == null) return;
      const { line, col } = lines.linePos(key.range[0]);
      const path = ancestors.flatMap((ancestor, depth) => {
        const next = ancestors[depth + 1];
        return isMap(ancestor) && next !== undefined && 'key' in next && isScalar(next.key)
          ? [String(next.key.value)]
          : [];
      });
      places.set([...path, String(key.value)].join('.'), { line: line - 1, character: col - 1 });
    },
  });
  return places;
}

function mapObject(object: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function firstOf(list: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(list) ? list[0] : undefined;
}

export function hasType({ type }: JsonObject, name: string): boolean {
  return Array.isArray(type) ? type.includes(name) : type === name;
}
