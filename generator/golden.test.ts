// Every golden case (test/support/golden-cases.ts) against its expected files, which `npm run test:update` rewrites;
// read the diff before you commit it. golden.process.test.ts runs Terraform on the trees.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cases,
  EXAMPLE,
  formatCase,
  generate,
  isShippedSpec,
  listExpected,
  readBase,
  readExample,
  readRecord,
  replaceExpected,
  replaceShippedSpec,
  runCase,
  SPEC,
  splitParts,
  TESTDATA,
  validCases,
} from '../test/support/golden-cases.ts';
import { findMisfits, readProviderSchema } from '../test/support/provider-6/provider-schema.ts';
import { readEmitted } from '../test/support/provider-6/read-emitted.ts';
import { FIRST_GENERATION } from './lifecycle/check-lifecycle.ts';

/** Deprecated in provider 6, with the reason to keep it. */
const UNAVOIDABLE = {
  'resource aws_dynamodb_table: global_secondary_index.hash_key is deprecated':
    'provider 5 and the first releases of 6 have no `key_schema`',
  'resource aws_dynamodb_table: global_secondary_index.range_key is deprecated':
    'provider 5 and the first releases of 6 have no `key_schema`',
};

const isUpdate = process.env.UPDATE_GOLDEN === '1';

if (isUpdate) replaceShippedSpec();

describe('golden cases', () => {
  test.each(cases)('%s', (name) => {
    const result = runCase(name);
    const actual = formatCase(name, result);
    if (isUpdate) replaceExpected(name, actual);
    const expected = listExpected(name);
    const parts = splitParts(actual);
    const expectedParts = splitParts(expected);
    expect([...parts.keys()].sort()).toEqual([...expectedParts.keys()].sort());
    for (const [part, text] of expectedParts) expect(parts.get(part), `${name}: ${part}`).toBe(text);
    expect(runCase(name)).toEqual(result);
  });

  test('two trees are whole, out/ and one more; every other case differs from one of them, directly or indirectly', () => {
    expect(validCases.filter((name) => readBase(name) === undefined)).toEqual(['everything-on']);
    for (const name of validCases) {
      const chain = new Set([name]);
      for (let base = readBase(name); base !== undefined; base = readBase(base)) {
        expect([EXAMPLE, ...validCases], name).toContain(base);
        expect([...chain], 'goes in a circle').not.toContain(base);
        chain.add(base);
      }
    }
  });

  test.each(cases)('%s: the next generation of the same spec is the same', (name) => {
    const { files } = runCase(name);
    if (files.size === 0) return;
    const next = generate(join(TESTDATA, name, SPEC), { ...FIRST_GENERATION, previous: readRecord(files) });
    expect(next.files).toEqual(files);
  });

  test('a case is refused if its name says so; AWS provider 6 knows all that the others have, without warnings', () => {
    const trees = new Map(cases.map((name) => [name, runCase(name).files]));
    expect(cases.filter((name) => (trees.get(name)?.size ?? 0) > 0)).toEqual(validCases);
    const texts = [...trees.values()].flatMap((files) =>
      [...files].flatMap(([path, text]) => (path.endsWith('.tf') ? [text] : [])),
    );
    const misfits = findMisfits(readEmitted(new Set(texts)), readProviderSchema());
    expect(misfits).toEqual(Object.keys(UNAVOIDABLE));
    expect(validCases.length).toBeGreaterThanOrEqual(10);
    expect(cases.length - validCases.length).toBeGreaterThanOrEqual(5);
  });
});

// Not a failure in CI either: a clone has a spec of its own, and `npx sonotheia generate --check` compares its out/.
// During an update, out/ is stale: `generate` runs after the tests.
const isEdited = !isShippedSpec();
describe('the tree of the shipped spec', {
  skip: isUpdate || isEdited,
  meta: isEdited ? { missingTools: 'sonotheia.config.yaml as it was shipped' } : {},
}, () => {
  test('is out/ and the workflow', () => {
    const { files } = runCase(EXAMPLE);
    for (const [path, committed] of readExample(files)) expect(committed, path).toBe(files.get(path));
  });
});
