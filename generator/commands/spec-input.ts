// Shared by the commands that read a spec: the options, the reading, the refusal.

import { resolve } from 'node:path';
import { type CommandContext, EXIT_PROBLEM } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { DIAGNOSTIC_FORMATS, type DiagnosticFormat } from '../report/format-diagnostics.ts';
import { loadSpec } from '../spec/load.ts';
import { readSpec } from '../spec/read-spec.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { SonotheiaConfig } from '../spec/spec-types.ts';
import { formatCount } from '../text/format-count.ts';

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

/** Prints the diagnostics and their `consequence`; returns the exit code. */
export function refuse(
  diagnostics: readonly Diagnostic[],
  consequence: string,
  format: DiagnosticFormat,
  context: CommandContext,
): number {
  printDiagnostics(diagnostics, format, context);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (format === 'text') context.terminal.note(`${formatCount(errors, 'problem')}; ${consequence}.`);
  return EXIT_PROBLEM;
}
