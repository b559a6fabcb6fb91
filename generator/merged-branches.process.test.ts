// Two branches that each edit the spec, merged by the real Git: one generation resolves the conflicts in out/.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const ATTRIBUTES = fileURLToPath(new URL('../.gitattributes', import.meta.url));
const SPEC = `project_name: acme-voice

workflow: {}

defaults:
  lambda: { memory_size: 512 }

environments:
  dev: { regions: [us-east-1] }

  prod: { regions: [us-west-2] }
`;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'merge-'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Somebody');
  await git('config', 'user.email', 'somebody@example.com');
  cpSync(ATTRIBUTES, join(folder, '.gitattributes'));
  writeFileSync(join(folder, '.gitignore'), 'out/lambda/\n');
  await commitSpec(SPEC);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...words: string[]) => execa('git', words, { cwd: folder, reject: false });
const generate = (...words: string[]) =>
  execa(process.execPath, [MAIN, 'generate', ...words], { cwd: folder, reject: false });
const listFiles = (path: string) =>
  readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(folder, path), join(entry.parentPath, entry.name)))
    .sort();
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

async function commitSpec(spec: string): Promise<void> {
  writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);
  expect(await generate()).toMatchObject({ exitCode: 0 });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'spec');
}

/** Commits each spec on a branch of its own and merges the two. */
async function mergeSpecs(ours: string, theirs: string): Promise<void> {
  await git('checkout', '--quiet', '-b', 'theirs');
  await commitSpec(theirs);
  await git('checkout', '--quiet', 'main');
  await commitSpec(ours);
  await git('merge', 'theirs');
}

/** The tree is the one that a first generation from the merged spec writes. */
async function expectFreshTree(): Promise<void> {
  expect(await generate('--check')).toMatchObject({ exitCode: 0 });
  await generate('--out', 'fresh');
  for (const path of listFiles('fresh'))
    expect([path, read(`out/${path}`)]).toEqual([path, read(`fresh/${path}`)]);
  expect(listFiles('out')).toEqual(listFiles('fresh'));
}

const DEV = SPEC.replace('dev: { regions: [us-east-1] }', 'dev: { regions: [us-east-1, eu-west-1] }');
const PROD = SPEC.replace(
  'prod: { regions: [us-west-2] }',
  'prod: { regions: [us-west-2], lambda: { timeout: 60 } }',
);
const BOTH = DEV.replace(
  'prod: { regions: [us-west-2] }',
  'prod: { regions: [us-west-2], lambda: { timeout: 60 } }',
);

describe('two branches, each with an edit of the spec', () => {
  test('merge, and one generation completes the merge', async () => {
    await mergeSpecs(DEV, PROD);
    expect(read('sonotheia.config.yaml')).toBe(BOTH);
    // Git may leave the manifest without markers, but it cannot know the hashes of the merged files.
    expect((await generate('--check')).exitCode).toBe(1);
    const { exitCode, stdout, stderr } = await generate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toContain('0 changed');
    await expectFreshTree();
  });

  test('conflict in the spec: refused until it is resolved there, then a generation resolves the rest', async () => {
    const ours = SPEC.replace('memory_size: 512', 'memory_size: 1024');
    const theirs = SPEC.replace('memory_size: 512', 'memory_size: 2048').replace(
      '  prod:',
      '  qa: { regions: [eu-west-1] }\n\n  prod:',
    );
    await mergeSpecs(ours, theirs);
    const left = (await git('diff', '--name-only', '--diff-filter=U')).stdout.split('\n');
    expect(left).toContain('sonotheia.config.yaml');
    expect(left.length).toBeGreaterThan(1);
    expect((await generate()).exitCode).toBe(1);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), theirs.replace('2048', '1536'));
    const { exitCode, stdout, stderr } = await generate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('(its merge conflict is resolved)');
    for (const path of left.filter((name) => name.startsWith('out/')))
      expect(read(path)).not.toMatch(/^[<=>]{7}/m);
    await expectFreshTree();
  });

  test('guards the deployments of both sides', async () => {
    // With the state in S3, another machine may have deployed either branch.
    const shared = SPEC.replace('workflow: {}', 'terraform: { backend: s3, state: { bucket: acme-state } }');
    await mergeSpecs(
      shared.replace('us-west-2', 'us-west-2, eu-central-1'),
      shared.replace('us-west-2', 'us-west-2, eu-west-1'),
    );
    writeFileSync(join(folder, 'sonotheia.config.yaml'), shared);
    const { exitCode } = await generate();
    expect(exitCode).toBe(0);
    expect(Object.keys(JSON.parse(read('out/.sonotheia-stacks.json')).retiring)).toEqual([
      'eu-central-1',
      'eu-west-1',
    ]);
  });
});
