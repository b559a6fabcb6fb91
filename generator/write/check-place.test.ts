// Files that are where GitHub or the editor does not look.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findIgnoredWorkflow, findMissingSchema } from './check-place.ts';

const root = mkdtempSync(join(tmpdir(), 'places-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = { file: 'sonotheia.config.yaml', line: 1, column: 1 };
const own = join(root, 'own');
const inner = join(root, 'mono', 'packages', 'infra');
const schema = join('node_modules', 'sonotheia-terraform', 'schema');
for (const folder of [join(root, 'mono', '.git'), inner, join(own, schema)])
  mkdirSync(folder, { recursive: true });
// As in a worktree.
writeFileSync(join(own, '.git'), 'gitdir: elsewhere\n');
writeFileSync(join(own, schema, 'sonotheia.config.schema.json'), '{}');

function place(workingDir: string, outDir = 'out') {
  return { specFile: 'sonotheia.config.yaml', outDir, workingDir, projectRoot: join(workingDir, 'absent') };
}

test('GitHub ignores the workflow of a subfolder, at any depth', () => {
  expect(findIgnoredWorkflow(place(inner), at)).toMatchObject([
    {
      code: 'SONO626',
      what: 'GitHub ignores packages/infra/.github/workflows/terraform.yml: packages/infra is not the root of the repository',
    },
  ]);
});

test('it reads the one in the root; a trial writes none', () => {
  expect(findIgnoredWorkflow(place(own), at)).toEqual([]);
  expect(findIgnoredWorkflow(place(inner, 'trial'), at)).toEqual([]);
});

test('the comment is right, but the package is not installed: the fix installs it, with the package manager of the project', () => {
  const bare = join(root, 'bare');
  mkdirSync(bare);
  const text = `# yaml-language-server: $schema=./${schema}/sonotheia.config.schema.json\n`;
  const find = (): string | undefined => findMissingSchema(place(bare), Buffer.from(text))[0]?.fix;
  expect(find()).toMatch(/^`npm install` writes it; .*`npx sonotheia schema > sonotheia.schema.json`/);
  writeFileSync(join(bare, 'pnpm-lock.yaml'), '');
  expect(find()).toMatch(/^`pnpm install` writes it/);
});

test('the schema of a clone is not there: the fix names the one of the package', () => {
  const text =
    'project_name: acme\n\n# yaml-language-server: $schema=./schema/sonotheia.config.schema.json\n';
  const [problem, ...others] = findMissingSchema(place(own), Buffer.from(text));
  expect(others).toEqual([]);
  expect(problem?.location).toEqual({ ...at, line: 3, column: 33, endLine: 3, endColumn: 70 });
  const [comment = ''] = /# yaml-language[^`]*/.exec(problem?.fix ?? '') ?? [];
  expect(comment).toContain('$schema=./node_modules/sonotheia-terraform/schema/');
  expect(findMissingSchema(place(own), Buffer.from(`${comment}\n`))).toEqual([]);
});

test.each([
  '# yaml-language-server: $schema=https://example.com/schema.json\n',
  '# $schema=./absent.json\nproject_name: acme\n',
  '',
])('another schema is not checked: %j', (text) => {
  expect(findMissingSchema(place(own), Buffer.from(text))).toEqual([]);
});
