// The disk fails at each call of a run in turn: the tree is the old one or the new one, and the next run repairs it.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { place as placeIn, snapshot, tree, useScratchFolders } from '../../test/support/written-tree.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { describePlan } from './change-plan.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { MANIFEST_PATH } from './output-path.ts';
import { writeTree } from './write-tree.ts';

// Every call that writes fails in turn; mutation testing, which runs this for each mutant, skips most of them.
const STRIDE = Number(process.env.FAULT_STRIDE ?? 1);

/** Hundreds of runs: none of them waits for the real disk. */
const withoutWaiting: FileSystem = {
  ...nodeFileSystem,
  create: (path, contents) => nodeFileSystem.create(path, contents, false),
  syncFolder: () => {},
};

const makeFolder = useScratchFolders();
let outDir = '';

beforeEach(() => {
  outDir = join(makeFolder(), 'out');
});

const place = (path: string, text: string): void => placeIn(outDir, path, text);

/** The changes of a run, or the codes and messages of its problems. */
function write(files: readonly GeneratedFile[], fileSystem: FileSystem = withoutWaiting): string[] {
  const result = writeTree(compareTree(files, outDir, fileSystem), outDir, fileSystem);
  const problems = result.ok ? result.warnings : result.diagnostics;
  const lines = problems.map(({ code, what }) => `${code}: ${what}`);
  return result.ok ? [...lines, ...describePlan(result.value)] : lines;
}

const first = tree({ 'main.tf': 'a', 'modules/sonotheia/s3.tf': 'b', 'lambda/webhook_handler.zip': 'zip-1' });
/** The only file in two folders, which its deletion leaves empty. */
const lonely = tree({ 'tests/mocks/aws.tfmock.hcl': 'm' });
const second = tree({
  'main.tf': 'A',
  'modules/sonotheia/sns.tf': 'c',
  'lambda/webhook_handler.zip': 'zip-2',
});

describe('with a disk that fails', () => {
  const CODES = ['ENOSPC', 'EACCES', 'EIO'] as const;
  const WRITES = ['makeFolder', 'create', 'keep', 'rename', 'remove', 'removeFolder', 'syncFolder'] as const;

  /** Fails the writing calls number `from` to `from + length - 1`; a short `create` leaves half of its bytes. */
  function createFaulty(
    from: number,
    length: number,
    code: string,
  ): { fileSystem: FileSystem; calls: () => number } {
    let calls = 0;
    const failing =
      (operation: (...parameters: never[]) => void, name: string) =>
      (...parameters: never[]): void => {
        calls += 1;
        if (calls < from || calls >= from + length) {
          operation(...parameters);
          return;
        }
        if (name === 'create' && code === 'ENOSPC') {
          const [path, contents] = parameters as unknown as [string, Uint8Array];
          withoutWaiting.create(path, contents.subarray(0, contents.length / 2));
        }
        throw Object.assign(new Error(`${code}: injected`), { code });
      };
    const faulty = Object.fromEntries(
      WRITES.map((name) => [name, failing(withoutWaiting[name] as never, name)]),
    );
    return { fileSystem: { ...withoutWaiting, ...faulty }, calls: () => calls };
  }

  const withoutState = (files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !/^\.sonotheia-(?:staging|lock)/.test(path)));

  it('leaves the old tree or the new one, and the next run repairs it, for every call and length of failure', () => {
    const arrange = (): void => {
      rmSync(outDir, { recursive: true, force: true });
      write([...first, ...lonely]);
      place('mine.txt', 'mine');
    };
    arrange();
    const oldTree = snapshot(outDir);
    const counting = createFaulty(Number.POSITIVE_INFINITY, 0, 'EIO');
    write(second, counting.fileSystem);
    const newTree = snapshot(outDir);
    expect(counting.calls()).toBeGreaterThan(20);
    for (let call = 1; call <= counting.calls(); call += STRIDE) {
      for (const [code, length] of CODES.flatMap((name) => [1, 3, 1000].map((n) => [name, n] as const))) {
        arrange();
        const report = write(second, createFaulty(call, length, code).fileSystem);
        const failed = report.some((line) => line.startsWith('SONO507'));
        const left = snapshot(outDir);
        if (length === 1) expect([oldTree, newTree]).toContainEqual(withoutState(left));
        if (failed && report[0]?.includes('nothing was changed')) expect(withoutState(left)).toEqual(oldTree);
        // The failed run has ended, so its lock counts as abandoned.
        rmSync(join(outDir, '.sonotheia-lock'), { recursive: true, force: true });
        write(second);
        expect(snapshot(outDir)).toEqual(newTree);
      }
    }
  });

  it('leaves no directory behind when the first write fails', () => {
    const { fileSystem } = createFaulty(4, 1, 'ENOSPC');
    expect(write(first, fileSystem)[0]).toContain('SONO507: cannot be written (ENOSPC): nothing was changed');
    expect(readdirSync(join(outDir, '..'))).toEqual([]);
  });

  it('keeps a foreign file that appeared between an interrupted run and the next', () => {
    write(first);
    const calls = createFaulty(Number.POSITIVE_INFINITY, 0, 'EIO');
    write(first, calls.fileSystem);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (call) => {
        rmSync(outDir, { recursive: true, force: true });
        write(first);
        write(second, createFaulty(call, 1000, 'EIO').fileSystem);
        rmSync(join(outDir, '.sonotheia-lock'), { recursive: true, force: true });
        rmSync(join(outDir, 'modules/sonotheia/sns.tf'), { force: true });
        place('modules/sonotheia/sns.tf', 'mine');
        const report = write(second);
        const wasRecorded = readFileSync(join(outDir, MANIFEST_PATH), 'utf8').includes('sns.tf');
        // Once the new manifest exists, the generator owns the new file, and this text is an edit of it.
        if (!wasRecorded) expect(report.join('\n')).toContain('SONO501');
        if (!wasRecorded) expect(snapshot(outDir)['modules/sonotheia/sns.tf']).toBe('mine');
      }),
    );
  });
});
