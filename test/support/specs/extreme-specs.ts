// Specs in which every setting has its least or its greatest value, read from the schema.
import { isObject, type JsonObject, type JsonValue } from '../../../generator/spec/json.ts';
import { dereference } from '../../../generator/spec/schema.ts';

export type End = 'least' | 'greatest';

/** A setting whose extreme depends on another setting, by its path; undefined leaves it out. */
export type Exceptions = { readonly [path: string]: JsonValue | undefined };

/** The extremes of all settings below `defaults`. */
export function writeExtremes(end: End, exceptions: Exceptions): JsonObject {
  return asObject(choose(dereference({ $ref: '#/definitions/defaults' }), end, '', exceptions));
}

function choose(schema: JsonValue | undefined, end: End, path: string, exceptions: Exceptions): JsonValue {
  if (path in exceptions) return exceptions[path] ?? null;
  const node = dereference(schema);
  if (isObject(node.properties)) {
    const entries = Object.entries(node.properties).map(([key, property]) => {
      const inner = path === '' ? key : `${path}.${key}`;
      return [key, choose(property, end, inner, exceptions)] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== null));
  }
  return chooseLeaf(node, end, path);
}

function chooseLeaf(node: JsonObject, end: End, path: string): JsonValue {
  const type = Array.isArray(node.type) ? node.type[0] : node.type;
  if (Array.isArray(node.enum)) return node.enum.at(end === 'least' ? 0 : -1) ?? null;
  if (type === 'boolean') return end === 'greatest';
  if (type === 'integer' || type === 'number') return (end === 'least' ? node.minimum : node.maximum) ?? null;
  if (type === 'object') return end === 'least' ? {} : needException(path, 'its names are free');
  if (type === 'array') return end === 'least' ? [] : fillList(node, path);
  return writeText(node, end === 'least' ? Number(node.minLength ?? 0) : Number(node.maxLength));
}

/** Different texts, as many as are allowed. */
function fillList(node: JsonObject, path: string): JsonValue {
  const items = dereference(node.items);
  if (isObject(items.properties)) return needException(path, 'its items are mappings');
  if (Array.isArray(items.enum)) return items.enum;
  const longest = writeText(items, Number(items.maxLength));
  return Array.from({ length: Number(node.maxItems) }, (_, index) => {
    const number = String(index).padStart(2, '0');
    return `${longest.slice(0, -number.length)}${number}`;
  });
}

function needException(path: string, why: string): never {
  throw new Error(`${path} needs an exception: ${why}`);
}

/** A text of the pattern, from its example: as long as `length`, or as near to it as a repeated character can come. */
function writeText({ pattern, examples, default: fallback }: JsonObject, length: number): string {
  const example = String((Array.isArray(examples) ? examples[0] : fallback) ?? '');
  const form = new RegExp(typeof pattern === 'string' ? pattern : '');
  for (let place = example.length; place >= 0; place -= 1) {
    for (const filler of ['a', '0']) {
      const [head, tail] = [example.slice(0, place), example.slice(place)];
      const longer = `${head}${filler.repeat(Math.max(0, length - example.length))}${tail}`;
      const text = length < example.length && length > 0 ? example.slice(0, length) : longer;
      if (form.test(text)) return text;
    }
  }
  return example;
}

function asObject(value: JsonValue): JsonObject {
  return isObject(value) ? value : {};
}
