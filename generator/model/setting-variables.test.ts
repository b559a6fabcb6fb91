// The schema names the variable or the user of each key.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SPEC, TESTDATA, validCases } from '../../test/support/golden-cases.ts';
import { compileSpec } from '../compile-spec.ts';
import { findResources } from '../explain/find-resources.ts';
import { FIRST_GENERATION } from '../lifecycle/check-lifecycle.ts';
import { equalJson } from '../spec/json.ts';
import { readDefaultSettings, type Settings } from '../spec/resolve.ts';
import { listSchemaKeys } from '../spec/schema-keys.ts';
import { COMPUTED_SWITCHES } from './computed-switches.ts';
import { turnOnAll } from './features.ts';
import { listVariables, SETTING_VARIABLES } from './setting-variables.ts';

const keys = listSchemaKeys();
const names = SETTING_VARIABLES.map(({ name }) => name);

test('each key of the spec has a variable, or the schema says who uses it', () => {
  const carries = (path: readonly string[]): boolean =>
    keys.some(
      ({ path: outer, variable }) => variable !== null && outer.every((part, index) => path[index] === part),
    );
  const missing = keys
    .filter(({ isGroup, usedBy, path }) => !isGroup && usedBy === null && !carries(path))
    .map(({ path }) => path.join('.'));
  expect(missing).toEqual([]);
  expect(keys.length).toBeGreaterThan(100);
});

test('no two settings share a variable, and each computed switch belongs to one', () => {
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(Object.keys(COMPUTED_SWITCHES).filter((name) => !names.includes(name))).toEqual([]);
});

test('with all features there are all variables', () => {
  expect(listVariables(turnOnAll())).toEqual(SETTING_VARIABLES);
});

test.each(names)('the HCL reads var.%s', (name) => {
  expect(findResources(name)).not.toEqual([]);
});

test('a golden case sets each setting', () => {
  const settings = validCases.flatMap(readSettings);
  const defaults = readDefaultSettings();
  const unset = SETTING_VARIABLES.filter(({ read }) =>
    settings.every((given) => equalJson(read(given), read(defaults))),
  );
  expect(unset.map(({ path }) => path.join('.'))).toEqual([]);
});

function readSettings(name: string): Settings[] {
  const spec = compileSpec(SPEC, readFileSync(join(TESTDATA, name, SPEC)), FIRST_GENERATION);
  if (!spec.ok) throw new Error(`${name} is refused`);
  return spec.value.environments.flatMap(({ regions }) => regions.map(({ settings }) => settings));
}
