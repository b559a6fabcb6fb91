// Expected problems: what they are and how they are ordered. generator/report/ says how they read.
import type { DiagnosticCode } from './codes.ts';

/** A stretch of a source file; lines and columns are 1-based, columns count UTF-16 units. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where it ends, if that is known: the first column that no longer belongs to it. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Something the user must know; `error` stops the generation, `warning` does not. */
export interface Diagnostic {
  /** Permanent: never reused for another meaning. The catalogue explains each. */
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** What is wrong, and the limit or rule it breaks. */
  readonly message: string;
  /** Where in the spec, as dotted keys; empty for the file as a whole. */
  readonly path: string;
  readonly location?: SourceLocation;
  /** Who sets the limit, and what the limit is. */
  readonly why?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A stage's result: its value, or the problems that kept it from having one. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Orders by position in the file, then by code, so that output never depends on the order of the checks. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPosition = (a: Diagnostic, b: Diagnostic): number =>
    (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
    (a.location?.column ?? 0) - (b.location?.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.path, b.path) ||
    compareText(a.message, b.message);
  return [...diagnostics].sort(byPosition);
}

/** Code-unit order: the same in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
