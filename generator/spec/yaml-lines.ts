// Explains mistakes in the layout of a YAML text: indentation, colons, misplaced text. Each function turns a parser
// error into a description of the author's mistake.

import type { Document, YAMLParseError } from 'yaml';
import { formatCount } from '../text/format-count.ts';
import type { TextRange } from './locate.ts';
import { findLineStart, measureIndent, quote, readLine, readToken, shorten } from './source-text.ts';

export interface SyntaxProblem {
  readonly range: TextRange;
  readonly what: string;
  readonly fix?: string;
}

export interface Mistake {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly error: YAMLParseError;
  readonly start: number;
}

/** A line whose indentation matches no enclosing level. */
export function explainIndent({ text, start }: Mistake): SyntaxProblem {
  const lineStart = findLineStart(text, start);
  const line = readLine(text, lineStart);
  const indent = measureIndent(line);
  const levels = findLevels(text, lineStart);
  const below = levels.filter((level) => level < indent).at(-1);
  const above = levels.find((level) => level > indent);
  const nearest = [below, above].filter((level) => level !== undefined);
  const range: TextRange = readToken(text, lineStart + indent);
  return {
    range,
    what: `the line is indented by ${formatCount(indent, 'space')}, which matches no enclosing indentation level`,
    fix: `indent it by ${nearest.join(' or ')} spaces, like the lines above`,
  };
}

/** The indentation of each level that encloses a line, outermost first. */
function findLevels(text: string, lineStart: number): number[] {
  const levels: number[] = [];
  for (const line of text.slice(0, lineStart).split('\n').slice(0, -1).reverse()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const indent = measureIndent(line);
    if (levels.length === 0 || indent < (levels[0] ?? 0)) levels.unshift(indent);
    if (indent === 0) break;
  }
  return levels;
}

/** A line that should be `key: value` and is not: no colon, or no space after it. */
export function explainColon(mistake: Mistake): SyntaxProblem | undefined {
  const { text, start } = mistake;
  // A value that continues on the next line, which has a colon.
  if (text.slice(findLineStart(text, start), start).trim() !== '') return explainNesting(mistake);
  const line = readLine(text, start).trimEnd();
  const range: TextRange = [start, start + line.length];
  const glued = /^(["']?[\w.-]+["']?):(\S.*)$/.exec(line);
  if (glued !== null)
    return {
      range,
      what: 'there is no space after the colon',
      fix: `write \`${shorten(`${glued[1]}: ${glued[2]}`)}\``,
    };
  const words = /^([\w.-]+)(?:\s*=\s*|\s+)?(.*)$/.exec(line);
  if (words === null || line.includes(':')) return undefined;
  return {
    range,
    what: 'the colon after the key is missing',
    fix: `write \`${shorten(`${words[1]}: ${words[2] ?? ''}`.trimEnd())}\``,
  };
}

export function explainNesting(mistake: Mistake): SyntaxProblem {
  const { text, start, error } = mistake;
  if (error.message.includes('sequence')) return explainIndent(mistake);
  const line = readLine(text, start).trimEnd();
  if (/^- /.test(text.slice(start - 2, start))) return explainListOnKeyLine(start - 2);
  if (/:(\s|$)/.test(line))
    return {
      range: [start, start + line.length],
      what: 'the value holds a second `: `, which would begin another mapping',
      fix: `put the value in quotes: ${quote(line)}`,
    };
  const next = start + readLine(text, start).length + 1;
  const indent = measureIndent(readLine(text, next));
  return {
    range: readToken(text, next + indent),
    what: `the line is indented by ${formatCount(indent, 'space')}, but the key above it already has a value`,
    fix: 'indent it like the key above, or remove the value of that key',
  };
}

export function explainUnexpected(mistake: Mistake): SyntaxProblem | undefined {
  const { text, start } = mistake;
  const range = readToken(text, start);
  const token = text.charAt(start);
  const before = text.charAt(start - 1);
  if (token === ']' || token === '}')
    return {
      range: [start, start + 1],
      what: `there is no open bracket that \`${token}\` could close`,
      fix: 'remove it, or put the text in quotes',
    };
  if (token === ',')
    return { range: [start, start + 1], what: 'there is a comma too many', fix: 'remove it' };
  if (token === ':' && /["']/.test(before))
    return { range, what: 'there is no space after the colon', fix: 'write a space after it' };
  if (/^- /.test(text.slice(start))) return explainListOnKeyLine(start);
  if (/["']\s*$/.test(text.slice(findLineStart(text, start), start)))
    return {
      range,
      what: 'there is text after the closing quote',
      fix: 'put everything inside the quotes; a quote inside single quotes is written twice',
    };
  return start === findLineStart(text, start) ? explainOutdent(mistake) : undefined;
}

function explainListOnKeyLine(start: number): SyntaxProblem {
  return {
    range: [start, start + 1],
    what: 'a list cannot begin on the line of its key',
    fix: 'begin it on the next line, or write it in brackets: `[a, b]`',
  };
}

function explainOutdent({ text, start }: Mistake): SyntaxProblem {
  const first = text.split('\n').find((line) => !/^\s*(#|$|---)/.test(line)) ?? '';
  return {
    range: readToken(text, start),
    what: `the line is indented less than the first one (${formatCount(measureIndent(first), 'space')})`,
    fix: 'begin all keys of the top level in the first column',
  };
}
