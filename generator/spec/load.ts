// Parses the bytes of a spec file into a plain value and the position of each part. Refuses the YAML features beyond
// plain data: aliases, merge keys, tags, directives, second documents.
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import {
  type Diagnostic,
  type Result,
  type SourceLocation,
  sortDiagnostics,
} from '../diagnostics/diagnostic.ts';
import { isMarker } from '../merge-markers.ts';
import { recognizeForeignFile } from './foreign-files.ts';
import { findRange, type TextRange } from './locate.ts';
import type { SpecPath } from './path-text.ts';
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

export const MAX_BYTES = 1024 * 1024;
/** Parsing one takes about 50 µs. */
const MAX_PARTS = 5_000;
const MAX_DEPTH = 32;

/**
 * Parses a spec. `file` is the name to show in diagnostics, `bytes` the raw contents. Problems: SONO101 size, SONO102
 * encoding, SONO103 YAML syntax, SONO104 an unsupported YAML feature, SONO105 an empty file, SONO106 merge conflict
 * markers, SONO107 a file of another tool.
 */
export function loadSpec(file: string, bytes: Uint8Array): Result<LoadedSpec> {
  const at = (line: number, column: number): SourceLocation => ({ file, line, column });
  const refuse = (
    code: DiagnosticCode,
    what: string,
    fix: string,
    location = at(1, 1),
  ): Result<LoadedSpec> => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', what, path: '', location, fix }],
  });
  if (bytes.byteLength > MAX_BYTES)
    return { ok: false, diagnostics: [describeExcess(file, String(bytes.byteLength))] };
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse('SONO102', 'the file is not valid UTF-8', 'save it as UTF-8');
  const control = findControlCharacter(text);
  if (control !== undefined) {
    return refuse(
      'SONO103',
      `the control character ${control.name} is not allowed in YAML`,
      'remove it, or write it escaped in a double-quoted string',
      { ...at(control.line, control.column), endLine: control.line, endColumn: control.column + 1 },
    );
  }
  const marker = findConflictMarker(text);
  if (marker !== undefined) {
    return refuse(
      'SONO106',
      'unresolved merge conflict',
      'keep one side, or combine both, and delete the marker lines (`<<<<<<<`, `=======`, `>>>>>>>`)',
      { ...at(marker.line, 1), endLine: marker.line, endColumn: marker.endColumn },
    );
  }
  if (nestsTooDeeply(text))
    return refuse('SONO104', `the file nests deeper than ${MAX_DEPTH} levels`, 'a spec needs six');
  const excess = findExcess(text);
  if (excess !== undefined) {
    return refuse(
      'SONO101',
      `the file has more than ${MAX_PARTS} lines and list items; this is the first one beyond the limit`,
      'a spec describes environments; keep data elsewhere',
      at(excess.line, excess.column),
    );
  }
  const foreign = recognizeForeignFile(text);
  if (foreign !== undefined) {
    return refuse(
      'SONO107',
      `this is ${foreign.name}, not a spec`,
      `${foreign.advice === undefined ? '' : `${foreign.advice}; `}move the file away, and \`npx sonotheia init${foreign.options}\` writes a spec`,
    );
  }

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
    return { ...at(Math.max(from.line, 1), Math.max(from.col, 1)), endLine: to.line, endColumn: to.col };
  };
  const [document] = documents;
  if (document === undefined || !('contents' in document) || document.contents === null) {
    return refuse('SONO105', 'the file is empty', 'start with `project_name` and `environments`');
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

/** The diagnostic for a file of more than MAX_BYTES. `size` may be a lower bound, such as `more than 1048576`. */
export function describeExcess(file: string, size: string): Diagnostic {
  return {
    code: 'SONO101',
    severity: 'error',
    what: `the file has ${size} bytes; the limit is ${MAX_BYTES}`,
    path: '',
    location: { file, line: 1, column: 1 },
    fix: 'a spec describes environments; keep data elsewhere',
  };
}

/** The first conflict marker of git. No valid line of a spec begins like one. */
function findConflictMarker(text: string): { line: number; endColumn: number } | undefined {
  const lines = text.split('\n');
  const index = lines.findIndex(isMarker);
  return index === -1 ? undefined : { line: index + 1, endColumn: (lines[index] ?? '').trimEnd().length + 1 };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * YAML 1.2 forbids C0 controls except tab, line feed and carriage return. Editors hide them, so the message names the
 * first one.
 */
function findControlCharacter(text: string): { name: string; line: number; column: number } | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const match = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (match === null) return undefined;
  const name = `U+${match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return { name, ...placeOf(text, match.index) };
}

/**
 * The position at which the file exceeds MAX_PARTS, about one second of parsing. Counts lines and the commas and
 * brackets of flow collections, also those inside texts.
 */
function findExcess(text: string): { line: number; column: number } | undefined {
  let parts = 0;
  for (const { index } of text.matchAll(/[\n,[{]/g)) {
    parts += 1;
    if (parts > MAX_PARTS) return placeOf(text, index);
  }
  return undefined;
}

/** Counted from 1. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * A cheap upper bound, before the recursive parser runs out of stack: open flow brackets, indentation, and
 * the `- - -` and `? ? ?` runs with which block collections nest on one line.
 */
function nestsTooDeeply(text: string): boolean {
  let flowDepth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') flowDepth += 1;
    if (character === ']' || character === '}') flowDepth = Math.max(0, flowDepth - 1);
    if (flowDepth > MAX_DEPTH) return true;
  }
  return /^[ ]{512}|(?:[-?] ){33}/m.test(text);
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
