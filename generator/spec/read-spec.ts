// The spec's bytes from disk, or a diagnostic that says why not.
import { readFile } from 'node:fs/promises';
import type { Diagnostic, Result } from '../diagnostics.ts';

/** Reads a spec. `shownPath` is its name in the diagnostic (SONO100). */
export async function readSpec(path: string, shownPath: string): Promise<Result<Uint8Array>> {
  try {
    return { ok: true, value: await readFile(path), warnings: [] };
  } catch (error) {
    return { ok: false, diagnostics: [describeReadError(error, shownPath)] };
  }
}

function describeReadError(error: unknown, file: string): Diagnostic {
  const reason = error instanceof Error ? error.message.replace(/,? \w+ '.*'$/s, '') : String(error);
  return {
    code: 'SONO100',
    severity: 'error',
    message: `the spec cannot be read (${reason})`,
    path: '',
    location: { file, line: 1, column: 1 },
    hint: 'run in the folder that holds sonotheia.config.yaml, name the file with --config, or make one with `npm run init`',
  };
}
