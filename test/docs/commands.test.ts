// Texts name commands in the one form that works everywhere, in a clone and with the npm package: `npx sonotheia <command>`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { listDocumentedCommands } from '../support/documented-commands.ts';
import { runInProcess } from '../support/run-in-process.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['docs', 'generator', 'handlers', 'schema', 'scripts', 'templates', 'test'];
/** They are about `npm run` itself. */
const ABOUT_NPM = /npm-flags/;

/** In the README: only a clone has its dependencies to install, and the script. */
const FOR_CONTRIBUTORS = 'npm ci && npm run generate ';

const commands = Object.values(packageJson.scripts)
  .map((script) => /^node generator\/main\.mjs ([a-z-]+)$/.exec(script)?.[1])
  .filter((name) => name !== undefined);

const files = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|mjs|md|hbs|json|yaml)$/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(PROJECT_ROOT.length + 1))
      .filter((path) => !path.includes('node_modules') && !ABOUT_NPM.test(path)),
  ),
].map((path) => ({ path, text: readFileSync(join(PROJECT_ROOT, path), 'utf8') }));

test('no text names a command as a script of npm', () => {
  expect(commands.length).toBeGreaterThan(15);
  const asScript = new RegExp(`npm run (?:-s )?(?:${commands.join('|')})(?![\\w:-])`);
  const others = files.filter(({ text }) => asScript.test(text.replace(FOR_CONTRIBUTORS, '')));
  expect(others.map(({ path }) => path)).toEqual([]);
});

test('every named command exists', () => {
  const named = files.flatMap(({ path, text }) =>
    [...text.matchAll(/npx sonotheia ([a-z][a-z-]*)/g)].map(([, name]) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(200);
  expect(named.filter(({ name }) => ![...commands, 'help'].includes(name ?? ''))).toEqual([]);
});

test('every option that a text gives to a command is in its help, and the lists of a help are not broken', async () => {
  const helps = new Map<string, string>();
  for (const name of commands) helps.set(name, (await runInProcess(PROJECT_ROOT, [name, '--help'])).stdout);
  const given = files.flatMap(({ path, text }) =>
    [...text.matchAll(/npx sonotheia ([a-z][a-z-]*)((?: +(?!#)[^\s`|;&,)]+)*)/g)].flatMap(
      ([, name = '', words = '']) =>
        [...words.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => ({ path, name, option })),
    ),
  );
  expect(given.length).toBeGreaterThan(200);
  const isKnown = (name: string, option: string) =>
    helps.get(name)?.match(new RegExp(`^  (?:-h, )?${option} `, 'm'));
  expect(given.filter(({ name, option }) => !isKnown(name, option))).toEqual([]);
  expect([...helps].filter(([, help]) => /^ .*\n\S/m.test(help))).toEqual([]);
});

test('generated files, whose readers may not have the package, say whose documents they name', () => {
  const generated = ['out', '.github/sonotheia', '.github/workflows'].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:tf|mjs|yml|md|tfvars|hcl)$/.test(entry.name))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  );
  const named = generated.flatMap(
    (text) => text.match(/docs\/[a-z-]+\.md(?:#[a-z-]+)?(?: of sonotheia-terraform)?/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((page) => !page.endsWith(' of sonotheia-terraform'))).toEqual([]);
});

test("the README's commands are those of the tutorial, each of which a test runs, or the checks of this project", () => {
  const tutorial = listDocumentedCommands('docs/getting-started.md').map(({ command }) => command);
  const readme = listDocumentedCommands('README.md');
  expect(readme.length).toBeGreaterThan(8);
  const others = readme.filter(({ command }) => !tutorial.includes(command));
  expect(others).toEqual(readme.filter(({ section }) => section === 'Contribute'));
});

test('the mistake of the tutorial is reported as the page shows it', async () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/getting-started.md'), 'utf8');
  const [, shown = ''] = /^```text\n(sonotheia\.config\.yaml:.*?)\n```$/ms.exec(page) ?? [];
  const [, init = ''] = /^npx sonotheia (init .+)$/m.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
  await runInProcess(folder, init.split(' '));
  const spec = join(folder, 'sonotheia.config.yaml');
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('[us-east-1]', '[us-esat-1]'));
  const { stderr } = await runInProcess(folder, ['validate']);
  rmSync(folder, { recursive: true });
  expect(shown).toContain('us-esat-1');
  expect(stderr).toContain(shown);
});
