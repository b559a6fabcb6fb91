// The npm packages: each is used and documented, runs no install script, and has a licence that allows to distribute the
// bundles.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findImportedPackages } from './imports.ts';
import { isAllowed } from './licenses.ts';
import { readDirectDependencies, readLockedPackages, readManifest } from './lock-file.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const WORKFLOWS = '.github/workflows';
const direct = readDirectDependencies();
const locked = readLockedPackages();
/** Stryker has a separate lock file: see docs/testing.md. */
const forMutants = readLockedPackages('test/mutation');

/** Packages that no file imports by name (commands and types), and their users. */
const USED_OTHERWISE: Readonly<Record<string, string>> = {
  '@biomejs/biome': '"lint": "biome ci"',
  '@types/aws-lambda': "from 'aws-lambda'",
  '@types/node': '"node"',
  typescript: '"typecheck": "tsc ',
  'yaml-language-server-1.18': "'yaml-language-server-1.18'",
  'yaml-language-server-1.25': "'yaml-language-server-1.25'",
  'yaml-language-server-2.0': "'yaml-language-server-2.0'",
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

test('every dependency is pinned to one version, and the lock file has the same', () => {
  for (const [name, version] of direct) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(locked.get(`node_modules/${name}`)?.version, name).toBe(version);
  }
});

test('the npm package installs no other package', () => {
  const { dependencies, optionalDependencies, peerDependencies } = readManifest('.');
  expect({ ...dependencies, ...optionalDependencies, ...peerDependencies }).toEqual({});
});

test('the lock file has the hash of every package and no download address', () => {
  expect(locked.size).toBeGreaterThan(100);
  expect(forMutants.size).toBeGreaterThan(100);
  for (const [path, entry] of [...locked, ...forMutants]) {
    expect(entry.integrity, path).toMatch(/^sha512-/);
    expect(entry.resolved, path).toBeUndefined();
  }
});

test('no package needs its install script', () => {
  // Not a setting in .npmrc: it would also turn off `prepack`, and `npm pack` would leave out dist/.
  const installers = [
    '.ci/run',
    ...readdirSync(join(PROJECT_ROOT, WORKFLOWS)).map((name) => join(WORKFLOWS, name)),
  ];
  const installs = installers.flatMap((file) =>
    [...readFileSync(join(PROJECT_ROOT, file), 'utf8').matchAll(/\bnpm (?:ci|i|install)\b.*/g)].map(
      ([line]) => line,
    ),
  );
  // The generated workflow installs with scripts/workflow/install.mjs, which has its own test.
  expect(installs.length).toBeGreaterThan(1);
  expect(installs.filter((line) => !/^npm ci --ignore-scripts\b/.test(line))).toEqual([]);
  const withScript = [...locked, ...forMutants].filter(
    ([, { hasInstallScript }]) => hasInstallScript === true,
  );
  // esbuild's script checks its command and makes it start faster. fsevents is prebuilt and only for macOS.
  expect(withScript.map(([path]) => nameOf(path)).filter((name) => name !== 'fsevents')).toEqual(['esbuild']);
});

test('every licence is on the list', () => {
  const refused = [...locked, ...forMutants]
    .map(([path, { license }]) => ({ name: nameOf(path), license }))
    .filter(({ name, license }) => !isAllowed(name, license));
  expect(refused).toEqual([]);
});

test('every dependency is imported, and every imported package is a dependency', async () => {
  const imported = await findImportedPackages();
  const unused = [...direct.keys()].filter((name) => !imported.has(name) && !(name in USED_OTHERWISE));
  expect(unused).toEqual([]);
  const undeclared = [...imported].filter(([name]) => !direct.has(name) && !direct.has(`@types/${name}`));
  expect(undeclared).toEqual([]);
});

test('packages that are not imported are used elsewhere', () => {
  const files = [
    'package.json',
    'tsconfig.json',
    'handlers/webhook_handler/index.ts',
    'test/editors/editors.process.test.ts',
  ];
  const text = files.map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8')).join('\n');
  for (const [name, needle] of Object.entries(USED_OTHERWISE)) expect(text, name).toContain(needle);
});

test('docs/dependencies.md explains exactly the dependencies', () => {
  const text = readFileSync(join(PROJECT_ROOT, 'docs', 'dependencies.md'), 'utf8');
  const explained = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect([...explained].sort()).toEqual([...direct.keys()].sort());
});
