// Prints diagnostics with the lines of their files.
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type DiagnosticFormat, formatDiagnostics } from '../report/format-diagnostics.ts';
import { readSpec, recallSpec } from '../spec/read-spec.ts';
import type { CommandContext } from './command.ts';
import { formatProblem, type Problem } from './problem.ts';

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
    const known = recallSpec(path);
    if (known !== undefined) return new TextDecoder().decode(known);
    // Read with the same care as a spec: it may be an endless device, or have gone meanwhile. Then there is no frame.
    const read = readSpec(path, file);
    return read.ok ? new TextDecoder().decode(read.value) : undefined;
  };
  const named = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    what: terminal.nameDocuments(diagnostic.what),
    why: diagnostic.why && terminal.nameDocuments(diagnostic.why),
    fix: diagnostic.fix && terminal.nameDocuments(diagnostic.fix),
  }));
  const text = formatDiagnostics(named, { format, colour: terminal.colour.err, readSource });
  // Its frames show the lines of the file as they are.
  if (format === 'text') terminal.writeError(text);
  else terminal.write(terminal.nameDocuments(text));
}

/** Prints the diagnostics of a problem, then its text, to stderr. */
export function printProblem(
  { text }: Problem,
  context: Pick<CommandContext, 'terminal' | 'workingDir'>,
): void {
  printDiagnostics(text.diagnostics ?? [], 'text', context);
  context.terminal.note(formatProblem(text));
}
