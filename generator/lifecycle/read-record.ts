// Reads the record of the last generation from the output folder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { parseManifest } from '../write/manifest.ts';
import { MANIFEST_PATH, RECORD_PATH } from '../write/output-path.ts';
import { describeDamage, parseRecord } from './parse-record.ts';
import { NO_RECORD, type StackRecord } from './stack-record.ts';

/**
 * The record in `outDir`. A missing one means the first generation, unless the manifest lists it and `isFresh` is
 * false. `shownDir` is the folder as the user wrote it. Problems: SONO325, SONO345.
 */
export async function readStackRecord(
  outDir: string,
  shownDir: string,
  isFresh: boolean,
): Promise<Result<StackRecord>> {
  const shownPath = join(shownDir, RECORD_PATH);
  let contents: Uint8Array;
  try {
    contents = await readFile(join(outDir, RECORD_PATH));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    // A file in the folder's place is refused later, when the tree is compared.
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return isFresh || !(await isListed(outDir))
        ? { ok: true, value: NO_RECORD, warnings: [] }
        : { ok: false, diagnostics: [describeAbsence(shownPath)] };
    if (code === undefined) throw error;
    return { ok: false, diagnostics: [describeDamage(code, shownPath)] };
  }
  return parseRecord(contents, shownPath);
}

/** Whether the manifest lists a record, which means that the file was removed. */
async function isListed(outDir: string): Promise<boolean> {
  try {
    const manifest = parseManifest(await readFile(join(outDir, MANIFEST_PATH)));
    return manifest?.has(RECORD_PATH) === true;
  } catch {
    // No manifest means no tree; a damaged manifest is refused later, when the tree is compared.
    return false;
  }
}

function describeAbsence(shownPath: string): Diagnostic {
  return {
    code: 'SONO345',
    severity: 'error',
    what: `${shownPath} is missing: without it, the losses of this change cannot be found`,
    path: '',
    fix: `restore it: \`git checkout HEAD -- ${shownPath}\`; if nothing of the tree is deployed, run once with --fresh`,
  };
}
