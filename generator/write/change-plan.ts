// The changes that writing a tree would make in a directory, as data.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';

/** A file that differs from the new tree. */
export interface ChangedFile extends GeneratedFile {
  /** The current file: unchanged since the last run, with conflict markers, or edited. */
  readonly before: 'generated' | 'in conflict' | 'edited';
  /** SHA-256 of the current file. */
  readonly hashBefore: string;
}

/** A generated file that is not in the new tree. */
export interface StaleFile {
  readonly path: string;
  readonly hashBefore: string;
}

/** The difference between a tree in memory and a directory; every list is sorted by path. */
export interface ChangePlan {
  /** The whole tree. */
  readonly files: readonly GeneratedFile[];
  readonly create: readonly GeneratedFile[];
  readonly change: readonly ChangedFile[];
  readonly delete: readonly StaleFile[];
  readonly same: readonly string[];
  /** The manifest's new bytes; undefined if it is unchanged, null if it is deleted with the last file. */
  readonly manifest: Uint8Array | null | undefined;
  /** An earlier run was interrupted while it wrote; the next write finishes or undoes it first. */
  readonly interrupted: boolean;
  /** Conflicts. With one of these, the plan must not be written. */
  readonly conflicts: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Whether the directory already holds the tree. */
export function isUpToDate(plan: ChangePlan): boolean {
  return (
    plan.create.length + plan.change.length + plan.delete.length === 0 &&
    plan.manifest === undefined &&
    !plan.interrupted
  );
}

const NOTES: Readonly<Record<ChangedFile['before'], string>> = {
  generated: '',
  'in conflict': ' (its merge conflict is resolved)',
  edited: ' (had local edits)',
};

/** One line per changed file, then the counts. */
export function describePlan(plan: ChangePlan): string[] {
  const lines = [
    ...plan.create.map(({ path }) => `created ${path}`),
    ...plan.change.map(({ path, before }) => `changed ${path}${NOTES[before]}`),
    ...plan.delete.map(({ path }) => `deleted ${path}`),
  ];
  const counts = [
    `${plan.create.length} created`,
    `${plan.change.length} changed`,
    `${plan.delete.length} deleted`,
    `${plan.same.length} same`,
  ];
  return [...lines, counts.join(', ')];
}
