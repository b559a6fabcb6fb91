// Prints diagnostics with the lines of their files.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type DiagnosticFormat, formatDiagnostics } from '../report/format-diagnostics.ts';
import { recallSpec } from '../spec/read-spec.ts';
import type { CommandContext } from './command.ts';

/**
 * Prints diagnostics: `text` to stderr, the formats for programs to stdout. Call it once in a run, also without
 * diagnostics: JSON output is a single array.
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  { terminal, workingDir }: Pick<CommandContext, 'terminal' | 'workingDir'>,
): void {
  const readSource = (file: string): string | undefined => {
    const path = resolve(workingDir, file);
    const spec = recallSpec(path);
    return spec === undefined ? readIfPresent(path) : new TextDecoder().decode(spec);
  };
  const text = formatDiagnostics(diagnostics, { format, colour: terminal.colour.err, readSource });
  if (format === 'text') terminal.writeError(text);
  else terminal.write(text);
}

/** For code frames only: if the file has gone meanwhile, the diagnostic has no frame. */
function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
