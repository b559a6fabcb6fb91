import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycles, findImportsOfTests, findWrongWays, parseImports, readSources } from './imports.ts';
import { findLayer, LAYERS } from './layers.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

describe('imports of this project', () => {
  const imports = parseImports(readSources(PROJECT_ROOT, ['generator', 'handlers', 'scripts', 'test']));

  it('are found', () => {
    expect(imports.size).toBeGreaterThan(400);
    expect(imports.get('generator/generate.ts')).toContain('generator/model/build-model.ts');
  });

  it('are of every layer in the list', () => {
    const used = new Set([...imports.keys()].map(findLayer));
    expect(LAYERS.filter((_, place) => !used.has(place))).toEqual([]);
  });

  it('go from a layer to those before it', () => {
    expect(findWrongWays(imports)).toEqual([]);
  });

  it('make no circle', () => {
    expect(findCycles(imports)).toEqual([]);
  });

  it('lead from production to no test, test support or test data', () => {
    expect(findImportsOfTests(imports)).toEqual([]);
  });
});

describe('the check of imports', () => {
  const planted = parseImports(
    new Map([
      ['generator/spec/early.ts', "import type {\n  Late,\n} from '../model/late.ts';\n"],
      ['generator/model/late.ts', "import { x } from './other.ts';\n"],
      ['generator/model/other.ts', "import './third.mjs';\n"],
      ['generator/model/third.mjs', "/** @typedef {import('./late.ts').Late} Late */\n"],
      ['generator/new/file.ts', ''],
      ['generator/generate.ts', "export { y } from './spec/early.ts';\nconst text = 'from ./x.ts';\n"],
      ['scripts/deploy.ts', "import data from './testdata/data.json' with { type: 'json' };\n"],
      ['scripts/local/host.ts', "const support = await import('../../test/support/soak.ts');\n"],
      ['scripts/deploy.test.ts', "import '../test/support/soak.ts';\n"],
      ['generator/render/self.ts', "import { z } from './self.ts';\n"],
    ]),
  );

  it('finds an import from a later layer, of a type too, and a file without a layer', () => {
    expect(findWrongWays(planted)).toEqual([
      'generator/spec/early.ts imports generator/model/late.ts from a later layer',
      'generator/new/file.ts is in none of the layers',
      'scripts/local/host.ts imports test/support/soak.ts from a later layer',
    ]);
  });

  it('finds circles', () => {
    expect(findCycles(planted)).toEqual([
      ['generator/model/late.ts', 'generator/model/other.ts', 'generator/model/third.mjs'],
      ['generator/render/self.ts'],
    ]);
  });

  it('finds what production imports of tests', () => {
    expect(findImportsOfTests(planted)).toEqual([
      'scripts/deploy.ts imports scripts/testdata/data.json',
      'scripts/local/host.ts imports test/support/soak.ts',
    ]);
  });
});
