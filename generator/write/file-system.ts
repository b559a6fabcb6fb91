// The file operations for reading and writing the tree, as an interface in which tests inject faults.

import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

/** The kind of a path, without following a symbolic link. */
type PathKind = 'absent' | 'file' | 'directory' | 'symlink' | 'other';

/** Synchronous: the tree is a few dozen small files, and no other code must run between two calls. */
export interface FileSystem {
  kindOf(path: string): PathKind;
  modifiedAtMs(path: string): number;
  list(folder: string): string[];
  read(path: string): Uint8Array;
  /** Fails if the path exists. */
  makeFolder(path: string): void;
  /** Creates a file and, unless its loss is harmless, waits until its bytes are on disk. Fails if the path exists. */
  create(path: string, contents: Uint8Array, isLasting?: boolean): void;
  /** Gives a file a second, independent name. Fails if that name exists. */
  keep(existing: string, path: string): void;
  /** Replaces a file atomically. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Fails if the folder is not empty. */
  removeFolder(path: string): void;
  /** Waits until a folder's entries are on disk. */
  syncFolder(path: string): void;
}

/** The real file system. */
export const nodeFileSystem: FileSystem = {
  kindOf(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'absent';
    if (stats.isSymbolicLink()) return 'symlink';
    if (stats.isDirectory()) return 'directory';
    return stats.isFile() ? 'file' : 'other';
  },
  modifiedAtMs: (path) => lstatSync(path).mtimeMs,
  list: (folder) => readdirSync(folder).sort(),
  read: (path) => readFileSync(path),
  makeFolder: (path) => mkdirSync(path),
  create: (path, contents, isLasting = true) =>
    writeFileSync(path, contents, { flag: 'wx', flush: isLasting }),
  keep(existing, path) {
    try {
      linkSync(existing, path);
    } catch (error) {
      // exFAT and some container mounts have no hard links.
      if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(readErrorCode(error) ?? '')) throw error;
      copyFileSync(existing, path, constants.COPYFILE_EXCL);
    }
  },
  rename: (from, to) => renameSync(from, to),
  remove: (path) => unlinkSync(path),
  removeFolder: (path) => rmdirSync(path),
  syncFolder(path) {
    // Windows cannot open a folder, and orders these operations itself.
    if (process.platform === 'win32') return;
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
};

/** The code of a file system error such as `ENOSPC`; undefined for any other error, which is a bug. */
export function readErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A sentence that fits each error code of the file system. */
export function describeRemedy(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Make room on the disk and run again.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return 'Make the directory writable and run again.';
  return 'Check the disk and run again.';
}
