// What writing a tree would do to a directory, as data.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';

/** A file that differs from what is to be written. */
export interface ChangedFile extends GeneratedFile {
  /** What is there now: the last run's file, one with a merge's conflict markers, or one that was changed otherwise. */
  readonly before: 'generated' | 'in conflict' | 'edited';
  /** SHA-256 of what is there now. */
  readonly hashBefore: string;
}

/** A generated file that the tree no longer has. */
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
  /** The manifest's new bytes; undefined when it stays, null when it goes with the last file. */
  readonly manifest: Uint8Array | null | undefined;
  /** An earlier run was interrupted while it wrote; the next write finishes or undoes it first. */
  readonly interrupted: boolean;
  /** With one of these, nothing may be written. */
  readonly conflicts: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Whether the directory already is what it should be. */
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

/** One line per file that is touched, then the counts. */
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
