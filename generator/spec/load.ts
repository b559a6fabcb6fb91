// Receives the bytes of a spec file, promises a plain value with a way back to its positions, and refuses
// whatever YAML can do beyond plain data: aliases, merge keys, tags, directives, second documents.
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
} from 'yaml';
import { type Diagnostic, type Result, type SourceLocation, sortDiagnostics } from '../diagnostics.ts';

/** Keys (and list indices) from the root of the spec to a value. */
export type SpecPath = readonly (string | number)[];

/** A spec as written: the value, and where each part of it stands in the file. */
export interface LoadedSpec {
  readonly file: string;
  readonly value: unknown;
  /** Position of the value at `path`, or of its nearest ancestor that is in the file. */
  readonly locate: (path: SpecPath) => SourceLocation;
  /** Position of the last key of `path`, or of the nearest ancestor that is in the file. */
  readonly locateKey: (path: SpecPath) => SourceLocation;
}

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses a spec. `file` is the name to show in diagnostics, `bytes` the raw contents.
 * Problems: SONO101 size, SONO102 encoding, SONO103 YAML syntax, SONO104 a YAML feature that specs do without,
 * SONO105 an empty file.
 */
export function loadSpec(file: string, bytes: Uint8Array): Result<LoadedSpec> {
  const at = (line: number, column: number): SourceLocation => ({ file, line, column });
  const refuse = (code: string, message: string, hint: string, location = at(1, 1)): Result<LoadedSpec> => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', message, path: '', location, hint }],
  });
  if (bytes.byteLength > MAX_BYTES) {
    return refuse(
      'SONO101',
      `the file has ${bytes.byteLength} bytes; the limit is ${MAX_BYTES}`,
      'a spec describes environments, it holds no data',
    );
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse('SONO102', 'the file is not valid UTF-8', 'save it as UTF-8');
  const control = findControlCharacter(text);
  if (control !== undefined) {
    return refuse(
      'SONO103',
      `the control character ${control.name} is not allowed in YAML`,
      'remove it, or write it escaped in a double-quoted string',
      at(control.line, control.column),
    );
  }
  if (nestsTooDeeply(text))
    return refuse('SONO104', `the file nests deeper than ${MAX_DEPTH} levels`, 'a spec needs six');

  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
    stringKeys: true,
    lineCounter,
  });
  const locateOffset = (offset: number): SourceLocation => {
    const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
    return at(Math.max(line, 1), Math.max(col, 1));
  };
  const [document] = documents;
  if (document === undefined || !('contents' in document) || document.contents === null) {
    return refuse('SONO105', 'the file is empty', 'start with `project_name` and `environments`');
  }
  const problems = findProblems(documents as Document.Parsed[], locateOffset);
  if (problems.length > 0) return { ok: false, diagnostics: sortDiagnostics(problems) };
  const find = (path: SpecPath, wantKey: boolean): SourceLocation =>
    locateOffset(findOffset(document, path, wantKey));
  return {
    ok: true,
    value: {
      file,
      value: document.toJS({ maxAliasCount: 0 }),
      locate: (path) => find(path, false),
      locateKey: (path) => find(path, true),
    },
    warnings: [],
  };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** YAML 1.2 forbids C0 controls but tab, line feed and carriage return; editors hide them, so name the first one. */
function findControlCharacter(text: string): { name: string; line: number; column: number } | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const match = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (match === null) return undefined;
  const before = text.slice(0, match.index).split('\n');
  return {
    name: `U+${match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  };
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
  locateOffset: (offset: number) => SourceLocation,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const report = (code: string, offset: number, message: string, hint?: string): void => {
    problems.push({
      code,
      severity: 'error',
      message,
      path: '',
      location: locateOffset(offset),
      ...(hint === undefined ? {} : { hint }),
    });
  };
  for (const document of documents) {
    for (const error of document.errors) {
      report('SONO103', error.pos[0], describeYamlError(error.message), hintForYamlError(error.code));
    }
  }
  const [document, second] = documents;
  if (document === undefined) return problems;
  if (second !== undefined) {
    report(
      'SONO104',
      second.range[0],
      'a second YAML document starts here',
      'keep one document a file: remove the `---`',
    );
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    report(
      'SONO104',
      0,
      `%YAML ${document.directives.yaml.version} is not supported`,
      'remove the directive; specs are YAML 1.2',
    );
  }
  visit(document, (_key, node) => {
    if (isAlias(node))
      report(
        'SONO104',
        node.range?.[0] ?? 0,
        `the alias \`*${node.source}\` is not supported`,
        'write the value out, or put it under `defaults`',
      );
    if (isNode(node) && !isAlias(node) && node.tag !== undefined) {
      report(
        'SONO104',
        node.range?.[0] ?? 0,
        `the tag \`${node.tag}\` is not supported`,
        'write a plain value',
      );
    }
    if (
      isPair(node) &&
      isScalar(node.key) &&
      (FORBIDDEN_KEYS.has(String(node.key.value)) || node.key.value === '<<')
    ) {
      report(
        'SONO104',
        node.key.range?.[0] ?? 0,
        `the key \`${String(node.key.value)}\` is not allowed`,
        'write the keys out',
      );
    }
  });
  return problems;
}

function describeYamlError(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function hintForYamlError(code: string): string | undefined {
  const hints: Partial<Record<string, string>> = {
    DUPLICATE_KEY: 'keep one of the two',
    TAB_AS_INDENT: 'indent with spaces',
    BAD_INDENT: 'check the indentation, and that every bracket is closed',
    MISSING_CHAR: 'close the quote or bracket',
    MULTILINE_IMPLICIT_KEY: 'put a space after the colon, or quote the text',
    NON_STRING_KEY: 'quote the key',
  };
  return hints[code];
}

/** Walks as far along `path` as the file goes and returns the offset of what it finds there. */
function findOffset(document: Document.Parsed, path: SpecPath, wantKey: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, segment] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === segment);
      if (pair === undefined) return offset;
      const useKey = (isLast && wantKey) || !isNode(pair.value) || pair.value.range === undefined;
      const target = useKey ? pair.key : pair.value;
      offset = (isNode(target) ? target.range?.[0] : undefined) ?? offset;
      // A block map starts at its first key: the key above it says more about what is meant.
      if (!isLast || isMap(pair.value))
        offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node) {
      const item: unknown = (node.items as unknown[])[Number(segment)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
