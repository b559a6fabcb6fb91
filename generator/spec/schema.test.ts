// The schema's file as editors read it: valid in Ajv's strict mode, and the same to them as to the generator.
import { Ajv, type Options } from 'ajv';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { AJV_OPTIONS, ANNOTATIONS } from './matches-schema.ts';
import { dereference, schema } from './schema.ts';
import { schemaFile } from './schema-file.ts';

const STRICT: Options = { strict: true, allowUnionTypes: true, keywords: ANNOTATIONS };
const file = new Ajv(STRICT).addSchema(schemaFile, 'spec');
const generator = new Ajv(AJV_OPTIONS).addSchema(schema, 'spec');

interface Place {
  /** A JSON pointer. */
  readonly pointer: string;
  readonly node: JsonObject;
}

/** Every key, and what stands in every list, in the file's order. */
function listPlaces(node: JsonValue, pointer: string): Place[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => listPlaces(item, `${pointer}/${index}`));
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isKey = /\/(properties|definitions)$/.test(pointer) || key === 'items';
    const own = isKey && isObject(value) ? [{ pointer: below, node: value }] : [];
    return [...own, ...listPlaces(value, below)];
  });
}

const places = listPlaces(schemaFile, '').filter(({ node }) => node.$ref === undefined);

function judge(pointer: string, value: JsonValue): { file: boolean; generator: boolean } {
  const check = (ajv: Ajv): boolean => ajv.validate({ $ref: `spec#${pointer}` }, value);
  return { file: check(file), generator: check(generator) };
}

const ACCEPTED = { file: true, generator: true };
const REFUSED = { file: false, generator: false };

function listTypes({ type }: JsonObject): readonly JsonValue[] {
  return Array.isArray(type) ? type : [type ?? 'any'];
}

/** Defaults, examples and listed values. The defaults of groups are those of their keys. */
function listGood(node: JsonObject): JsonValue[] {
  const values = Array.isArray(node.oneOf) ? node.oneOf.map((branch) => (branch as JsonObject).const) : [];
  const examples = Array.isArray(node.examples) ? node.examples : [];
  const fallback = node.properties === undefined ? node.default : undefined;
  return [fallback, ...examples, ...values, node.minimum, node.maximum].filter(
    (value): value is JsonValue => value !== undefined,
  );
}

/** What is of no allowed type, out of a limit, or of another form. */
function listBad(node: JsonObject): JsonValue[] {
  const types = listTypes(node);
  const typed: readonly (readonly [JsonValue, readonly string[]])[] = [
    [{ unknown_key: 1 }, node.additionalProperties === false ? [] : ['object']],
    [[[]], ['array']],
    [false, ['boolean']],
    ['', node.minLength === undefined || node.minLength === 0 ? ['string'] : []],
    [1.5, ['number']],
    [null, ['null']],
  ];
  const bad = typed
    .filter(([, allowedBy]) => !allowedBy.some((type) => types.includes(type)))
    .map(([value]) => value);
  if (typeof node.minimum === 'number') bad.push(node.minimum - 1);
  if (typeof node.maximum === 'number') bad.push(node.maximum + 1);
  if (typeof node.maxLength === 'number') bad.push('a'.repeat(node.maxLength + 1));
  if (typeof node.pattern === 'string') bad.push('\u0000 not this');
  if (Array.isArray(node.oneOf)) bad.push(types.includes('integer') ? 8 * 365 : 'none of them');
  return bad;
}

test('the file compiles in strict mode, without a word on the console', () => {
  const said: string[] = [];
  const say = (...words: unknown[]): void => void said.push(words.join(' '));
  const logger = { log: say, warn: say, error: say };
  expect(new Ajv({ ...STRICT, logger }).compile(schemaFile)).toBeTypeOf('function');
  expect(said).toEqual([]);
});

test('every list of values says what each value means', () => {
  for (const { pointer, node } of places) {
    expect(node, pointer).not.toHaveProperty('enum');
    if (node.oneOf === undefined) continue;
    for (const branch of node.oneOf as JsonValue[])
      expect(branch, pointer).toEqual({ const: expect.anything(), description: expect.stringMatching(/\S/) });
  }
  expect(places.filter(({ node }) => node.oneOf !== undefined).length).toBeGreaterThan(15);
  expect(dereference({ $ref: '#/definitions/region' }).enum).toContain('eu-central-1');
});

describe.each(places.map((place) => [place.pointer, place.node] as const))('%s', (pointer, node) => {
  test('takes its default, examples, listed values and limits', () => {
    for (const value of listGood(node))
      expect({ value, ...judge(pointer, value) }).toEqual({ value, ...ACCEPTED });
  });

  test('refuses other types, what is out of its limits, and other forms', () => {
    const bad = listBad(node);
    expect(bad.length).toBeGreaterThan(2);
    for (const value of bad) expect({ value, ...judge(pointer, value) }).toEqual({ value, ...REFUSED });
  });
});
