// Checks whether a directory holds a tree. Never writes.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { compareTree } from './compare-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { findForeignTerraform, refuseForeignTerraform } from './foreign-terraform.ts';
import { MANIFEST_PATH } from './output-path.ts';

/** One difference between the directory and the tree. */
interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'different' | 'stale';
}

/** The report of `generate --check`. */
export interface CheckReport {
  readonly isStale: boolean;
  readonly differences: readonly Difference[];
  /** Zips that are absent here, but whose hashes in the manifest are current. */
  readonly notBuiltHere: readonly string[];
  /** Other files that Terraform reads and that the spec names. */
  readonly extraFiles: readonly string[];
  readonly conflicts: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Lines for people. */
export function describeCheck({ extraFiles, notBuiltHere, differences }: CheckReport): string[] {
  return [
    ...describeExtraFiles(extraFiles),
    ...notBuiltHere.map((path) => `not built here: ${path} (the manifest has its hash)`),
    ...differences.map(({ path, kind }) => `${kind}: ${path}`),
  ];
}

export function describeExtraFiles(paths: readonly string[]): string[] {
  return paths.map((path) => `also read by Terraform: ${path}`);
}

export interface CheckOptions {
  /** The spec's own files in the output folder, relative to `outDir`. */
  readonly extraFiles?: readonly string[];
  readonly fileSystem?: FileSystem;
}

/**
 * Compares without writing. Zips are not committed: in a fresh clone they are absent, and the check uses their hashes
 * in the committed manifest. Another file that Terraform reads is a conflict, unless `extraFiles` names it.
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
