// Reads the record of the last generation from the output folder. Beside the spec and the handlers, the only input.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../diagnostics.ts';
import { describeDamage, parseRecord } from './parse-record.ts';
import { NO_RECORD, RECORD_PATH, type StackRecord } from './stack-record.ts';

/**
 * The record in `outDir`; a missing one means that nothing was generated yet. `shownDir` is the folder as its user
 * wrote it. Problems: SONO325.
 */
export async function readStackRecord(outDir: string, shownDir: string): Promise<Result<StackRecord>> {
  const shownPath = join(shownDir, RECORD_PATH);
  let contents: Uint8Array;
  try {
    contents = await readFile(join(outDir, RECORD_PATH));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    // A file in the folder's place is refused when the tree is compared.
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: true, value: NO_RECORD, warnings: [] };
    if (code === undefined) throw error;
    return { ok: false, diagnostics: [describeDamage(code, shownPath)] };
  }
  return parseRecord(contents, shownPath);
}
