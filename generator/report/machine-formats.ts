// Diagnostics for programs: JSON with stable keys, and GitHub's workflow commands.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { escapeUnsafe } from '../text/visible-text.ts';

/** A diagnostic in JSON. Every key is present; unknown values are null. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly path: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
  readonly why: string | null;
  readonly hint: string | null;
  /** Link to the explanation of the code, relative to the project. */
  readonly docs: string;
}

export function describeAsJson(diagnostic: Diagnostic): JsonDiagnostic {
  const { code, severity, what, path, location, why = null, fix = null } = diagnostic;
  return {
    code,
    severity,
    message: what,
    path,
    file: location?.file ?? null,
    line: location?.line ?? null,
    column: location?.column ?? null,
    endLine: location?.endLine ?? null,
    endColumn: location?.endColumn ?? null,
    why,
    hint: fix,
    docs: findDocs(code),
  };
}

function findDocs(code: string): string {
  return `docs/diagnostics.md#${code.toLowerCase()}`;
}

/**
 * One `::error …::…` line, with the escapes of
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function formatForGithub(diagnostic: Diagnostic): string {
  const { code, severity, what, path, location, why, fix } = diagnostic;
  const properties = [
    ...(location === undefined
      ? []
      : [`file=${escapeProperty(location.file)}`, `line=${location.line}`, `col=${location.column}`]),
    ...describeEnd(diagnostic),
    `title=${escapeProperty(path === '' ? code : `${code} ${path}`)}`,
  ];
  const notes = [
    what,
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(fix === undefined ? [] : [`hint: ${fix}`]),
  ];
  return `::${severity} ${properties.join(',')}::${notes.map(escapeData).join('%0A')}\n`;
}

/** GitHub accepts columns only if the range is within one line. */
function describeEnd({ location }: Diagnostic): string[] {
  if (location?.endLine === undefined || location.endColumn === undefined) return [];
  if (location.endLine === location.line) return [`endColumn=${location.endColumn}`];
  return [`endLine=${location.endLine}`];
}

function escapeData(text: string): string {
  return escapeUnsafe(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
