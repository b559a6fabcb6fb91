// A new folder for temporary files. Its name comes from a variable, which may name a folder that is missing or read-only.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from './problem.ts';

/** Returns its path; only this user may read it. Throws a `Problem`. */
export function makeTemporaryFolder(prefix: string): string {
  try {
    // mkdtemp makes it with the mode 0700.
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new Problem(
      {
        what: `No folder can be created in ${tmpdir()}, which is for temporary files.`,
        why: error instanceof Error ? error.message : String(error),
        fix: 'set the variable TMPDIR to a folder that you may write to',
      },
      { cause: error },
    );
  }
}
