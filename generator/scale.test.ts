// A tree grows by a file for each environment and a block for each region, not with their product.
import { expect, test } from 'vitest';
import { BENCH_REGIONS, describeBenchSpec } from '../test/bench/spec.ts';
import { compileSpec } from './compile-spec.ts';
import { buildModel } from './model/build-model.ts';
import { renderTree } from './render/render-tree.ts';

/** The text of each file of a tree with `environments` environments in `regions` regions each. */
function render(environments: number, regions: number): Map<string, string> {
  const lists = Array.from({ length: environments }, () => BENCH_REGIONS.slice(0, regions));
  const spec = compileSpec('spec.yaml', new TextEncoder().encode(describeBenchSpec(lists)));
  if (!spec.ok) throw new Error(JSON.stringify(spec.diagnostics));
  const decoder = new TextDecoder();
  return new Map(
    renderTree(buildModel(spec.value)).map(({ path, contents }) => [path, decoder.decode(contents)]),
  );
}

function countLines(files: ReadonlyMap<string, string>, matches: (path: string) => boolean): number {
  const texts = [...files].filter(([path]) => matches(path)).map(([, text]) => text);
  return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}

/** HCL that all environments share. The record of the stacks and the README list them all. */
const isShared = (path: string): boolean => /\.(?:tf|tftest\.hcl)$/.test(path);

test('the shared HCL has the same lines for 2 environments and for 20', () => {
  const two = render(2, 4);
  const twenty = render(20, 4);
  expect(twenty.get('main.tf')).toBe(two.get('main.tf'));
  expect(twenty.get('providers.tf')).toBe(two.get('providers.tf'));
  expect(countLines(twenty, isShared)).toBe(countLines(two, isShared));
});

test('one more environment adds only its values', () => {
  const two = render(2, 4);
  const twenty = render(20, 4);
  expect([...twenty.keys()].filter((path) => !two.has(path)).sort()).toEqual(
    Array.from({ length: 18 }, (_, index) => `env${index + 2}.tfvars`).sort(),
  );
  for (const [path, text] of twenty)
    if (path.endsWith('.tfvars')) expect(text.split('\n').length, path).toBeLessThan(25);
});

test('one more region adds a module block, two providers (one is a mock) and a line of the outputs', () => {
  const linesByRegions = [2, 3, 4, 10].map((regions) => countLines(render(3, regions), isShared));
  const [two = 0, three = 0, four = 0, ten = 0] = linesByRegions;
  expect(four - three).toBe(three - two);
  expect(ten - two).toBe(8 * (three - two));
  expect(three - two).toBeLessThan(50);
  expect(
    render(3, 10)
      .get('main.tf')
      ?.match(/^module "/gm),
  ).toHaveLength(10);
});
