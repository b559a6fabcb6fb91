import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  HEADER,
  place as placeIn,
  snapshot,
  tree,
  useScratchFolders,
} from '../../test/support/written-tree.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { formatDiagnostics } from '../report/format-diagnostics.ts';
import { describePlan } from './change-plan.ts';
import { checkTree } from './check-tree.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { MANIFEST_PATH } from './output-path.ts';
import { writeTree } from './write-tree.ts';

const makeFolder = useScratchFolders();
let scratch = '';
let outDir = '';

beforeEach(() => {
  scratch = makeFolder();
  outDir = join(scratch, 'out');
});

const place = (path: string, text: string): void => placeIn(outDir, path, text);

function write(files: readonly GeneratedFile[], fileSystem: FileSystem = nodeFileSystem): string[] {
  const result = writeTree(compareTree(files, outDir, fileSystem), outDir, fileSystem);
  const problems = result.ok ? result.warnings : result.diagnostics;
  const lines = problems.map((problem) =>
    formatDiagnostics([problem], { format: 'text', colour: false, readSource: () => undefined })
      .trimEnd()
      .replaceAll(outDir, 'out'),
  );
  return result.ok ? [...lines, ...describePlan(result.value)] : lines;
}

const first = tree({ 'main.tf': 'a', 'modules/sonotheia/s3.tf': 'b', 'lambda/webhook_handler.zip': 'zip-1' });
const second = tree({
  'main.tf': 'A',
  'modules/sonotheia/sns.tf': 'c',
  'lambda/webhook_handler.zip': 'zip-2',
});

describe('writeTree', () => {
  it('creates, changes, deletes, and leaves the rest untouched', () => {
    expect(write(first)).toEqual([
      'created lambda/webhook_handler.zip',
      'created main.tf',
      'created modules/sonotheia/s3.tf',
      '3 created, 0 changed, 0 deleted, 0 same',
    ]);
    const before = statSync(join(outDir, 'main.tf'), { bigint: true });
    expect(write([...second.slice(1), ...first.slice(0, 1)])).toEqual([
      'created modules/sonotheia/sns.tf',
      'changed lambda/webhook_handler.zip',
      'deleted modules/sonotheia/s3.tf',
      '1 created, 1 changed, 1 deleted, 1 same',
    ]);
    const after = statSync(join(outDir, 'main.tf'), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(Object.keys(snapshot(outDir)).sort()).toEqual([
      MANIFEST_PATH,
      'lambda/webhook_handler.zip',
      'main.tf',
      'modules/sonotheia/sns.tf',
    ]);
  });

  it('touches nothing when nothing changed, not even the folder', () => {
    write(first);
    const before = statSync(outDir, { bigint: true }).mtimeNs;
    expect(write(first)).toEqual(['0 created, 0 changed, 0 deleted, 3 same']);
    expect(statSync(outDir, { bigint: true }).mtimeNs).toBe(before);
  });

  it('writes a manifest of paths and hashes alone', () => {
    write(tree({ 'b.tf': '', 'a.zip': '' }));
    expect(readFileSync(join(outDir, MANIFEST_PATH), 'utf8')).toBe(`{
  "generator": "sonotheia-terraform",
  "sha256": {
    "a.zip": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "b.tf": "${createHash('sha256').update(HEADER).digest('hex')}"
  }
}
`);
  });

  it('removes folders that a deletion leaves empty, and no others', () => {
    write(tree({ 'a/b/x.tf': '', 'c/y.tf': '' }));
    place('c/mine.txt', 'mine');
    write(tree({ 'z.tf': '' }));
    expect(readdirSync(outDir).sort()).toEqual([MANIFEST_PATH, 'c', 'z.tf']);
  });

  it('overwrites an edited generated file, and reports it', () => {
    write(first);
    place('main.tf', 'edited');
    expect(write(second)).toContain('changed main.tf (had local edits)');
  });

  it('keeps an edited stale file, and warns', () => {
    write(first);
    place('modules/sonotheia/s3.tf', 'edited');
    expect(write(second)[0]).toBe(
      'out/modules/sonotheia/s3.tf:1:1: warning SONO509: no longer generated, but kept: it was edited by hand\n' +
        '  hint: Delete it yourself when you no longer need it.',
    );
    expect(snapshot(outDir)['modules/sonotheia/s3.tf']).toBe('edited');
  });

  it("does not change foreign files and Terraform's", () => {
    const foreign = {
      '.terraform/modules/modules.json': '{}',
      '.terraform.lock.hcl': 'lock',
      'terraform.tfstate': 'state',
      'terraform.tfstate.d/prod/terraform.tfstate': 'state',
      'override.tf': 'mine',
      'modules/sonotheia/notes.md': 'mine',
    };
    for (const [path, text] of Object.entries(foreign)) place(path, text);
    write(first);
    write(second);
    write(tree({ 'other.tf': '' }));
    expect(snapshot(outDir)).toMatchObject(foreign);
  });

  it.each([
    ['a foreign file', () => place('main.tf', 'mine'), 'out/main.tf:1:1: error SONO501'],
    [
      'a foreign zip',
      () => place('lambda/webhook_handler.zip', 'mine'),
      'out/lambda/webhook_handler.zip:1:1: error SONO501',
    ],
    [
      'a damaged manifest',
      () => place(MANIFEST_PATH, '<<<<<<< HEAD'),
      `out/${MANIFEST_PATH}:1:1: error SONO504`,
    ],
  ])('refuses %s and writes nothing', (_, arrange, expected) => {
    arrange();
    const before = snapshot(outDir);
    const problems = write(first);
    expect(problems.map((problem) => problem.slice(0, expected.length))).toContain(expected);
    expect(snapshot(outDir)).toEqual(before);
  });

  it.each([['main.tf'], ['modules'], ['modules/sonotheia'], [MANIFEST_PATH]])(
    'refuses to write through the link %s',
    (path) => {
      const elsewhere = join(scratch, 'elsewhere');
      mkdirSync(elsewhere);
      writeFileSync(join(elsewhere, 'x'), 'precious');
      mkdirSync(join(outDir, path, '..'), { recursive: true });
      symlinkSync(
        path.endsWith('.tf') || path === MANIFEST_PATH ? join(elsewhere, 'x') : elsewhere,
        join(outDir, path),
      );
      expect(write(first)[0]).toMatch(/error SONO50[34]/);
      expect(snapshot(elsewhere)).toEqual({ x: 'precious' });
    },
  );

  it('refuses an output directory that is a link', () => {
    const elsewhere = join(scratch, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, outDir);
    expect(write(first)[0]).toContain('error SONO503');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('deletes nothing outside the tree, even if the manifest lists it', () => {
    write(first);
    const victim = join(scratch, 'victim');
    writeFileSync(victim, '');
    const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    place('terraform.tfstate', '');
    const sha256 = { '../victim': hash, [victim]: hash, 'terraform.tfstate': hash };
    place(MANIFEST_PATH, JSON.stringify({ sha256 }));
    expect(write(first).filter((line) => line.includes('SONO509'))).toHaveLength(3);
    expect(readdirSync(scratch)).toContain('victim');
    expect(readdirSync(outDir)).toContain('terraform.tfstate');
  });
});

describe('checkTree', () => {
  it('accepts a written tree and writes nothing', () => {
    write(first);
    const before = snapshot(outDir);
    expect(checkTree(first, outDir)).toMatchObject({ isStale: false, differences: [], notBuiltHere: [] });
    expect(checkTree(second, outDir).differences).toEqual([
      { path: 'modules/sonotheia/sns.tf', kind: 'missing' },
      { path: 'lambda/webhook_handler.zip', kind: 'different' },
      { path: 'main.tf', kind: 'different' },
      { path: 'modules/sonotheia/s3.tf', kind: 'stale' },
      { path: MANIFEST_PATH, kind: 'different' },
    ]);
    expect(snapshot(outDir)).toEqual(before);
  });
});

describe('writing at all', () => {
  const failing = (code: string): FileSystem => ({
    ...nodeFileSystem,
    makeFolder: () => {
      throw Object.assign(new Error(code), { code });
    },
  });

  it.each([
    ['ENOSPC', 'Make room on the disk and run again.'],
    ['EDQUOT', 'Make room on the disk and run again.'],
    ['EACCES', 'Make the directory writable and run again.'],
    ['EPERM', 'Make the directory writable and run again.'],
    ['EROFS', 'Make the directory writable and run again.'],
    ['EIO', 'Check the disk and run again.'],
  ])('has a fix after %s', (code, remedy) => {
    expect(write(first, failing(code))).toEqual([
      `out:1:1: error SONO507: cannot be written (${code}): nothing was changed\n  hint: ${remedy}`,
    ]);
  });

  it('reports a tree that is left incomplete', () => {
    write(first);
    const rename = (from: string, to: string): void => {
      if (!to.endsWith('.json') || to.endsWith('manifest.json')) {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
      if (to.endsWith('backward.json')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      nodeFileSystem.rename(from, to);
    };
    expect(write(second, { ...nodeFileSystem, rename })[0]).toContain(
      'cannot be written (EIO): the next run finishes or undoes this one',
    );
    write(second);
    expect(Object.keys(snapshot(outDir))).toEqual(expect.arrayContaining(['modules/sonotheia/sns.tf']));
    expect(checkTree(second, outDir).isStale).toBe(false);
  });

  it('is refused while another run writes', () => {
    const owner = { pid: process.pid, host: hostname(), startedAt: '' };
    place('.sonotheia-lock/owner.json', JSON.stringify(owner));
    const real = Date.now;
    let calls = 0;
    // Each reading of the clock is two seconds later.
    vi.spyOn(Date, 'now').mockImplementation(() => {
      calls += 1;
      return real() + calls * 2000;
    });
    expect(write(first)).toEqual([
      `out:1:1: error SONO508: another run is writing it\n  hint: If none is running, delete out/.sonotheia-lock.`,
    ]);
    vi.restoreAllMocks();
    expect(calls).toBeGreaterThan(8);
    expect(Object.keys(snapshot(outDir))).toEqual(['.sonotheia-lock/owner.json']);
  });

  it('removes the lock of a run that died after its last write', () => {
    write(first);
    place(
      '.sonotheia-lock/owner.json',
      JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), startedAt: '' }),
    );
    expect(write(first)).toEqual(['0 created, 0 changed, 0 deleted, 3 same']);
    expect(readdirSync(outDir)).not.toContain('.sonotheia-lock');
  });

  it('takes no lock without a change', () => {
    write(first);
    expect(write(first, failing('EIO'))).toEqual(['0 created, 0 changed, 0 deleted, 3 same']);
  });

  it('creates the parent folders, also if another run does, and leaves none for an empty tree', () => {
    const parent = join(outDir, 'a');
    outDir = join(parent, 'b', 'out');
    const makeFolder = (path: string): void => {
      if (path === parent) mkdirSync(path, { recursive: true });
      nodeFileSystem.makeFolder(path);
    };
    mkdirSync(join(parent, '..'));
    expect(write([], { ...nodeFileSystem, makeFolder })).toEqual(['0 created, 0 changed, 0 deleted, 0 same']);
    expect(write(first, { ...nodeFileSystem, makeFolder })).toContain('created main.tf');
    expect(write([])).toContain('deleted main.tf');
    expect(readdirSync(join(parent, 'b'))).toEqual([]);
  });

  it('keeps a folder with foreign files when the tree is deleted', () => {
    write(first);
    place('mine.txt', 'mine');
    write([]);
    expect(snapshot(outDir)).toEqual({ 'mine.txt': 'mine' });
  });

  it('compares again under the lock: another run may have written', () => {
    const plan = compareTree(first, outDir);
    place('main.tf', 'mine');
    const result = writeTree(plan, outDir);
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(['SONO501']);
    expect(Object.keys(snapshot(outDir))).toEqual(['main.tf']);
    rmSync(join(outDir, 'main.tf'));
    write(first);
    const late = writeTree(plan, outDir);
    expect(late.ok && describePlan(late.value)).toEqual(['0 created, 0 changed, 0 deleted, 3 same']);
  });

  it('refuses a plan with conflicts, and does not hide bugs', () => {
    place('main.tf', 'mine');
    const plan = compareTree(first, outDir);
    expect(writeTree(plan, outDir)).toEqual({ ok: false, diagnostics: plan.conflicts });
    rmSync(join(outDir, 'main.tf'));
    const bug = (): never => {
      throw new TypeError('a bug');
    };
    const writeWith = (broken: Partial<FileSystem>): unknown =>
      writeTree(compareTree(first, outDir), outDir, { ...nodeFileSystem, ...broken });
    expect(() => writeWith({ create: bug })).toThrow('a bug');
    expect(() => writeWith({ removeFolder: bug })).toThrow('a bug');
  });

  it('succeeds even if the lock cannot be removed', () => {
    const removeFolder = (path: string): void => {
      if (path.endsWith('-lock')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      nodeFileSystem.removeFolder(path);
    };
    expect(write(first, { ...nodeFileSystem, removeFolder })).toContain('created main.tf');
    expect(snapshot(outDir)).toHaveProperty(['main.tf']);
  });
});
