import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HEADER, useScratchFolders } from '../../test/support/written-tree.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { describePlan } from './change-plan.ts';
import { LOCK_FOLDER, MANIFEST_PATH, STAGING_FOLDER } from './output-path.ts';
import { checkTrees, compareTrees, locateTrees, type Trees, writeTrees } from './workflow-tree.ts';

const makeFolder = useScratchFolders();
let folder = '';

beforeEach(() => {
  folder = makeFolder();
});

const file = (path: string, text = ''): GeneratedFile => ({ path, contents: Buffer.from(HEADER + text) });
const FILES = [file('main.tf')];
const WORKFLOW = [file('workflows/terraform.yml')];
const FROM_OUT = '../.github/workflows/terraform.yml';

function locate(workflowFiles: readonly GeneratedFile[] = WORKFLOW, out = 'out'): Trees {
  const names = { config: join(folder, 'sonotheia.config.yaml'), out: join(folder, out) };
  return locateTrees({ files: FILES, workflowFiles, extraFiles: [] }, names);
}

function write(trees: Trees): string[] {
  const written = writeTrees(trees);
  return written.ok ? describePlan(written.value) : written.diagnostics.map(({ code }) => code);
}

function listFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const ALL = [
  `.github/${MANIFEST_PATH}`,
  '.github/workflows/terraform.yml',
  `out/${MANIFEST_PATH}`,
  'out/main.tf',
];

describe('the workflow’s tree', () => {
  it('is beside the spec for the deployed folder, and unchanged for any other', () => {
    expect(locate()).toEqual({
      files: FILES,
      workflowFiles: WORKFLOW,
      extraFiles: [],
      outDir: join(folder, 'out'),
      workflowDir: join(folder, '.github'),
    });
    expect(locate(WORKFLOW, 'trial').workflowDir).toBeUndefined();
    expect(locate(WORKFLOW, 'deep/out').workflowDir).toBeUndefined();
  });

  it('without a workflow, is read only if an earlier run wrote it', () => {
    expect(locate([]).workflowDir).toBeUndefined();
    mkdirSync(join(folder, '.github', 'workflows'), { recursive: true });
    expect(locate([]).workflowDir).toBeUndefined();
    mkdirSync(join(folder, '.github', STAGING_FOLDER));
    expect(locate([]).workflowDir).toBe(join(folder, '.github'));
    rmSync(join(folder, '.github', STAGING_FOLDER), { recursive: true });
    writeFileSync(join(folder, '.github', MANIFEST_PATH), '{"sha256":{}}');
    expect(locate([]).workflowDir).toBe(join(folder, '.github'));
  });

  it('is written with the other, compared with it, and checked with it', () => {
    expect(describePlan(compareTrees(locate()))).toEqual([
      'created main.tf',
      `created ${FROM_OUT}`,
      '2 created, 0 changed, 0 deleted, 0 same',
    ]);
    expect(checkTrees(locate())).toMatchObject({
      isStale: true,
      differences: [
        { path: 'main.tf', kind: 'missing' },
        { path: MANIFEST_PATH, kind: 'different' },
        { path: FROM_OUT, kind: 'missing' },
        { path: `../.github/${MANIFEST_PATH}`, kind: 'different' },
      ],
    });
    expect(listFiles()).toEqual([]);
    expect(write(locate())).toEqual([
      'created main.tf',
      `created ${FROM_OUT}`,
      '2 created, 0 changed, 0 deleted, 0 same',
    ]);
    expect(listFiles()).toEqual(ALL);
    expect(checkTrees(locate())).toMatchObject({ isStale: false, differences: [] });
    expect(compareTrees(locate()).same).toEqual(['main.tf', FROM_OUT]);
    expect(compareTrees(locate()).files.map(({ path }) => path)).toEqual(['main.tf', FROM_OUT]);
  });

  it('changes and is deleted separately, and either tree alone makes a checkout stale', () => {
    write(locate());
    const changed = locate([file('workflows/terraform.yml', 'x')]);
    expect(checkTrees(changed).isStale).toBe(true);
    expect(write(changed)).toEqual([`changed ${FROM_OUT}`, '0 created, 1 changed, 0 deleted, 1 same']);
    const without = locate([]);
    expect(checkTrees(without).isStale).toBe(true);
    expect(write(without)).toEqual([`deleted ${FROM_OUT}`, '0 created, 0 changed, 1 deleted, 1 same']);
    expect(existsSync(join(folder, '.github'))).toBe(false);
    rmSync(join(folder, 'out', 'main.tf'));
    write(locate());
    rmSync(join(folder, 'out', 'main.tf'));
    expect(checkTrees(locate())).toMatchObject({ isStale: true, differences: [{ path: 'main.tf' }] });
  });

  it('is unchanged by a run for another folder', () => {
    write(locate());
    expect(write(locate(WORKFLOW, 'trial'))).toEqual([
      'created main.tf',
      '1 created, 0 changed, 0 deleted, 0 same',
    ]);
    const trial = locate([], 'trial');
    expect(compareTrees(trial).same).toEqual(['main.tf']);
    expect(checkTrees(trial)).toMatchObject({ isStale: false });
    expect(listFiles()).toEqual([...ALL, `trial/${MANIFEST_PATH}`, 'trial/main.tf']);
  });

  it.each(['out/main.tf', '.github/workflows/terraform.yml'])(
    'is not written, and neither is the other, when %s is somebody else’s',
    (path) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), 'mine');
      expect(write(locate())).toEqual(['SONO501']);
      expect(listFiles()).toEqual([path]);
      expect(compareTrees(locate()).conflicts).toHaveLength(1);
      expect(checkTrees(locate())).toMatchObject({ isStale: true, conflicts: [{ code: 'SONO501' }] });
    },
  );

  it.each([
    ['out', ['.github', 'out']],
    ['.github', ['.github', 'out', 'out/.sonotheia-manifest.json', 'out/main.tf']],
  ])('fails when %s is locked, and starts only after the other is done', (locked, left) => {
    const lock = join(folder, locked, LOCK_FOLDER);
    mkdirSync(join(folder, '.github'));
    mkdirSync(lock, { recursive: true });
    writeFileSync(
      join(lock, 'owner.json'),
      JSON.stringify({ pid: process.pid, host: hostname(), startedAt: '' }),
    );
    mkdirSync(join(folder, 'out'), { recursive: true });
    const real = Date.now;
    let calls = 0;
    // Each reading of the clock is two seconds later, so that the wait for the lock ends at once.
    vi.spyOn(Date, 'now').mockImplementation(() => {
      calls += 1;
      return real() + calls * 2000;
    });
    expect(write(locate())).toEqual(['SONO508']);
    vi.restoreAllMocks();
    rmSync(lock, { recursive: true });
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(entries.sort()).toEqual(left);
  });

  it('passes on the warnings of both', () => {
    write(locate([...WORKFLOW, file('workflows/old.yml')]));
    writeFileSync(join(folder, '.github/workflows/old.yml'), 'mine');
    expect(compareTrees(locate()).warnings.map(({ code }) => code)).toEqual(['SONO509']);
    expect(checkTrees(locate()).warnings).toHaveLength(1);
    const written = writeTrees(locate());
    expect(written.ok && written.warnings.map(({ code }) => code)).toEqual(['SONO509']);
  });

  it('reports an interrupted write in either', () => {
    for (const tree of ['out', '.github']) {
      write(locate());
      mkdirSync(join(folder, tree, STAGING_FOLDER));
      expect(compareTrees(locate()).interrupted).toBe(true);
      expect(checkTrees(locate()).isStale).toBe(true);
    }
    write(locate());
    expect(compareTrees(locate()).interrupted).toBe(false);
  });
});
