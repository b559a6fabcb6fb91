import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listSchemaKeys } from '../spec/schema-keys.ts';
import { renderReference } from './render-reference.ts';

test('docs/configuration.md matches the schema (npm run generate:docs)', () => {
  const committed = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(committed).toBe(renderReference());
});

test('it has every key once', () => {
  const reference = renderReference();
  const headings = [...reference.matchAll(/^## `(.+)`$/gm)].map(([, name]) => name);
  const rows = reference.match(/^\| `.+` \|/gm) ?? [];
  const keys = listSchemaKeys();
  expect(headings).toHaveLength(keys.filter(({ isGroup }) => isGroup).length);
  expect(new Set(headings).size).toBe(headings.length);
  expect(rows).toHaveLength(keys.filter(({ isGroup }) => !isGroup).length);
});
