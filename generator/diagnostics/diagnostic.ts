// Expected problems and their order. generator/report/ formats them.
import type { DiagnosticCode } from './codes.ts';

/** A range in a source file; lines and columns start at 1, columns count UTF-16 units. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The end column, exclusive, if known. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** A problem that the user can solve. */
export interface Explanation {
  /** The problem, and the limit or rule that it breaks. */
  readonly what: string;
  /** Who sets the limit, and the limit. */
  readonly why?: string | undefined;
  /** The fix: text that works when it is followed or pasted. */
  readonly fix?: string | undefined;
}

/** A problem of the spec or of the tree. An `error` stops the generation; a `warning` does not. */
export interface Diagnostic extends Explanation {
  /** Permanent code; docs/diagnostics.md explains it. */
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** The place in the spec, as dotted keys; empty for the whole file. */
  readonly path: string;
  readonly location?: SourceLocation;
}

/** An error of a whole file, located at its first character. */
export function describeFile(code: DiagnosticCode, file: string, what: string, fix?: string): Diagnostic {
  const location = { file, line: 1, column: 1 };
  return { code, severity: 'error', what, path: '', location, ...(fix === undefined ? {} : { fix }) };
}

/** A stage's result: its value, or the problems that prevented it. */
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
    compareText(a.what, b.what);
  return [...diagnostics].sort(byPosition);
}

/** Code-unit order: the same in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
