// The published schemas, their AsyncAPI document and their page agree with each other and with the generated tree.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { toMessageAttributes } from '../../handlers/shared/adapters/sns-results-topic.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import announcement from '../../schema/announcement.v1.schema.json' with { type: 'json' };
import item from '../../schema/session-item.v1.schema.json' with { type: 'json' };
import { checkAnnouncement } from '../../scripts/local/contract.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const [EXAMPLE] = announcement.examples as unknown as readonly [Announcement];

describe.each([
  ['announcement.v1', announcement],
  ['session-item.v1', item],
])('schema/%s.schema.json', (_name, schema) => {
  test('is draft-07, and its examples are valid', () => {
    const ajv = new Ajv({ strict: true, strictTypes: false, keywords: ['unit', 'dataType'] });
    for (const example of schema.examples) expect(ajv.validate(schema, example), ajv.errorsText()).toBe(true);
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  });

  test('has a title, a description and an example for each member, and a unit for each number', () => {
    let members = 0;
    const visit = (node: unknown, isOfAttributes: boolean): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('properties' in node && 'type' in node && !isOfAttributes)
        for (const [name, member] of Object.entries(node.properties as Record<string, object>)) {
          members += 1;
          const documented = { title: expect.any(String), description: expect.any(String) };
          if (!('$ref' in member)) expect(member, name).toMatchObject(documented);
          if (!/"(?:\$ref|examples|properties)"/.test(JSON.stringify(member)))
            expect.fail(`${name}: no example`);
          if (/"(?:number|integer)"/.test(JSON.stringify(member)))
            expect(member, name).toHaveProperty('unit');
        }
      for (const [key, value] of Object.entries(node)) visit(value, key === 'message_attributes');
    };
    visit(schema, false);
    expect(members).toBeGreaterThan(15);
  });
});

test('message and item give the same form to the members that both have', () => {
  const event = item.definitions.stored_event.properties as Readonly<Record<string, object>>;
  const members = [
    'schema_version',
    'event_id',
    'event_type',
    'session_id',
    'risk',
    'error_code',
    'received_at',
  ];
  const toForm = (member: object | undefined): object => {
    const {
      title: _,
      description: __,
      examples: ___,
      allOf,
      $ref,
      ...form
    } = member as Record<string, never>;
    const reference = $ref ?? (allOf as { $ref: string }[] | undefined)?.[0]?.$ref;
    const name = String(reference).split('/').at(-1) as keyof typeof announcement.definitions;
    return reference === undefined ? form : toForm(announcement.definitions[name]);
  };
  for (const name of members)
    expect(toForm(event[name]), name).toEqual(
      toForm((announcement.properties as Readonly<Record<string, object>>)[name]),
    );
});

test('a message with a member, an attribute or a value that the schema does not know is refused', () => {
  const attributes = toMessageAttributes(EXAMPLE);
  checkAnnouncement(EXAMPLE, attributes);
  const wrong =
    (message: object, more: object = {}) =>
    () =>
      checkAnnouncement(message, { ...attributes, ...more });
  expect(wrong({ ...EXAMPLE, user_id: 'u' })).toThrow('must NOT have additional properties');
  expect(wrong({ ...EXAMPLE, source: { ...EXAMPLE.source, account: '1' } })).toThrow('additional properties');
  expect(wrong({ ...EXAMPLE, risk: 'severe' })).toThrow(
    'data/risk must be equal to one of the allowed values',
  );
  expect(wrong(EXAMPLE, { user_id: { DataType: 'String', StringValue: 'u' } })).toThrow(
    'additional properties',
  );
  expect(wrong(EXAMPLE, { score: { DataType: 'String', StringValue: '0.82' } })).toThrow('score is a String');
  expect(wrong(EXAMPLE, { score: { DataType: 'Number', StringValue: '0.8200001' } })).toThrow('data/score');
});

describe('docs/asyncapi.yaml', () => {
  const document = parse(read('docs/asyncapi.yaml'));

  test('is AsyncAPI 3.0, and its references lead somewhere', () => {
    expect(document.asyncapi).toBe('3.0.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(references.length).toBeGreaterThan(4);
    for (const reference of references) {
      const [file = '', pointer = ''] = reference.split('#');
      let target = file === '' ? document : JSON.parse(read(join('docs', file)));
      for (const name of pointer.split('/').slice(1)) target = target[name];
      expect(target, reference).toBeInstanceOf(Object);
    }
  });

  test('names the topic as Terraform does, and filters by attributes of the message', () => {
    const { address, bindings } = document.channels.results;
    const name = address.replaceAll(/\{(\w+)\}/g, (_: string, part: string) =>
      part === 'project' ? '${var.project_name}' : `\${var.${part}}`,
    );
    expect(read('out/modules/sonotheia/sns.tf')).toContain(`"${name}"`);
    expect(bindings.sns.name).toBe(address);
    const { properties } = announcement.definitions.message_attributes;
    for (const { filterPolicy } of document.operations.announce.bindings.sns.consumers)
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(filterPolicy)));
  });
});

test('SNS delivers all attributes: there are ten at most', () => {
  const { properties, maxProperties } = announcement.definitions.message_attributes;
  expect(maxProperties).toBe(10);
  expect(Object.keys(properties).length).toBeLessThanOrEqual(10);
});

test('docs/announcements.md names every member of the message, and says which are attributes', () => {
  const page = read('docs/announcements.md');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const { properties } = announcement.definitions.message_attributes;
  for (const name of Object.keys(announcement.properties)) {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``));
    const dataType = Object.entries(properties).find(([attribute]) => attribute === name)?.[1].dataType ?? '';
    expect(row?.split('|')[3]?.trim(), name).toBe(dataType);
    const isRequired = announcement.required.includes(name);
    expect(row?.split('|')[2]?.trim(), name).toBe(isRequired ? 'yes' : '');
  }
  const example = /```json\n(\{[\s\S]*?\n\})\n```/.exec(page)?.[1] ?? '';
  expect(JSON.parse(example)).toEqual(EXAMPLE);
});
