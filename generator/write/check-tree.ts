// Receives a tree in memory and a directory, says whether the directory is up to date, writes nothing.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { findForeignTerraform, refuseForeignTerraform } from './foreign-terraform.ts';
import { MANIFEST_PATH } from './output-path.ts';

/** One way in which a directory differs from the tree. */
interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'different' | 'stale';
}

/** What `generate --check` reports. */
export interface CheckReport {
  readonly isStale: boolean;
  readonly differences: readonly Difference[];
  /** Zips that are not in this checkout, while the manifest has the bytes that building them would give. */
  readonly notBuiltHere: readonly string[];
  /** Files that Terraform would read beside the tree's, and that the spec names. */
  readonly extraFiles: readonly string[];
  readonly conflicts: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export interface CheckOptions {
  /** Files beside the tree that the spec names, relative to `outDir`. */
  readonly extraFiles?: readonly string[];
  readonly fileSystem?: FileSystem;
}

/**
 * Compares without writing. Zips are not committed: on a fresh clone they are absent, and the committed manifest
 * stands for them. What Terraform would read beside the tree is a conflict, unless `extraFiles` names it.
 */
export function checkTree(
  files: readonly GeneratedFile[],
  outDir: string,
  { extraFiles = [], fileSystem = nodeFileSystem }: CheckOptions = {},
): CheckReport {
  const plan = compareTree(files, outDir, fileSystem);
  const generated = new Set([...files, ...plan.delete].map(({ path }) => path));
  const foreign = findForeignTerraform(outDir, generated, fileSystem);
  const conflicts = [
    ...plan.conflicts,
    ...foreign
      .filter((path) => !extraFiles.includes(path))
      .map((path) => refuseForeignTerraform(outDir, path)),
  ];
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
    isStale: differences.length > 0 || plan.interrupted || conflicts.length > 0,
    differences,
    notBuiltHere: plan.create.filter(isUnbuiltZip).map(({ path }) => path),
    extraFiles: foreign.filter((path) => extraFiles.includes(path)),
    conflicts,
    warnings: plan.warnings,
  };
}
