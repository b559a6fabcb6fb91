// A bundle of two files that fails: its stack trace names their lines.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundleScript } from './bundle-script.mjs';
import { loadScript } from './code-cache.mjs';
import { mapStack } from './map-stack.mjs';

const project = mkdtempSync(join(tmpdir(), 'map-stack-'));
afterAll(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, 'generator'));
writeFileSync(
  join(project, 'generator/fail.ts'),
  'interface A {}\n\nexport function fail(): A {\n  throw new Error("boom");\n}\n',
);
writeFileSync(
  join(project, 'generator/main.ts'),
  "import { fail } from './fail.ts';\n\nexport const main = () => fail();\n",
);

test.each(['cjs', 'esm'] as const)('a place in a bundle (%s) is one in its sources', async (format) => {
  const { code, map } = await bundleScript({
    projectRoot: project,
    entry: 'generator/main.ts',
    external: [],
    format,
  });
  const path = join(project, `bundle.${format === 'cjs' ? 'cjs' : 'mjs'}`);
  writeFileSync(path, code);
  const exports =
    format === 'cjs' ? loadScript<{ main(): void }>(path).exports : await import(pathToFileURL(path).href);
  const stackOf = (run: () => void): string => {
    try {
      run();
      return '';
    } catch (error) {
      return mapStack((error as Error).stack ?? '', project);
    }
  };
  // Without a map the bundle's own place stays.
  expect(stackOf(exports.main)).toContain(path);
  writeFileSync(`${path}.map`, map);
  const stack = stackOf(exports.main);
  expect(stack).toContain(`${join(project, 'generator/fail.ts')}:4:`);
  expect(stack).toContain(`${join(project, 'generator/main.ts')}:3:`);
});
