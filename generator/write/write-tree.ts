// Carries out a plan so that the directory holds the old tree or the new one, never a mixture. Never changes files of
// others; refuses a plan with conflicts. The only code that writes the tree.

import { dirname, join } from 'node:path';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { describeFile, type Result } from '../diagnostics/diagnostic.ts';
import { type ChangePlan, isUpToDate } from './change-plan.ts';
import { compareTree } from './compare-tree.ts';
import { describeRemedy, type FileSystem, nodeFileSystem, readErrorCode } from './file-system.ts';
import { TreeTransaction } from './journal.ts';
import { acquireLock } from './lock.ts';
import { formatManifest, hashContents, parseManifest } from './manifest.ts';
import { LOCK_FOLDER, MANIFEST_PATH, STAGING_FOLDER } from './output-path.ts';

/** How long a run waits for another one that writes the same directory, in ms. */
const LOCK_WAIT_MS = 15_000;

/**
 * Carries out a plan of `compareTree`; returns the plan that was carried out, which may differ after another run's
 * write.
 */
export function writeTree(
  plan: ChangePlan,
  outDir: string,
  fileSystem: FileSystem = nodeFileSystem,
): Result<ChangePlan> {
  if (plan.conflicts.length > 0) return { ok: false, diagnostics: plan.conflicts };
  // A lock without a change was left by a run that died after its last write; acquiring and releasing removes it.
  const isLocked = fileSystem.kindOf(join(outDir, LOCK_FOLDER)) !== 'absent';
  if (isUpToDate(plan) && !isLocked) return { ok: true, value: plan, warnings: plan.warnings };
  try {
    return writeLocked(plan, outDir, fileSystem);
  } catch (error) {
    const code = readErrorCode(error);
    if (code === undefined) throw error;
    const isOld = nodeFileSystem.kindOf(join(outDir, STAGING_FOLDER)) === 'absent';
    const outcome = isOld ? 'nothing was changed' : 'the next run finishes or undoes this one';
    return refuse('SONO507', outDir, `cannot be written (${code}): ${outcome}`, describeRemedy(code));
  }
}

/**
 * Replaces the contents of one generated file and updates its hash in the manifest. Returns false for an edited file,
 * which the next generation handles. Throws the file system's error.
 */
export function rewriteFile(
  outDir: string,
  path: string,
  edit: (contents: Uint8Array) => Uint8Array | undefined,
): boolean {
  const release = acquireLock(outDir, nodeFileSystem, LOCK_WAIT_MS);
  if (release === undefined) return false;
  try {
    const transaction = new TreeTransaction(outDir, nodeFileSystem);
    transaction.recover();
    const manifest = parseManifest(nodeFileSystem.read(join(outDir, MANIFEST_PATH)));
    const before = nodeFileSystem.read(join(outDir, path));
    const hashBefore = hashContents(before);
    const contents = edit(before);
    const recorded = [...(manifest ?? [])].flatMap(([name, hashes]) =>
      [...hashes].map((hash) => [name, hash] as const),
    );
    // After a merge, a path may have two hashes.
    const isGenerated = new Map(recorded).get(path) === hashBefore && recorded.length === manifest?.size;
    if (!isGenerated || contents === undefined) return false;
    const hashes = new Map([...recorded, [path, hashContents(contents)]]);
    const nothing = { files: [], create: [], delete: [], same: [], conflicts: [], warnings: [] };
    if (Buffer.compare(before, contents) !== 0)
      transaction.run({
        ...nothing,
        change: [{ path, contents, hashBefore, before: 'generated' }],
        manifest: formatManifest(hashes),
        interrupted: false,
      });
    return true;
  } finally {
    releaseQuietly(release);
  }
}

function writeLocked(plan: ChangePlan, outDir: string, fileSystem: FileSystem): Result<ChangePlan> {
  const isNewFolder = makeFolders(outDir, fileSystem);
  const release = acquireLock(outDir, fileSystem, LOCK_WAIT_MS);
  if (release === undefined) {
    const fix = `If none is running, delete ${join(outDir, LOCK_FOLDER)}.`;
    return refuse('SONO508', outDir, 'another run is writing it', fix);
  }
  try {
    const transaction = new TreeTransaction(outDir, fileSystem);
    transaction.recover();
    // Compares again: another run may have written in between, and a recovery may have changed the tree.
    const current = compareTree(plan.files, outDir, fileSystem);
    if (current.conflicts.length > 0) return { ok: false, diagnostics: current.conflicts };
    if (!isUpToDate(current)) transaction.run(current);
    return { ok: true, value: current, warnings: current.warnings };
  } finally {
    releaseQuietly(release);
    // Removes the folder of an empty tree.
    if (isNewFolder || plan.files.length === 0) removeIfEmpty(outDir, fileSystem);
  }
}

/** The write is complete. Ignore a failed removal of the lock: the next run finds its owner dead. */
function releaseQuietly(release: () => void): void {
  try {
    release();
  } catch (error) {
    if (readErrorCode(error) === undefined) throw error;
  }
}

function makeFolders(folder: string, fileSystem: FileSystem): boolean {
  if (fileSystem.kindOf(folder) !== 'absent') return false;
  if (dirname(folder) !== folder) makeFolders(dirname(folder), fileSystem);
  try {
    fileSystem.makeFolder(folder);
    return true;
  } catch (error) {
    if (readErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeIfEmpty(folder: string, fileSystem: FileSystem): void {
  try {
    if (fileSystem.list(folder).length === 0) fileSystem.removeFolder(folder);
  } catch (error) {
    if (readErrorCode(error) === undefined) throw error;
  }
}

function refuse(code: DiagnosticCode, file: string, what: string, fix: string): Result<never> {
  return { ok: false, diagnostics: [describeFile(code, file, what, fix)] };
}
