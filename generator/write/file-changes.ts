// Reads the old and new contents of a change plan's files, to show them. Never writes.
import { join } from 'node:path';
import type { ChangePlan } from './change-plan.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';

/** One file before and after: its bytes, or undefined if it does not exist. */
export interface FileChange {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** Every file that the plan touches, in the order of paths. */
export function readChanges(
  plan: ChangePlan,
  outDir: string,
  fileSystem: FileSystem = nodeFileSystem,
): FileChange[] {
  const read = (path: string): Uint8Array => fileSystem.read(join(outDir, path));
  return [
    ...plan.create.map(({ path, contents }) => ({ path, before: undefined, after: contents })),
    ...plan.change.map(({ path, contents }) => ({ path, before: read(path), after: contents })),
    ...plan.delete.map(({ path }) => ({ path, before: read(path), after: undefined })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}
