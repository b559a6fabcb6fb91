import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { place as placeIn, tree, useScratchFolders } from '../../test/support/written-tree.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { TreeTransaction } from './journal.ts';
import { hashContents } from './manifest.ts';
import { MANIFEST_PATH } from './output-path.ts';

const makeFolder = useScratchFolders();
const STAGING = '.sonotheia-staging';
let outDir = '';

beforeEach(() => {
  outDir = makeFolder();
});

function place(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) placeIn(outDir, path, text);
}

/** Files by their paths, and folders without any. */
function snapshot(): Record<string, string> {
  const entries = readdirSync(outDir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) return [[relative(outDir, path), readFileSync(path, 'utf8')]];
      return readdirSync(path).length === 0 ? [[`${relative(outDir, path)}/`, '']] : [];
    }),
  );
}

interface Step {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The staging folder of a run that died during these steps: the new texts, and second names of the old files. */
function interrupt(journal: string, steps: readonly Step[], newFolders: readonly string[] = []): void {
  const hash = (text: string | null): string | null =>
    text === null ? null : hashContents(Buffer.from(text));
  const operations = steps.map(({ path, before, after }) => ({
    path,
    before: hash(before),
    after: hash(after),
  }));
  place({ [`${STAGING}/${journal}`]: JSON.stringify({ operations, newFolders }) });
  steps.forEach(({ before, after }, index) => {
    if (after !== null) place({ [`${STAGING}/new-${index}`]: after });
    if (before !== null) place({ [`${STAGING}/old-${index}`]: before });
  });
}

const recover = (fileSystem: FileSystem = nodeFileSystem): void =>
  new TreeTransaction(outDir, fileSystem).recover();

const STEPS: readonly Step[] = [
  { path: 'a/b/created.tf', before: null, after: 'new' },
  { path: 'changed.tf', before: 'old', after: 'new' },
  { path: 'c/d/deleted.tf', before: 'old', after: null },
  { path: MANIFEST_PATH, before: 'old manifest', after: 'new manifest' },
];
const OLD = { 'changed.tf': 'old', 'c/d/deleted.tf': 'old', [MANIFEST_PATH]: 'old manifest' };
const NEW = { 'a/b/created.tf': 'new', 'changed.tf': 'new', [MANIFEST_PATH]: 'new manifest' };

describe('recovering', () => {
  it('does nothing without an interruption', () => {
    place(OLD);
    recover();
    expect(snapshot()).toEqual(OLD);
    place({ [STAGING]: 'a file of somebody' });
    recover();
    expect(snapshot()).toEqual({ ...OLD, [STAGING]: 'a file of somebody' });
  });

  it('drops an undecided run', () => {
    place(OLD);
    interrupt('preparing.json', STEPS, ['a', 'a/b']);
    recover();
    expect(snapshot()).toEqual(OLD);
  });

  it('drops a staging folder without a journal', () => {
    place({ ...OLD, [`${STAGING}/new-0`]: 'x' });
    recover();
    expect(snapshot()).toEqual(OLD);
  });

  it.each(STEPS.map((_, done) => [done]))('finishes a decided run, after %i of its steps', (done) => {
    place(OLD);
    interrupt('forward.json', STEPS, ['a', 'a/b']);
    for (const [index, { path, after }] of STEPS.slice(0, done).entries()) {
      if (after === null) rmSync(join(outDir, path));
      else {
        place({ [path]: after });
        rmSync(join(outDir, STAGING, `new-${index}`));
      }
    }
    recover();
    expect(snapshot()).toEqual(NEW);
  });

  it.each(STEPS.map((_, done) => [done]))('undoes a failed run, after %i of its steps', (done) => {
    place(OLD);
    interrupt('backward.json', STEPS, ['a', 'a/b']);
    for (const [index, { path, after }] of STEPS.slice(0, done).entries()) {
      if (after === null) rmSync(join(outDir, path));
      else {
        place({ [path]: after });
        rmSync(join(outDir, STAGING, `new-${index}`));
      }
    }
    recover();
    expect(snapshot()).toEqual(OLD);
  });

  it('prefers undoing: the disk had failed already', () => {
    place(NEW);
    interrupt('backward.json', STEPS, ['a', 'a/b']);
    place({ [`${STAGING}/forward.json`]: readFileSync(join(outDir, STAGING, 'backward.json'), 'utf8') });
    recover();
    expect(snapshot()).toEqual(OLD);
  });

  it('keeps a file that was changed since, and leaves it out of the manifest', () => {
    place({ ...OLD, 'changed.tf': 'mine' });
    interrupt('forward.json', STEPS, ['a', 'a/b']);
    recover();
    expect(snapshot()).toEqual({ ...NEW, 'changed.tf': 'mine', [MANIFEST_PATH]: 'old manifest' });
  });

  it('keeps a foreign file at the place of one to be created or deleted', () => {
    place({ ...OLD, 'a/b/created.tf': 'mine', 'c/d/deleted.tf': 'mine too' });
    interrupt('forward.json', STEPS, ['a', 'a/b']);
    recover();
    expect(snapshot()).toEqual({
      'a/b/created.tf': 'mine',
      'changed.tf': 'new',
      'c/d/deleted.tf': 'mine too',
      [MANIFEST_PATH]: 'old manifest',
    });
  });

  it('does not undo foreign changes, and keeps foreign folders', () => {
    place({ ...NEW, 'changed.tf': 'mine', 'a/notes.md': 'mine' });
    interrupt('backward.json', STEPS, ['a', 'a/b']);
    recover();
    expect(snapshot()).toEqual({ ...OLD, 'changed.tf': 'mine', 'a/notes.md': 'mine' });
  });

  it('removes only folders that it created or emptied', () => {
    place(OLD);
    mkdirSync(join(outDir, 'empty'));
    mkdirSync(join(outDir, 'c/empty'));
    interrupt('forward.json', STEPS, ['a', 'a/b']);
    recover();
    expect(snapshot()).toEqual({ ...NEW, 'empty/': '', 'c/empty/': '' });
  });

  it.each([
    ['../x.tf', []],
    ['/tmp/x.tf', []],
    ['terraform.tfstate', []],
    ['.sonotheia-lock/owner.json', []],
    ['main.tf', ['../elsewhere']],
  ])('refuses a journal that names %s and the folders %j', (path, newFolders) => {
    place(OLD);
    // One safe step beside the unsafe one.
    interrupt('forward.json', [...STEPS.slice(1, 2), { path, before: null, after: 'x' }], newFolders);
    const before = snapshot();
    expect(() => recover()).toThrow(`${join(outDir, STAGING, 'forward.json')} names a path outside the tree`);
    expect(snapshot()).toEqual(before);
  });

  it('removes the journal before its files, so that a second interruption is harmless', () => {
    place(OLD);
    interrupt('preparing.json', STEPS);
    const removed: string[] = [];
    const remove = (path: string): void => {
      removed.push(path.slice(join(outDir, STAGING).length + 1));
      nodeFileSystem.remove(path);
    };
    recover({ ...nodeFileSystem, remove });
    expect(removed[0]).toBe('preparing.json');
    expect(removed.slice(1).sort()).toEqual(['new-0', 'new-1', 'new-3', 'old-1', 'old-2', 'old-3']);
    expect(existsSync(join(outDir, STAGING))).toBe(false);
  });
});

describe('carrying out a plan', () => {
  const first = tree({ 'changed.tf': 'old', 'c/d/deleted.tf': 'old' });
  const second = tree({ 'a/b/created.tf': 'new', 'changed.tf': 'new' });
  const WRITES = ['makeFolder', 'create', 'keep', 'rename', 'remove', 'removeFolder', 'syncFolder'] as const;

  /** Every call that writes, in order, with paths relative to the output directory. */
  function record(): { fileSystem: FileSystem; calls: string[] } {
    const calls: string[] = [];
    const spies = WRITES.map((name) => {
      const call = (...parameters: unknown[]): void => {
        const paths = parameters.filter((value) => typeof value === 'string');
        const names = paths.map((path) => relative(outDir, path).replace(STAGING, 'staging') || '.');
        calls.push(`${name} ${names.join(' -> ')}`);
        (nodeFileSystem[name] as (...values: unknown[]) => void)(...parameters);
      };
      return [name, call] as const;
    });
    return { fileSystem: { ...nodeFileSystem, ...Object.fromEntries(spies) }, calls };
  }

  const carryOut = (files: typeof first, fileSystem: FileSystem = nodeFileSystem): void =>
    new TreeTransaction(outDir, fileSystem).run(compareTree(files, outDir));

  it('prepares, decides by one rename, carries out, and syncs to disk in between', () => {
    carryOut(first);
    const { fileSystem, calls } = record();
    carryOut(second, fileSystem);
    expect(calls).toEqual([
      'makeFolder staging',
      'create staging/new-0',
      'create staging/new-1',
      'keep changed.tf -> staging/old-1',
      'keep c/d/deleted.tf -> staging/old-2',
      'create staging/new-3',
      'keep .sonotheia-manifest.json -> staging/old-3',
      'create staging/preparing.json',
      'syncFolder staging',
      'rename staging/preparing.json -> staging/forward.json',
      'syncFolder staging',
      'makeFolder a',
      'makeFolder a/b',
      'rename staging/new-0 -> a/b/created.tf',
      'rename staging/new-1 -> changed.tf',
      'remove c/d/deleted.tf',
      'rename staging/new-3 -> .sonotheia-manifest.json',
      'syncFolder a/b',
      'syncFolder .',
      'syncFolder c/d',
      'removeFolder c/d',
      'removeFolder c',
      'remove staging/forward.json',
      'remove staging/old-1',
      'remove staging/old-2',
      'remove staging/old-3',
      'removeFolder staging',
    ]);
  });

  it('undoes in the opposite order when a step fails', () => {
    carryOut(first);
    const before = snapshot();
    const { fileSystem, calls } = record();
    const remove = (path: string): void => {
      if (path.endsWith('deleted.tf')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      fileSystem.remove(path);
    };
    expect(() => carryOut(second, { ...fileSystem, remove })).toThrow('EIO');
    expect(snapshot()).toEqual(before);
    expect(calls.slice(calls.indexOf('rename staging/new-1 -> changed.tf') + 1)).toEqual([
      'rename staging/forward.json -> staging/backward.json',
      'syncFolder staging',
      'rename staging/old-1 -> changed.tf',
      'remove a/b/created.tf',
      'removeFolder a/b',
      'removeFolder a',
      'syncFolder .',
      'syncFolder c/d',
      'remove staging/backward.json',
      'remove staging/new-3',
      'remove staging/old-2',
      'remove staging/old-3',
      'removeFolder staging',
    ]);
  });

  it('restores emptied folders when the last of them cannot be removed', () => {
    carryOut(first);
    const before = snapshot();
    const removeFolder = (path: string): void => {
      if (path === join(outDir, 'c')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      nodeFileSystem.removeFolder(path);
    };
    expect(() => carryOut(second, { ...nodeFileSystem, removeFolder })).toThrow('EACCES');
    expect(snapshot()).toEqual(before);
  });

  it('has written nothing when preparing fails', () => {
    carryOut(first);
    const before = snapshot();
    const { fileSystem, calls } = record();
    const create = (path: string, contents: Uint8Array): void => {
      if (path.endsWith('preparing.json')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      fileSystem.create(path, contents);
    };
    expect(() => carryOut(second, { ...fileSystem, create })).toThrow('ENOSPC');
    expect(snapshot()).toEqual(before);
    expect(calls.filter((call) => call.startsWith('rename'))).toEqual([]);
  });

  it('keeps the journal when undoing fails too, and the next run undoes', () => {
    carryOut(first);
    const before = snapshot();
    const rename = (from: string, to: string): void => {
      if (from.endsWith('new-1') || from.endsWith('old-1')) {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
      nodeFileSystem.rename(from, to);
    };
    const remove = (path: string): void => {
      if (path.endsWith('created.tf')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      nodeFileSystem.remove(path);
    };
    expect(() => carryOut(second, { ...nodeFileSystem, rename, remove })).toThrow('EIO');
    expect(readdirSync(join(outDir, STAGING))).toContain('backward.json');
    recover();
    expect(snapshot()).toEqual(before);
  });

  it('deletes the manifest with the last file', () => {
    carryOut(first);
    place({ 'mine.txt': 'mine' });
    carryOut([]);
    expect(snapshot()).toEqual({ 'mine.txt': 'mine' });
  });
});
