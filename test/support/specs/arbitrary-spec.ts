// Random specs generated from the schema, so that new keys are included automatically. Most values are valid for the
// schema, though not always for the rules; a few are hostile.
import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue } from '../../../generator/spec/json.ts';
import { dereference, schema } from '../../../generator/spec/schema.ts';
import { hostileText } from './hostile-text.ts';

type Value = fc.Arbitrary<JsonValue>;

/** Percentages. */
interface Chances {
  /** An optional key is present. */
  readonly key: number;
  /** A value is hostile. */
  readonly hostile: number;
}

/** Characters of the Unicode classes that a tag may contain; `stringMatching` does not support classes. */
const TAG_TEXT = fc.string({
  unit: fc.constantFrom(...'aZ09 _.:/=+-@', 'é', 'e\u0301', 'ß', '漢', '\u00a0', '\u2028', '١', '\u{10330}'),
  maxLength: 30,
});

/** A spec with one to three environments, as a value. */
export function arbitrarySpec(chances: Chances): Value {
  return arbitraryOf(schema, chances);
}

function arbitraryOf(node: JsonValue | undefined, chances: Chances): Value {
  const expected = expectedBy(dereference(node), chances);
  if (chances.hostile === 0) return expected;
  return fc.oneof(
    { weight: 1000 - chances.hostile, arbitrary: expected },
    { weight: chances.hostile, arbitrary: fc.oneof(hostileText, fc.jsonValue({ maxDepth: 2 }) as Value) },
  );
}

function expectedBy(node: JsonObject, chances: Chances): Value {
  if (Array.isArray(node.enum)) return fc.constantFrom(...node.enum);
  const types = Array.isArray(node.type) ? node.type : [node.type];
  // Names of properties have no type.
  const [type = 'string'] = types.filter((name) => name !== 'null' && name !== undefined);
  const value = ofType(type, node, chances);
  return types.includes('null')
    ? fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: value })
    : value;
}

function ofType(type: JsonValue | undefined, node: JsonObject, chances: Chances): Value {
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer(rangeOf(node));
  if (type === 'number')
    return fc.double({ ...rangeOf(node), noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));
  if (type === 'string') return textOf(node);
  if (type === 'array') {
    const items = arbitraryOf(node.items, chances);
    const bounds = {
      minLength: Number(node.minItems ?? 0),
      maxLength: Math.min(4, Number(node.maxItems ?? 4)),
    };
    const list = fc.uniqueArray(items, { ...bounds, selector: (item) => JSON.stringify(item) });
    return list as Value;
  }
  if (isObject(node.additionalProperties)) return mapOf(node, chances);
  return objectOf(node, chances);
}

function rangeOf({ minimum, maximum }: JsonObject): { min: number; max: number } {
  return { min: Number(minimum), max: Number(maximum) };
}

function textOf(node: JsonObject): Value {
  const { minLength = 0, maxLength = 100, pattern } = node;
  if (typeof pattern !== 'string') return fc.oneof(hostileText, fc.webUrl(), fc.emailAddress());
  const isLongEnough = (text: string): boolean =>
    text.length >= Number(minLength) && text.length <= Number(maxLength);
  const matches = (text: string): boolean => new RegExp(pattern, 'u').test(text) && isLongEnough(text);
  if (pattern.includes('\\p{')) return TAG_TEXT.filter(matches);
  // Without lookarounds the pattern only allows more.
  const plain = pattern.replaceAll(/\(\?<?[=!](?:[^()[\]]|\[[^\]]*\])*\)/g, '');
  // Short names, because several of them make up the ones that AWS limits.
  const longest = Number(maxLength) <= 40 ? Math.min(16, Number(maxLength)) : 60;
  return fc.stringMatching(new RegExp(plain), { maxLength: longest }).filter(matches);
}

function mapOf(node: JsonObject, chances: Chances): Value {
  const keys = arbitraryOf(node.propertyNames, { ...chances, hostile: 0 }) as fc.Arbitrary<string>;
  const entry = fc.tuple(keys, arbitraryOf(node.additionalProperties, chances));
  return fc
    .array(entry, { minLength: Number(node.minProperties ?? 0), maxLength: 3 })
    .map((entries) => Object.fromEntries(entries));
}

function objectOf(node: JsonObject, chances: Chances): Value {
  const required = Array.isArray(node.required) ? node.required : [];
  const keys = Object.entries(isObject(node.properties) ? node.properties : {});
  const members = keys.map(([name, child]): fc.Arbitrary<[string, JsonValue] | undefined> => {
    const present = arbitraryOf(child, chances).map((value): [string, JsonValue] => [name, value]);
    if (required.includes(name)) return present;
    return fc.oneof(
      { weight: 100 - chances.key, arbitrary: fc.constant(undefined) },
      { weight: chances.key, arbitrary: present },
    );
  });
  return fc
    .tuple(...members)
    .map((entries) => Object.fromEntries(entries.filter((entry) => entry !== undefined)));
}
