// Parses the bytes of a spec file into a plain value and the position of each part. Refuses the YAML features beyond
// plain data: aliases, merge keys, tags, directives, second documents.
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import {
  type Diagnostic,
  describeFile,
  type Result,
  type SourceLocation,
  sortDiagnostics,
} from '../diagnostics/diagnostic.ts';
import { findRange, type TextRange } from './locate.ts';
import type { SpecPath } from './path-text.ts';
import { readSpecText } from './read-spec-text.ts';
import { findUnsupportedFeatures } from './yaml-features.ts';
import { explainSyntaxErrors } from './yaml-syntax.ts';

/** A spec as written: its value, and the position of each part in the file. */
export interface LoadedSpec {
  readonly file: string;
  readonly value: unknown;
  /** Stretch of the value at `path`, or of its nearest ancestor that is in the file. */
  readonly locate: (path: SpecPath) => SourceLocation;
  /** Stretch of the last key of `path`, or of the nearest ancestor that is in the file. */
  readonly locateKey: (path: SpecPath) => SourceLocation;
  /** The text of the value at `path` as the file has it: `0042`, where the value is 42. */
  readonly readSource: (path: SpecPath) => string;
}

/**
 * Parses a spec. `file` is the name to show in diagnostics, `bytes` the raw contents. Problems: SONO101 size, SONO102
 * encoding, SONO103 YAML syntax, SONO104 an unsupported YAML feature, SONO105 an empty file, SONO106 merge conflict
 * markers, SONO107 a file of another tool.
 */
export function loadSpec(file: string, bytes: Uint8Array): Result<LoadedSpec> {
  const text = readSpecText(file, bytes);
  if (typeof text !== 'string') return { ok: false, diagnostics: [text] };
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    // yaml-syntax.ts checks this faster and also finds the first key's line.
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
    stringKeys: true,
    lineCounter,
  });
  const locateRange = ([start, end]: TextRange): SourceLocation => {
    const from = lineCounter.linePos(Math.min(start, text.length));
    const to = lineCounter.linePos(Math.min(Math.max(start, end), text.length));
    return {
      file,
      line: Math.max(from.line, 1),
      column: Math.max(from.col, 1),
      endLine: to.line,
      endColumn: to.col,
    };
  };
  const [document] = documents;
  if (document === undefined || !('contents' in document) || document.contents === null) {
    const fix = 'start with `project_name` and `environments`';
    return { ok: false, diagnostics: [describeFile('SONO105', file, 'the file is empty', fix)] };
  }
  const problems = findProblems(documents as Document.Parsed[], text, locateRange);
  if (problems.length > 0) return { ok: false, diagnostics: sortDiagnostics(problems) };
  const find = (path: SpecPath, wantKey: boolean): SourceLocation =>
    locateRange(findRange(document, path, wantKey));
  return {
    ok: true,
    value: {
      file,
      value: document.toJS({ maxAliasCount: 0 }),
      locate: (path) => find(path, false),
      locateKey: (path) => find(path, true),
      readSource: (path) => text.slice(...findRange(document, path, false)).trim(),
    },
    warnings: [],
  };
}

function findProblems(
  documents: readonly Document.Parsed[],
  text: string,
  locateRange: (range: TextRange) => SourceLocation,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const report = (code: DiagnosticCode, range: TextRange, what: string, fix?: string): void => {
    problems.push({
      code,
      severity: 'error',
      what,
      path: '',
      location: locateRange(range),
      ...(fix === undefined ? {} : { fix }),
    });
  };
  const lineOf = (offset: number): number => locateRange([offset, offset]).line;
  for (const document of documents) {
    for (const { range, what, fix } of explainSyntaxErrors({ document, text, lineOf }))
      report('SONO103', range, what, fix);
  }
  for (const { range, what, fix } of findUnsupportedFeatures(documents, text))
    report('SONO104', range, what, fix);
  return problems;
}
