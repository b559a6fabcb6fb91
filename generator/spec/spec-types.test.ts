import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AUDIO_EVENT_TYPES, SONOTHEIA_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import { isObject, type JsonValue } from './json.ts';
import { dereference, schema } from './schema.ts';
import { renderTypes, TYPES_FILES } from './spec-types-source.ts';

test.each(TYPES_FILES)('$types matches its schema (npm run generate:types)', async (file) => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(read(file.types)).toBe(await renderTypes(JSON.parse(read(file.schema)), file));
});

/** Every property of every object in the schema, with its path. */
function listProperties(node: JsonValue, path: string): [string, JsonValue][] {
  if (Array.isArray(node)) return node.flatMap((item, index) => listProperties(item, `${path}[${index}]`));
  if (!isObject(node)) return [];
  const own = isObject(node.properties) ? Object.entries(node.properties) : [];
  return [
    ...own.map(([key, value]): [string, JsonValue] => [`${path}.${key}`, value]),
    ...Object.entries(node).flatMap(([key, value]) => listProperties(value, `${path}.${key}`)),
  ];
}

test('every property has a title and a description, and a default unless it is required', () => {
  for (const [path, property] of listProperties(schema, 'schema')) {
    if (!isObject(property) || typeof property.$ref === 'string') continue;
    expect(property, path).toMatchObject({ title: expect.any(String), description: expect.any(String) });
    const isRequired = /subscription\.properties|\.subscription\.(name|protocol|endpoint)$/.test(path);
    // With a default of null the YAML language server stops offering keys.
    expect(property.default, path).not.toBeNull();
    const takesNull = Array.isArray(property.type) && property.type.includes('null');
    if (!isRequired && !takesNull) expect(property, path).toHaveProperty('default');
  }
});

test('no object accepts unknown keys, and every text has a maximum length', () => {
  const visit = (node: JsonValue, path: string): void => {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) visit(item, `${path}[${index}]`);
    if (!isObject(node)) return;
    if (node.type === 'object') expect(node, path).toHaveProperty('additionalProperties');
    if (node.type === 'object' && node.properties !== undefined)
      expect(node.additionalProperties, path).toBe(false);
    if (node.pattern !== undefined) expect(node, path).toHaveProperty('maxLength');
    for (const [key, value] of Object.entries(node)) visit(value, `${path}.${key}`);
  };
  visit(schema, 'schema');
});

test('the schema names exactly the event types that the functions publish', () => {
  const { properties } = dereference({ $ref: '#/definitions/subscription' });
  expect(properties).toMatchObject({
    event_types: { items: { examples: [...SONOTHEIA_EVENT_TYPES, ...Object.values(AUDIO_EVENT_TYPES)] } },
  });
});

test('every pattern has a description, and examples that match it', () => {
  let patterns = 0;
  const visit = (node: JsonValue, path: string): void => {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) visit(item, `${path}[${index}]`);
    if (!isObject(node)) return;
    if (typeof node.pattern === 'string') {
      patterns += 1;
      expect(node, path).toMatchObject({
        patternDescription: expect.any(String),
        examples: expect.any(Array),
      });
      for (const example of (node.examples as (string | string[])[]).flat())
        expect(example, path).toMatch(new RegExp(node.pattern, 'u'));
    }
    for (const [key, value] of Object.entries(node)) visit(value, `${path}.${key}`);
  };
  visit(schema, 'schema');
  expect(patterns).toBeGreaterThan(10);
});
