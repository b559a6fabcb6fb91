// Shared by the commands that read a spec: the options, the reading, the printing of diagnostics.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CommandContext, EXIT_PROBLEM } from '../command-line/command.ts';
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import {
  DIAGNOSTIC_FORMATS,
  type DiagnosticFormat,
  formatDiagnostics,
} from '../report/format-diagnostics.ts';
import { loadSpec } from '../spec/load.ts';
import { readSpec, recallSpec } from '../spec/read-spec.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { SonotheiaConfig } from '../spec/spec-types.ts';

export const CONFIG_OPTION = {
  type: 'string',
  value: 'file',
  default: 'sonotheia.config.yaml',
  description: 'the spec to read',
} as const;

export const FORMAT_OPTION = {
  type: 'string',
  value: 'format',
  default: 'text',
  values: DIAGNOSTIC_FORMATS,
  description: 'how problems are printed: text, json or github (annotations)',
} as const;

/** Reads and compiles the spec at `config`, relative to the working directory. */
export async function loadResolvedSpec(
  config: string,
  { workingDir }: CommandContext,
): Promise<Result<ResolvedSpec>> {
  const bytes = readSpec(resolve(workingDir, config), config);
  return bytes.ok ? compileSpec(config, bytes.value) : bytes;
}

/** Like `loadResolvedSpec`; also returns the spec as it is written in the file. */
export async function loadSpecWithSource(
  config: string,
  { workingDir }: CommandContext,
): Promise<Result<{ readonly written: SonotheiaConfig; readonly resolved: ResolvedSpec }>> {
  const bytes = readSpec(resolve(workingDir, config), config);
  if (!bytes.ok) return bytes;
  const resolved = compileSpec(config, bytes.value);
  const loaded = loadSpec(config, bytes.value);
  if (!resolved.ok) return resolved;
  if (!loaded.ok) return loaded;
  return { ...resolved, value: { written: loaded.value.value as SonotheiaConfig, resolved: resolved.value } };
}

/**
 * Prints diagnostics: `text` to stderr, the formats for programs to stdout. Call it once in a run, also without
 * diagnostics: JSON output is a single array.
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  { terminal, workingDir }: CommandContext,
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

/** Prints the diagnostics and their `consequence`; returns the exit code. */
export function refuse(
  diagnostics: readonly Diagnostic[],
  consequence: string,
  format: DiagnosticFormat,
  context: CommandContext,
): number {
  printDiagnostics(diagnostics, format, context);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (format === 'text')
    context.terminal.note(`${errors} ${errors === 1 ? 'problem' : 'problems'}; ${consequence}.`);
  return EXIT_PROBLEM;
}
