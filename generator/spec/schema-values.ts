// The schema's lists of values as the generator reads them. In the file each value stands with its description, as
// `oneOf` of constants: editors show that. Here it is an `enum`, whose one error names all values. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** The same schema, with an `enum` and its `enumDescriptions` for every `oneOf` of constants. */
export function withEnums(node: JsonObject): JsonObject {
  const entries = Object.entries(node).flatMap(([key, value]): [string, JsonValue][] => {
    if (key === 'oneOf') return readValues(value) ?? [[key, convert(value)]];
    return [[key, convert(value)]];
  });
  return Object.fromEntries(entries);
}

function convert(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(convert);
  return isObject(value) ? withEnums(value) : value;
}

function readValues(branches: JsonValue): [string, JsonValue][] | undefined {
  if (!Array.isArray(branches)) return undefined;
  const values = branches.map((branch) => (isObject(branch) ? branch.const : undefined));
  if (!values.every((value) => value !== undefined)) return undefined;
  const descriptions = branches.map((branch) => (isObject(branch) ? String(branch.description ?? '') : ''));
  return [
    ['enum', values],
    ['enumDescriptions', descriptions],
  ];
}
