// Compares three sets of sources: those that were copied, those of the project now, and those of the generator now. Pure.
import { applyPatch, structuredPatch } from 'diff';
import type { Sources } from '../bundle/handler-sources.ts';

/** A file that a newer version of the generator changed, added or removed. */
export interface SourceChange {
  readonly path: string;
  /** As it was copied; undefined if the newer version added it. */
  readonly before: string | undefined;
  /** Undefined if the newer version removed it. */
  readonly after: string | undefined;
  readonly isEdited: boolean;
  /** The project's file with the change; null deletes it; undefined if the edits of both touch the same lines. */
  readonly merged: string | null | undefined;
}

/** Leaves out changes that the project has already. */
export function compareHandlers(copied: Sources, own: Sources, current: Sources): SourceChange[] {
  const paths = [...new Set([...copied.keys(), ...current.keys()])].sort();
  return paths.flatMap((path): SourceChange[] => {
    const [before, mine, after] = [copied.get(path), own.get(path), current.get(path)];
    if (before === after || mine === after) return [];
    const isEdited = mine !== before;
    return [
      { path, before, after, isEdited, merged: isEdited ? merge(before, mine, after) : (after ?? null) },
    ];
  });
}

/** The files that the project has changed, added or removed. */
export function listEdited(copied: Sources, own: Sources): string[] {
  return [...new Set([...copied.keys(), ...own.keys()])]
    .filter((path) => copied.get(path) !== own.get(path))
    .sort();
}

/** Undefined if a file was removed on one side and edited on the other, or if the patch does not apply. */
function merge(
  before: string | undefined,
  mine: string | undefined,
  after: string | undefined,
): string | undefined {
  if (before === undefined || mine === undefined || after === undefined) return undefined;
  const merged = applyPatch(mine, structuredPatch('', '', before, after));
  return merged === false ? undefined : merged;
}
