// Watches a file, or a folder with all folders in it. Editors replace files when they save, and Git replaces folders: each
// folder has a watcher of its own, because the recursive one of Node.js on Linux loses a file once it is replaced.
import { type Dirent, type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** Package managers write thousands of files there. */
const SKIPPED = 'node_modules';

/** Calls `onChange` with each changed path, often more than once. Returns a function that ends it. */
export function watchPath(path: string, onChange: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const follow = (folder: string, onEvent: (path: string, isReplaced: boolean) => void): void => {
    try {
      const watcher = watch(folder, (event, name) => {
        if (name !== null) onEvent(join(folder, name), event === 'rename');
      });
      watcher.once('error', () => watcher.close());
      watchers.set(folder, watcher);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };
  const close = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** `isNew`: the files in it may be older than its watcher. */
  const add = (folder: string, isNew: boolean): void => {
    const entries = basename(folder) === SKIPPED ? undefined : readFolder(folder);
    if (entries === undefined) return;
    follow(folder, note);
    for (const entry of entries) {
      const inside = join(folder, entry.name);
      if (isNew) onChange(inside);
      if (entry.isDirectory()) add(inside, isNew);
    }
  };
  const note = (changed: string, isReplaced: boolean): void => {
    onChange(changed);
    if (!isReplaced) return;
    for (const folder of [...watchers.keys()])
      if (folder === changed || folder.startsWith(changed + sep)) close(folder);
    add(changed, true);
  };
  add(path, false);
  follow(dirname(path), (changed, isReplaced) => {
    if (changed === path) note(path, isReplaced);
  });
  return () => {
    for (const folder of [...watchers.keys()]) close(folder);
  };
}

/** Or this user may not read it. Other errors, such as too many watchers, are for the caller. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM';
}

/** Undefined: it is a file, or gone. */
function readFolder(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}
