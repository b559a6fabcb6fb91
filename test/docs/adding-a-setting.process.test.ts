// The example of a new setting in CONTRIBUTING.md: the project contains its edits, and a project without them differs in
// exactly the files that it lists.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_FILES = 15;
const scratch = mkdtempSync(join(tmpdir(), 'adding-a-setting-'));
const project = join(scratch, 'project');

const [, walk = ''] = /^## Adding a setting\n([\s\S]*?)^## /m.exec(
  readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8'),
) ?? ['', ''];

interface Edit {
  readonly path: string;
  readonly removed: string;
  readonly added: string;
}

/** A code block of language `diff`: the path, then lines with their sign. */
const edits = [...walk.matchAll(/^ {3}```diff\n {3}(.+)\n([\s\S]*?)^ {3}```$/gm)].map(
  ([, path = '', body = '']): Edit => {
    const pick = (sign: string): string =>
      [...body.matchAll(/^ {3}([+-])(.*\n)/gm)].map(([, own, line]) => (own === sign ? line : '')).join('');
    return { path, removed: pick('-'), added: pick('+') };
  },
);

/** The first column of the table. */
const generated = [...walk.matchAll(/^ {3}\| `(.+?)` \|/gm)].map(([, path = '']) => path);

beforeAll(() => {
  for (const path of listSources()) cpSync(join(ROOT, path), join(project, path));
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => name !== '.cache'))
    symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
});

afterAll(() => rmSync(scratch, { recursive: true }));

test(`a new setting changes the files that CONTRIBUTING.md names, and at most ${MAX_FILES}`, async () => {
  expect(edits.map(({ path }) => path)).toHaveLength(3);
  // Everything generated is current: `npm test` compares it.
  const after = readSources();
  for (const edit of edits) takeBack(edit);
  await update();
  const before = readSources();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  expect(changed.sort()).toEqual([...edits.map(({ path }) => path), ...generated].sort());
  // And the changelog.
  expect(changed.length + 1).toBeLessThanOrEqual(MAX_FILES);
});

/** Files under version control, including new ones. */
function listSources(): string[] {
  const options = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', options, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return [...new Set(paths)].filter((path) => path !== '');
}

/** Path -> contents, without packages and zips. */
function readSources(): Map<string, string> {
  const entries = readdirSync(project, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((path) => !/^(node_modules|out\/lambda)\//.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(project, path), 'latin1')]));
}

/** Fails where the project has no such edit. */
function takeBack({ path, removed, added }: Edit): void {
  const file = join(project, path);
  const text = readFileSync(file, 'utf8');
  expect(text, path).toContain(added);
  writeFileSync(file, text.replaceAll(added, removed));
}

async function update(): Promise<void> {
  // Without environment variables of the test run.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST_TOTALS_FILE)/.test(name)),
  );
  await execa('npm', ['run', 'test:update'], { cwd: project, env, extendEnv: false });
}
