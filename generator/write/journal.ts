// Changes a tree as a whole. It first writes all new files to a staging folder and gives all old files a second name
// there. Then one rename, that of the journal, decides: before it the old tree is valid, after it the new one. The next
// run finishes an interrupted run, or undoes it if that one had begun to undo its work.
//
// The staging folder: new-<n> and old-<n> for operation n, and one journal, named
//   preparing.json  not decided: dropping the folder leaves the old tree
//   forward.json    decided: the operations are carried out, however often one starts over
//   backward.json   an operation failed: the old files are put back
// A file that is neither what the journal expects before nor after its operation is not ours and stays as it is.

import { join } from 'node:path';
import type { ChangePlan } from './change-plan.ts';
import type { FileSystem } from './file-system.ts';
import { hashContents } from './manifest.ts';
import { findPathProblem, listParents, MANIFEST_PATH, STAGING_FOLDER } from './output-path.ts';

const PREPARING = 'preparing.json';
const FORWARD = 'forward.json';
const BACKWARD = 'backward.json';

/** One file's change; hashes are SHA-256, null for no file. */
interface Operation {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface Journal {
  readonly operations: readonly Operation[];
  /** New folders that the operations need, parents first. */
  readonly newFolders: readonly string[];
}

/** Carries out a plan as a whole; on an error, undoes it and throws the file system's error. */
export class TreeTransaction {
  readonly #outDir: string;
  readonly #staging: string;
  readonly #fs: FileSystem;

  constructor(outDir: string, fileSystem: FileSystem) {
    this.#outDir = outDir;
    this.#staging = join(outDir, STAGING_FOLDER);
    this.#fs = fileSystem;
  }

  /** Finishes or undoes an interrupted run, if there is one. */
  recover(): void {
    if (this.#fs.kindOf(this.#staging) !== 'directory') return;
    const names = this.#fs.list(this.#staging);
    if (names.includes(BACKWARD)) this.#undo(this.#readJournal(BACKWARD));
    else if (names.includes(FORWARD)) this.#carryOut(this.#readJournal(FORWARD));
    this.#dropStaging();
  }

  /** Writes the plan's files. */
  run(plan: ChangePlan): void {
    const journal = this.#prepare(plan);
    try {
      this.#fs.rename(join(this.#staging, PREPARING), join(this.#staging, FORWARD));
      this.#fs.syncFolder(this.#staging);
      this.#carryOut(journal);
    } catch (error) {
      this.#abandon(journal);
      throw error;
    }
    this.#tryDropStaging();
  }

  #prepare(plan: ChangePlan): Journal {
    const contents = [...plan.create, ...plan.change];
    const journal = this.#createJournal(plan);
    try {
      this.#fs.makeFolder(this.#staging);
      for (const [index, { path, before, after }] of journal.operations.entries()) {
        const file = contents.find((candidate) => candidate.path === path);
        const bytes = path === MANIFEST_PATH ? plan.manifest : file?.contents;
        if (after !== null && bytes) this.#fs.create(this.#stage('new', index), bytes);
        if (before !== null) this.#fs.keep(this.#target(path), this.#stage('old', index));
      }
      this.#fs.create(join(this.#staging, PREPARING), Buffer.from(JSON.stringify(journal)));
      this.#fs.syncFolder(this.#staging);
    } catch (error) {
      this.#tryDropStaging();
      throw error;
    }
    return journal;
  }

  #createJournal(plan: ChangePlan): Journal {
    const operations: Operation[] = [
      ...plan.create.map(({ path, contents }) => ({ path, before: null, after: hashContents(contents) })),
      ...plan.change.map(({ path, contents, hashBefore }) => ({
        path,
        before: hashBefore,
        after: hashContents(contents),
      })),
      ...plan.delete.map(({ path, hashBefore }) => ({ path, before: hashBefore, after: null })),
    ];
    if (plan.manifest !== undefined) {
      const before = this.#hashOf(MANIFEST_PATH);
      const after = plan.manifest === null ? null : hashContents(plan.manifest);
      operations.push({ path: MANIFEST_PATH, before, after });
    }
    const folders = new Set(
      operations.filter(({ after }) => after !== null).flatMap(({ path }) => listParents(path)),
    );
    const newFolders = [...folders].filter((path) => this.#fs.kindOf(this.#target(path)) === 'absent').sort();
    return { operations, newFolders };
  }

  /** Idempotent: recognises a completed operation by its result. */
  #carryOut({ operations, newFolders }: Journal): void {
    for (const folder of newFolders) this.#ensureFolder(folder);
    let foundForeignFile = false;
    for (const [index, { path, before, after }] of operations.entries()) {
      const current = this.#hashOf(path);
      if (current === after) continue;
      // The manifest comes last: it must not list a file that the generator does not own.
      foundForeignFile ||= current !== before;
      if (current !== before || (foundForeignFile && path === MANIFEST_PATH)) continue;
      if (after === null) this.#fs.remove(this.#target(path));
      else this.#fs.rename(this.#stage('new', index), this.#target(path));
    }
    this.#syncFolders(operations);
    this.#removeEmptyFolders(operations.filter(({ after }) => after === null));
  }

  #undo({ operations, newFolders }: Journal): void {
    for (const [index, { path, before, after }] of [...operations.entries()].reverse()) {
      const current = this.#hashOf(path);
      if (current === before || current !== after) continue;
      if (before === null) {
        this.#fs.remove(this.#target(path));
        continue;
      }
      // Its empty folder was removed.
      for (const folder of listParents(path)) this.#ensureFolder(folder);
      this.#fs.rename(this.#stage('old', index), this.#target(path));
    }
    for (const folder of [...newFolders].reverse()) this.#removeFolderIfEmpty(folder);
    this.#syncFolders(operations);
  }

  /** After a failure: restores the old tree now, or leaves that to the next run. */
  #abandon(journal: Journal): void {
    try {
      const names = this.#fs.list(this.#staging);
      if (names.includes(FORWARD)) {
        this.#fs.rename(join(this.#staging, FORWARD), join(this.#staging, BACKWARD));
        this.#fs.syncFolder(this.#staging);
        this.#undo(journal);
      }
    } catch {
      // The undo failed, too. The journal stays for the next run, and the caller reports the first failure.
      return;
    }
    this.#tryDropStaging();
  }

  #tryDropStaging(): void {
    try {
      this.#dropStaging();
    } catch {
      // The rest is harmless; the next run removes it.
    }
  }

  /** Deletes the journal first: without it the next run drops the rest, but a journal without its files is invalid. */
  #dropStaging(): void {
    if (this.#fs.kindOf(this.#staging) === 'absent') return;
    const names = this.#fs.list(this.#staging);
    const isJournal = (name: string): boolean => name.endsWith('.json');
    for (const name of names.filter(isJournal)) this.#fs.remove(join(this.#staging, name));
    for (const name of names.filter((other) => !isJournal(other))) this.#fs.remove(join(this.#staging, name));
    this.#fs.removeFolder(this.#staging);
  }

  #readJournal(name: string): Journal {
    const journal: Journal = JSON.parse(
      Buffer.from(this.#fs.read(join(this.#staging, name))).toString('utf8'),
    );
    const isUnsafe = (path: string): boolean => path !== MANIFEST_PATH && findPathProblem(path) !== undefined;
    if (journal.operations.some(({ path }) => isUnsafe(path)) || journal.newFolders.some(isUnsafe)) {
      throw new Error(`${join(this.#staging, name)} names a path outside the tree`);
    }
    return journal;
  }

  #hashOf(path: string): string | null {
    return this.#fs.kindOf(this.#target(path)) === 'file'
      ? hashContents(this.#fs.read(this.#target(path)))
      : null;
  }

  #ensureFolder(path: string): void {
    if (this.#fs.kindOf(this.#target(path)) === 'absent') this.#fs.makeFolder(this.#target(path));
  }

  #syncFolders(operations: readonly Operation[]): void {
    const folders = new Set(operations.map(({ path }) => listParents(path).at(-1) ?? ''));
    for (const folder of folders) {
      if (this.#fs.kindOf(this.#target(folder)) === 'directory') this.#fs.syncFolder(this.#target(folder));
    }
  }

  #removeEmptyFolders(deleted: readonly Operation[]): void {
    const folders = new Set(deleted.flatMap(({ path }) => listParents(path)));
    for (const folder of [...folders].sort().reverse()) this.#removeFolderIfEmpty(folder);
  }

  #removeFolderIfEmpty(path: string): void {
    const target = this.#target(path);
    if (this.#fs.kindOf(target) !== 'directory' || this.#fs.list(target).length > 0) return;
    this.#fs.removeFolder(target);
  }

  #target(path: string): string {
    return join(this.#outDir, path);
  }

  #stage(prefix: 'new' | 'old', index: number): string {
    return join(this.#staging, `${prefix}-${index}`);
  }
}
