// The schema for editors: valid in Ajv's strict mode, and it accepts the same specs.
import { readFileSync } from 'node:fs';
import { Ajv, type Options } from 'ajv';
import { describe, expect, test } from 'vitest';
import { EDITOR_ANNOTATIONS, renderEditorSchema } from '../editors/render-editor-schema.ts';
import { AJV_OPTIONS, ANNOTATIONS } from './ajv-options.mjs';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { dereference, schema } from './schema.ts';

const STRICT: Options = {
  strict: true,
  allowUnionTypes: true,
  // Names of keys have no type, and the pattern for every key also matches the known ones.
  strictTypes: false,
  allowMatchingProperties: true,
  keywords: [...ANNOTATIONS, ...EDITOR_ANNOTATIONS],
};
const forEditors = JSON.parse(renderEditorSchema()) as JsonObject;
const editors = new Ajv(STRICT).addSchema(forEditors, 'spec');
const generator = new Ajv(AJV_OPTIONS).addSchema(schema, 'spec');

interface Place {
  /** A JSON pointer. */
  readonly pointer: string;
  readonly node: JsonObject;
}

/** Every key and every list item, in the file's order. */
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

const places = listPlaces(schema, '').filter(({ node }) => node.$ref === undefined);

function judge(pointer: string, value: JsonValue): { editors: boolean; generator: boolean } {
  const check = (ajv: Ajv): boolean => ajv.getSchema(`spec#${encodeURI(pointer)}`)?.(value) === true;
  return { editors: check(editors), generator: check(generator) };
}

const ACCEPTED = { editors: true, generator: true };
const REFUSED = { editors: false, generator: false };

function listTypes({ type }: JsonObject): readonly JsonValue[] {
  return Array.isArray(type) ? type : [type ?? 'any'];
}

/** Defaults, examples and listed values. The defaults of groups are those of their keys. */
function listGood(node: JsonObject): JsonValue[] {
  const values = Array.isArray(node.enum) ? node.enum : [];
  const examples = Array.isArray(node.examples) ? node.examples : [];
  const fallback = node.properties === undefined ? node.default : undefined;
  return [fallback, ...examples, ...values, node.minimum, node.maximum].filter(
    (value): value is JsonValue => value !== undefined,
  );
}

/** Values of a wrong type, out of range, or of a wrong form. */
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
  if (Array.isArray(node.enum)) bad.push(types.includes('integer') ? 8 * 365 : 'none of them');
  return bad;
}

test('the file compiles in strict mode without output', () => {
  const said: string[] = [];
  const say = (...words: unknown[]): void => void said.push(words.join(' '));
  const logger = { log: say, warn: say, error: say };
  expect(new Ajv({ ...STRICT, logger }).compile(forEditors)).toBeTypeOf('function');
  expect(said).toEqual([]);
});

test('every list of values describes each value', () => {
  for (const { pointer, node } of places) {
    if (node.enum === undefined) continue;
    const words = Array.from(node.enum as JsonValue[], () => expect.stringMatching(/\S/));
    expect(node.enumDescriptions, pointer).toEqual(words);
  }
  expect(places.filter(({ node }) => node.enum !== undefined).length).toBeGreaterThan(15);
  expect(dereference({ $ref: '#/definitions/region' }).enum).toContain('eu-central-1');
});

test('schema/sonotheia.config.schema.json matches the schema of the spec (npm run generate:schema)', () => {
  const file = new URL('../../schema/sonotheia.config.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(renderEditorSchema());
});

describe.each(places.map((place) => [place.pointer, place.node] as const))('%s', (pointer, node) => {
  test('accepts its default, examples, listed values and limits', () => {
    for (const value of listGood(node))
      expect({ value, ...judge(pointer, value) }).toEqual({ value, ...ACCEPTED });
  });

  test('refuses other types, values out of range, and other forms', () => {
    const bad = listBad(node);
    expect(bad.length).toBeGreaterThan(2);
    for (const value of bad) expect({ value, ...judge(pointer, value) }).toEqual({ value, ...REFUSED });
  });
});
