import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { HEADER, place as placeIn, tree, useScratchFolders } from '../../test/support/written-tree.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { checkTree } from './check-tree.ts';
import { compareTree } from './compare-tree.ts';
import { nodeFileSystem } from './file-system.ts';
import { createManifest, formatManifest, hashContents } from './manifest.ts';
import { MANIFEST_PATH } from './output-path.ts';

const makeFolder = useScratchFolders();
let scratch = '';
let outDir = '';

beforeEach(() => {
  scratch = makeFolder();
  outDir = join(scratch, 'out');
  mkdirSync(outDir);
});

const place = (path: string, text: string | Uint8Array): void => placeIn(outDir, path, text);

/** The tree as an earlier run wrote it. */
function placeTree(files: readonly GeneratedFile[]): void {
  for (const { path, contents } of files) place(path, contents);
  place(MANIFEST_PATH, formatManifest(createManifest(files)));
}

function show({ code, severity, location, what, fix }: Diagnostic): string {
  const place = location && `${location.file.slice(outDir.length)}:${location.line}:${location.column}`;
  return `${place} ${severity} ${code} ${what}${fix === undefined ? '' : ` | ${fix}`}`;
}

const conflictsOf = (files: readonly GeneratedFile[], fileSystem = nodeFileSystem): string[] =>
  compareTree(files, outDir, fileSystem).conflicts.map(show);
const FILES = tree({ 'main.tf': 'a', 'modules/x/s3.tf': 'b' });
const MOVE = 'Move it elsewhere, or delete it.';
const LINK = 'Replace it by a real file or folder: the generator does not write through links.';

describe('a conflict', () => {
  it.each<[string, () => void, string[]]>([
    [
      'somebody else’s file',
      () => place('main.tf', 'mine'),
      [`/main.tf:1:1 error SONO501 is in the way and was not made by this generator | ${MOVE}`],
    ],
    [
      'a folder where a file is to be',
      () => mkdirSync(join(outDir, 'main.tf')),
      [`/main.tf:1:1 error SONO502 is in the way: there is a directory at its path | ${MOVE}`],
    ],
    [
      'a file where a folder is to be',
      () => place('modules', ''),
      [`/modules:1:1 error SONO502 is in the way: there is a file at its path | ${MOVE}`],
    ],
    [
      'a link in place of a file',
      () => symlinkSync('elsewhere', join(outDir, 'main.tf')),
      [`/main.tf:1:1 error SONO503 is a symbolic link | ${LINK}`],
    ],
    [
      'a link in place of a folder',
      () => symlinkSync(scratch, join(outDir, 'modules')),
      [`/modules:1:1 error SONO503 is a symbolic link | ${LINK}`],
    ],
    [
      'a manifest that is none',
      () => place(MANIFEST_PATH, '{}'),
      [
        `/${MANIFEST_PATH}:1:1 error SONO504 is not a manifest that this generator wrote | Restore it from version control (\`git checkout HEAD -- <file>\`), or delete it together with the zips in lambda/; then generate again.`,
      ],
    ],
    [
      'a folder in place of the manifest',
      () => mkdirSync(join(outDir, MANIFEST_PATH)),
      [
        `/${MANIFEST_PATH}:1:1 error SONO504 is not a manifest that this generator wrote | Restore it from version control (\`git checkout HEAD -- <file>\`), or delete it together with the zips in lambda/; then generate again.`,
      ],
    ],
    [
      'a twin of a file',
      () => place('MAIN.tf', ''),
      [
        '/main.tf:1:1 error SONO505 differs from the existing MAIN.tf only in case | Rename or delete MAIN.tf: on some file systems the two are one file.',
      ],
    ],
    [
      'a twin of a folder',
      () => place('modules/X/y', ''),
      [
        '/modules/x:1:1 error SONO505 differs from the existing X only in case | Rename or delete X: on some file systems the two are one file.',
      ],
    ],
  ])('is %s', (_, arrange, expected) => {
    arrange();
    expect(conflictsOf(FILES)).toEqual(expected);
    expect(checkTree(FILES, outDir)).toMatchObject({ isStale: true });
  });

  it('is reported once for each place, and everything else is still compared', () => {
    place('modules', '');
    place('main.tf', 'mine');
    const files = [...FILES, ...tree({ 'modules/y.tf': '', 'outputs.tf': '' })];
    const plan = compareTree(files, outDir);
    expect(plan.conflicts.map(({ code }) => code)).toEqual(['SONO501', 'SONO502']);
    expect(plan.create.map(({ path }) => path)).toEqual(['outputs.tf']);
  });

  it('is a pair of generated files that some file systems treat as one, and an invalid path', () => {
    expect(conflictsOf(tree({ 'Dev.tfvars': '', 'dev.tfvars': '', 'ä.tf': '' }))).toEqual([
      '/dev.tfvars:1:1 error SONO505 differs from Dev.tfvars at most in case',
    ]);
    expect(conflictsOf(tree({ '../x.tf': '' }))).toHaveLength(1);
    expect(conflictsOf(tree({ 'terraform.tfstate': '' }))).toEqual([
      "/terraform.tfstate:1:1 error SONO506 is one of Terraform's own files",
    ]);
  });

  it('is an unreadable file; a bug is thrown', () => {
    placeTree(FILES);
    const failing = (path: string, error: Error) => ({
      ...nodeFileSystem,
      read: (asked: string) => {
        if (asked.endsWith(path)) throw error;
        return nodeFileSystem.read(asked);
      },
    });
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    expect(conflictsOf(FILES, failing('s3.tf', denied))).toEqual([
      '/modules/x/s3.tf:1:1 error SONO507 cannot be read (EACCES) | Check its permissions and the disk.',
    ]);
    expect(conflictsOf(FILES, failing(MANIFEST_PATH, denied))).toEqual([
      `/${MANIFEST_PATH}:1:1 error SONO507 cannot be read (EACCES) | Check its permissions and the disk.`,
    ]);
    expect(() => conflictsOf(FILES, failing('s3.tf', new TypeError('a bug')))).toThrow('a bug');
  });
});

describe('comparing', () => {
  it('owns a file with the generator’s header, even without a manifest', () => {
    place('main.tf', `${HEADER}older`);
    const plan = compareTree(FILES, outDir);
    expect(plan.conflicts).toEqual([]);
    expect(plan.change).toEqual([
      { ...FILES[0], hashBefore: hashContents(Buffer.from(`${HEADER}older`)), before: 'generated' },
    ]);
    place('main.tf', `${'#'.repeat(5000)}${HEADER}`);
    expect(conflictsOf(FILES)).toHaveLength(1);
  });

  it('distinguishes an edit from a change of the tree', () => {
    placeTree(FILES);
    place('main.tf', 'edited');
    const plan = compareTree(tree({ 'main.tf': 'A', 'modules/x/s3.tf': 'B' }), outDir);
    expect(plan.change.map(({ path, before }) => [path, before])).toEqual([
      ['main.tf', 'edited'],
      ['modules/x/s3.tf', 'generated'],
    ]);
  });

  it('sorts every list, and needs no manifest in an empty folder without files', () => {
    placeTree(tree({ 'z.tf': '', 'b.tf': '', 'm.tf': '', 'k.tf': '', 'y.tf': '' }));
    const plan = compareTree(tree({ 'n.tf': '', 'm.tf': '1', 'a.tf': '', 'b.tf': '1', 'y.tf': '' }), outDir);
    const paths = [plan.create, plan.change, plan.delete].map((list) => list.map(({ path }) => path));
    expect(paths).toEqual([
      ['a.tf', 'n.tf'],
      ['b.tf', 'm.tf'],
      ['k.tf', 'z.tf'],
    ]);
    expect(plan.same).toEqual(['y.tf']);
    expect(plan.files.map(({ path }) => path)).toEqual(['a.tf', 'b.tf', 'm.tf', 'n.tf', 'y.tf']);
    expect(compareTree([], join(scratch, 'nowhere')).manifest).toBeUndefined();
    expect(compareTree([], outDir).manifest).toBeNull();
    expect(checkTree([], outDir).differences).toContainEqual({ path: MANIFEST_PATH, kind: 'stale' });
  });

  it('rewrites a different manifest, and keeps a correct one', () => {
    placeTree(FILES);
    expect(compareTree(FILES, outDir)).toMatchObject({ manifest: undefined, interrupted: false });
    place(MANIFEST_PATH, '{"sha256":{}}');
    expect(compareTree(FILES, outDir).manifest).toEqual(formatManifest(createManifest(FILES)));
    expect(checkTree(FILES, outDir)).toMatchObject({
      isStale: true,
      differences: [{ path: MANIFEST_PATH, kind: 'different' }],
    });
  });

  it('notices an interrupted run', () => {
    placeTree(FILES);
    mkdirSync(join(outDir, '.sonotheia-staging'));
    expect(compareTree(FILES, outDir).interrupted).toBe(true);
    expect(checkTree(FILES, outDir)).toMatchObject({ isStale: true, differences: [] });
  });

  it('accepts an absent zip that the manifest lists, and no other absent file', () => {
    const files = [...FILES, { path: 'lambda/a.zip', contents: Buffer.from('zip') }];
    placeTree(files);
    rmSync(join(outDir, 'lambda/a.zip'));
    expect(checkTree(files, outDir)).toMatchObject({
      isStale: false,
      differences: [],
      notBuiltHere: ['lambda/a.zip'],
    });
    rmSync(join(outDir, 'main.tf'));
    expect(checkTree(files, outDir)).toMatchObject({
      isStale: true,
      differences: [{ path: 'main.tf', kind: 'missing' }],
      notBuiltHere: ['lambda/a.zip'],
    });
    const newer = [...FILES, { path: 'lambda/a.zip', contents: Buffer.from('newer') }];
    expect(checkTree(newer, outDir)).toMatchObject({ isStale: true, notBuiltHere: [] });
  });
});

describe('a file that is no longer generated', () => {
  const KEPT = 'Delete it yourself when you no longer need it.';
  const gone = (path: string, contents = '') => ({ path, contents: Buffer.from(contents) });

  it.each<[string, string, () => void, string | undefined]>([
    [
      'edited by hand',
      'old/x.tf',
      () => place('old/x.tf', 'mine'),
      'no longer generated, but kept: it was edited by hand',
    ],
    [
      'a folder by now',
      'old/x.tf',
      () => mkdirSync(join(outDir, 'old/x.tf'), { recursive: true }),
      'no longer generated, but kept: it is no longer a file',
    ],
    [
      'outside the tree',
      '../x.tf',
      () => {},
      'no longer generated, but kept: it is not a path that this generator writes',
    ],
    ['deleted already', 'old/x.tf', () => mkdirSync(join(outDir, 'old')), undefined],
    ['deleted with its folder', 'old/deep/x.tf', () => mkdirSync(join(outDir, 'old')), undefined],
    ['behind a link', 'old/x.tf', () => symlinkSync(scratch, join(outDir, 'old')), undefined],
    [
      'behind a link further up',
      'old/deep/x.tf',
      () => {
        placeIn(join(scratch, 'elsewhere'), 'deep/x.tf', '');
        symlinkSync(join(scratch, 'elsewhere'), join(outDir, 'old'));
      },
      undefined,
    ],
  ])('is kept if it is %s', (_, path, arrange, what) => {
    placeTree(FILES);
    place(MANIFEST_PATH, formatManifest(createManifest([...FILES, gone(path)])));
    arrange();
    const plan = compareTree(FILES, outDir);
    expect(plan.delete).toEqual([]);
    expect(plan.conflicts).toEqual([]);
    expect(plan.warnings.map(({ code, severity, what, fix }) => [code, severity, what, fix])).toEqual(
      what === undefined ? [] : [['SONO509', 'warning', what, KEPT]],
    );
  });

  it('is deleted if it is unchanged', () => {
    placeTree([...FILES, gone('old/x.tf', 'x')]);
    expect(compareTree(FILES, outDir).delete).toEqual([
      { path: 'old/x.tf', hashBefore: hashContents(Buffer.from('x')) },
    ]);
  });
});
