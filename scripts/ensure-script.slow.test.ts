// A project of its own, with a script of two files: what is kept of it, and when it is made anew.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..');
const project = mkdtempSync(join(tmpdir(), 'ensure-script-'));
const cache = join(project, 'node_modules', '.cache', 'sonotheia-terraform');
const LONG_AGO = new Date(1e12);

afterAll(() => rmSync(project, { recursive: true }));

/** Older than any run, as in a checkout that has been there for a while. */
function save(path: string, text: string): void {
  writeFileSync(join(project, path), text);
  utimesSync(join(project, path), LONG_AGO, LONG_AGO);
}

const run = (): string =>
  execFileSync(process.execPath, ['scripts/run.mjs', 'scripts/greet.ts', 'you'], {
    cwd: project,
    encoding: 'utf8',
  });

const listKept = () => readdirSync(cache).filter((name) => /^script-greet-.*\.mjs$/.test(name));

/** Whether the next run takes the kept file. */
function isKept(): boolean {
  const [name = ''] = listKept();
  appendFileSync(join(cache, name), '\nconsole.log("kept");');
  return run().endsWith('kept\n');
}

beforeAll(async () => {
  const folders = ['generator', 'schema', 'templates'];
  for (const path of [...folders, 'scripts/run.mjs', 'scripts/ensure-script.mjs', 'package-lock.json']) {
    cpSync(join(repository, path), join(project, path), {
      recursive: true,
      filter: (file) => !/testdata|\.test\.ts$/.test(file),
    });
  }
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(repository, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(join(repository, 'node_modules', name), join(project, 'node_modules', name));
  save('scripts/words.ts', `export const hello: string = 'hello';\n`);
  save(
    'scripts/greet.ts',
    `import { hello } from './words.ts';\nconsole.log(hello, process.argv[2], import.meta.dirname.endsWith('scripts'));\n`,
  );
  // What was copied is new.
  await new Promise((resolve) => setTimeout(resolve, 150));
});

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  expect(run()).toBe('hello you true\n');
  expect(listKept()).toHaveLength(1);
});

test('an unchanged script is not bundled again', () => {
  expect(isKept()).toBe(true);
});

test.each([
  ['a file that it imports', 'scripts/words.ts', `export const hello = 'good morning';\n`, 'good morning'],
  ['the script', 'scripts/greet.ts', `console.log('good', process.argv[2]);\n`, 'good'],
])('%s has changed: it is made anew, and the old one goes', (_, path, text, greeting) => {
  const before = readFileSync(join(project, path), 'utf8');
  const [old] = listKept();
  save(path, text);
  expect(run()).toMatch(new RegExp(`^${greeting} you`));
  expect(listKept()).toHaveLength(1);
  expect(listKept()).not.toContain(old);
  save(path, before);
});

test('a template, which is compiled ahead, has changed: it is made anew', () => {
  const path = 'templates/versions.tf.hbs';
  const before = readFileSync(join(project, path), 'utf8');
  save(path, `${before}\n`);
  expect(isKept()).toBe(false);
  save(path, before);
});

test('what was saved while it was bundled may be older than the code: it is not relied upon', () => {
  const text = readFileSync(join(project, 'scripts/words.ts'), 'utf8');
  rmSync(cache, { recursive: true, force: true });
  const soon = new Date(Date.now() + 60_000);
  writeFileSync(join(project, 'scripts/words.ts'), text);
  utimesSync(join(project, 'scripts/words.ts'), soon, soon);
  run();
  expect(isKept()).toBe(false);
  save('scripts/words.ts', text);
});

test.each(['{', 'null', '{"inputs":1}'])('a damaged memory (%s) is none', (text) => {
  writeFileSync(join(cache, 'script-greet.json'), text);
  expect(isKept()).toBe(false);
});
