// The checks of a spec's bytes before YAML is parsed: size, encoding, control characters, conflict markers, and the limits that
// keep the parser fast.
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { type Diagnostic, describeFile, type SourceLocation } from '../diagnostics/diagnostic.ts';
import { isMarker } from '../merge-markers.ts';
import { recognizeForeignFile } from './foreign-files.ts';

export const MAX_BYTES = 1024 * 1024;
/** Parsing one takes about 50 µs. */
const MAX_PARTS = 5_000;
const MAX_DEPTH = 32;

interface TextProblem {
  readonly code: DiagnosticCode;
  readonly what: string;
  readonly fix: string;
  /** The first character of the file by default. */
  readonly place?: Omit<SourceLocation, 'file'>;
}

/** The text of a spec, or the first problem of its bytes: SONO101 to SONO104, SONO106, SONO107. */
export function readSpecText(file: string, bytes: Uint8Array): string | Diagnostic {
  if (bytes.byteLength > MAX_BYTES) return describeExcess(file, String(bytes.byteLength));
  const text = decodeUtf8(bytes);
  if (text === undefined)
    return describeFile('SONO102', file, 'the file is not valid UTF-8', 'save it as UTF-8');
  const problem =
    refuseControlCharacter(text) ??
    refuseConflictMarker(text) ??
    refuseDepth(text) ??
    refuseParts(text) ??
    refuseForeignFile(text);
  if (problem === undefined) return text;
  const { code, what, fix, place = { line: 1, column: 1 } } = problem;
  return { ...describeFile(code, file, what, fix), location: { file, ...place } };
}

/** The diagnostic for a file of more than MAX_BYTES. `size` may be a lower bound, such as `more than 1048576`. */
export function describeExcess(file: string, size: string): Diagnostic {
  const what = `the file has ${size} bytes; the limit is ${MAX_BYTES}`;
  return describeFile('SONO101', file, what, 'a spec describes environments; keep data elsewhere');
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
function refuseControlCharacter(text: string): TextProblem | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const match = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (match === null) return undefined;
  const name = `U+${match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const { line, column } = placeOf(text, match.index);
  return {
    code: 'SONO103',
    what: `the control character ${name} is not allowed in YAML`,
    fix: 'remove it, or write it escaped in a double-quoted string',
    place: { line, column, endLine: line, endColumn: column + 1 },
  };
}

/** The first conflict marker of git. No valid line of a spec begins like one. */
function refuseConflictMarker(text: string): TextProblem | undefined {
  const lines = text.split('\n');
  const index = lines.findIndex(isMarker);
  if (index === -1) return undefined;
  const line = index + 1;
  const endColumn = (lines[index] ?? '').trimEnd().length + 1;
  return {
    code: 'SONO106',
    what: 'unresolved merge conflict',
    fix: 'keep one side, or combine both, and delete the marker lines (`<<<<<<<`, `=======`, `>>>>>>>`)',
    place: { line, column: 1, endLine: line, endColumn },
  };
}

function refuseDepth(text: string): TextProblem | undefined {
  if (!nestsTooDeeply(text)) return undefined;
  return {
    code: 'SONO104',
    what: `the file nests deeper than ${MAX_DEPTH} levels`,
    fix: 'a spec needs six',
  };
}

/**
 * The position at which the file exceeds MAX_PARTS, about one second of parsing. Counts lines and the commas and
 * brackets of flow collections, also those inside texts.
 */
function refuseParts(text: string): TextProblem | undefined {
  let parts = 0;
  for (const { index } of text.matchAll(/[\n,[{]/g)) {
    parts += 1;
    if (parts <= MAX_PARTS) continue;
    return {
      code: 'SONO101',
      what: `the file has more than ${MAX_PARTS} lines and list items; this is the first one beyond the limit`,
      fix: 'a spec describes environments; keep data elsewhere',
      place: placeOf(text, index),
    };
  }
  return undefined;
}

function refuseForeignFile(text: string): TextProblem | undefined {
  const foreign = recognizeForeignFile(text);
  if (foreign === undefined) return undefined;
  return {
    code: 'SONO107',
    what: `this is ${foreign.name}, not a spec`,
    fix: `${foreign.advice === undefined ? '' : `${foreign.advice}; `}move the file away, and \`npx sonotheia init${foreign.options}\` writes a spec`,
  };
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
