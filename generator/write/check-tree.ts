// Receives a tree in memory and a directory, says whether the directory is up to date, writes nothing.

import type { Diagnostic } from '../diagnostics.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { MANIFEST_PATH } from './output-path.ts';

/** One way in which a directory differs from the tree. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'different' | 'stale';
}

/** What `generate --check` reports. */
export interface CheckReport {
  readonly isStale: boolean;
  readonly differences: readonly Difference[];
  /** Zips that are not in this checkout, while the manifest has the bytes that building them would give. */
  readonly notBuiltHere: readonly string[];
  readonly conflicts: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Compares without writing. Zips are not committed: on a fresh clone they are absent, and the committed manifest
 * stands for them.
 */
export function checkTree(
  files: readonly GeneratedFile[],
  outDir: string,
  fileSystem: FileSystem = nodeFileSystem,
): CheckReport {
  const plan = compareTree(files, outDir, fileSystem);
  const manifestIsCurrent = plan.manifest === undefined;
  const isUnbuiltZip = ({ path }: GeneratedFile): boolean => manifestIsCurrent && path.endsWith('.zip');
  const differences: Difference[] = [
    ...plan.create
      .filter((file) => !isUnbuiltZip(file))
      .map(({ path }) => ({ path, kind: 'missing' as const })),
    ...plan.change.map(({ path }) => ({ path, kind: 'different' as const })),
    ...plan.delete.map(({ path }) => ({ path, kind: 'stale' as const })),
    ...(plan.manifest === null ? [{ path: MANIFEST_PATH, kind: 'stale' as const }] : []),
    ...(plan.manifest ? [{ path: MANIFEST_PATH, kind: 'different' as const }] : []),
  ];
  return {
    isStale: differences.length > 0 || plan.interrupted || plan.conflicts.length > 0,
    differences,
    notBuiltHere: plan.create.filter(isUnbuiltZip).map(({ path }) => path),
    conflicts: plan.conflicts,
    warnings: plan.warnings,
  };
}
