// Brings the changes of a newer version into a project's handlers.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EjectRecord, formatRecord, RECORD_FILE } from '../bundle/handler-sources.ts';
import type { SourceChange } from './compare-handlers.ts';
import { writeSource } from './copy-handlers.ts';

/** Suffix of the newer file beside one whose edits touch the same lines; esbuild ignores it. */
const NEWER = '.new';

/** Writes what can be merged, and the newer file beside the others; `current` becomes the record. Returns a line for each file. */
export function updateHandlers(
  folder: string,
  changes: readonly SourceChange[],
  current: EjectRecord,
): string[] {
  const lines = changes.map(({ path, after, merged }) => {
    if (merged === null) {
      rmSync(join(folder, path), { force: true });
      return `deleted ${path}`;
    }
    if (merged !== undefined) {
      writeSource(folder, path, merged);
      return `updated ${path}`;
    }
    if (after === undefined) return `kept ${path}: you edited it, and the newer version does not have it`;
    writeSource(folder, `${path}${NEWER}`, after);
    return `kept ${path}: merge ${path}${NEWER} into it, and delete that file`;
  });
  writeSource(folder, RECORD_FILE, formatRecord(current));
  return lines;
}
