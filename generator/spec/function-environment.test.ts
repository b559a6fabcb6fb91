import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OWN_NAMES } from './function-environment.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../templates/modules/sonotheia/${file}`, import.meta.url), 'utf8');

test("the names of the functions' own variables are those of the templates", () => {
  const maps = [
    ...read('main.tf.hbs').matchAll(/common_environment = \{\n([\s\S]*?)\n {2}\}/g),
    ...read('lambda.tf.hbs').matchAll(/variables = merge\(.*\{\n([\s\S]*?)\n {4}\}\)/g),
  ];
  expect(maps).toHaveLength(3);
  const names = maps.flatMap(([, body = '']) =>
    [...body.matchAll(/^ *([A-Z][A-Z_]+) *=/gm)].map(([, name = '']) => name),
  );
  expect([...new Set(names)].filter((name) => name !== 'NODE_OPTIONS').sort()).toEqual(OWN_NAMES);
});
