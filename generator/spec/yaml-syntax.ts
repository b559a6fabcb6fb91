// Explains YAML syntax errors in plain words. Returns one problem for each mistake and drops the parser's follow-up
// errors, such as those after an unclosed bracket.
import { type Document, isCollection, isScalar, visit } from 'yaml';
import { quote, readLine, readToken, shorten } from './source-text.ts';
import {
  explainColon,
  explainIndent,
  explainNesting,
  explainUnexpected,
  type Mistake,
  type SyntaxProblem,
} from './yaml-lines.ts';

/** A parsed text. */
export interface Source {
  readonly document: Document.Parsed;
  readonly text: string;
  /** The line, from 1, of an offset. */
  readonly lineOf: (offset: number) => number;
}

/** The mistakes in one document, in order of position. The document is parsed without the parser's check of keys. */
export function explainSyntaxErrors(source: Source): SyntaxProblem[] {
  const { document, text, lineOf } = source;
  // Errors after the end of the document are consequences of earlier ones.
  const errors = document.errors.filter(({ message }, index) => index === 0 || !message.includes(AFTERMATH));
  const explained = errors.map((error, index) => {
    const mistake = { text, document, error, start: error.pos[0] };
    return index < MOST_EXPLAINED ? explain(mistake) : describe(mistake);
  });
  const sorted = [...explained, ...findDuplicateKeys(source)].sort((a, b) => a.range[0] - b.range[0]);
  const kept: SyntaxProblem[] = [];
  let previousLine = 0;
  for (const problem of sorted) {
    const line = lineOf(problem.range[0]);
    const isFollowUp = line === previousLine || kept.at(-1)?.what.endsWith(NEVER_CLOSED) === true;
    previousLine = line;
    if (!isFollowUp) kept.push(problem);
  }
  return kept;
}

/** Each explanation reads the text again, and a hostile file can have an error in every byte. */
const MOST_EXPLAINED = 50;
const AFTERMATH = 'token in YAML stream';
const NEVER_CLOSED = 'is never closed';

const EXPLAINERS: Partial<Record<string, (mistake: Mistake) => SyntaxProblem | undefined>> = {
  TAB_AS_INDENT: ({ start }) => ({
    range: [start, start + 1],
    what: 'the line is indented with a tab; YAML needs spaces',
    fix: 'use two spaces for each level',
  }),
  BAD_INDENT: (mistake) =>
    mistake.error.message.startsWith('Flow') ? explainOpenBracket(mistake) : explainIndent(mistake),
  BAD_SCALAR_START: explainReserved,
  BAD_ALIAS: explainReserved,
  MISSING_CHAR: explainMissing,
  MULTILINE_IMPLICIT_KEY: explainColon,
  BLOCK_AS_IMPLICIT_KEY: explainNesting,
  UNEXPECTED_TOKEN: (mistake) =>
    mistake.error.message.startsWith('Block scalar header')
      ? explainReserved({ ...mistake, start: mistake.start - 1 })
      : explainUnexpected(mistake),
  BLOCK_IN_FLOW: ({ start, text }) => ({
    range: readToken(text, start),
    what: 'a comma is missing after this entry',
    fix: 'separate the entries with commas: `{ a: 1, b: 2 }`',
  }),
  BAD_DQ_ESCAPE: ({ start, text }) => ({
    range: [start, start + 2],
    what: `\`${text.slice(start, start + 2)}\` is not an escape of double-quoted text`,
    fix: 'write the backslash twice, or put the text in single quotes',
  }),
  NON_STRING_KEY: ({ start, error }) => ({
    range: [start, error.pos[1]],
    what: 'a key must be text',
    fix: 'quote it; a value that begins with `{` or `[` must be quoted too',
  }),
};

function explain(mistake: Mistake): SyntaxProblem {
  return EXPLAINERS[mistake.error.code]?.(mistake) ?? describe(mistake);
}

/** The parser's own message. */
function describe({ error, start, text }: Mistake): SyntaxProblem {
  const what = error.message.replace(/: ".*"$/s, '');
  return {
    range: readToken(text, start),
    what: what.charAt(0).toLowerCase() + what.slice(1),
  };
}

/** Points to the opening bracket, not to the place where the parser stopped. */
function explainOpenBracket({ document, text, start }: Mistake): SyntaxProblem {
  let open = start;
  visit(document, {
    Collection(_key, node) {
      const range = isCollection(node) && node.flow === true ? node.range : undefined;
      // The visit goes from the outside in, so the last open bracket is the innermost.
      if (range && range[0] <= start && !/[\]}]/.test(text.charAt(range[1] - 1))) open = range[0];
    },
  });
  const bracket = text.charAt(open);
  const closing = bracket === '{' ? '}' : ']';
  return {
    range: [open, open + 1],
    what: `the bracket \`${bracket}\` ${NEVER_CLOSED}`,
    fix: `add \`${closing}\` where the ${bracket === '{' ? 'mapping' : 'list'} ends`,
  };
}

/**
 * Duplicate keys of a mapping. The parser's own check compares all pairs of keys and takes seconds on a file with very
 * many keys.
 */
function findDuplicateKeys({ document, lineOf }: Source): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Map<unknown, number>();
      for (const { key } of items) {
        if (!isScalar(key) || !key.range) continue;
        const [start, end] = key.range;
        const first = seen.get(key.value);
        if (first === undefined) seen.set(key.value, start);
        else
          problems.push({
            range: [start, end],
            what: `the key \`${shorten(String(key.value))}\` is written twice in one mapping: it is already on line ${lineOf(first)}`,
            fix: 'keep one of the two; put their settings together',
          });
      }
    },
  });
  return problems;
}

/** Characters that cannot begin plain text: `@`, a backtick, `%`, `*`, `&`. */
function explainReserved({ text, start }: Mistake): SyntaxProblem {
  const character = text.charAt(start);
  const range = readToken(text, start);
  const purpose: Partial<Record<string, string>> = {
    '*': 'begins a reference to another value',
    '&': 'begins a name for a value',
    '%': 'begins a directive',
    '|': 'begins a text of several lines',
    '>': 'begins a text of several lines',
  };
  return {
    range,
    what: `a text cannot begin with ${character === '`' ? 'a backtick' : `\`${character}\``}: in YAML it ${purpose[character] ?? 'is reserved'}`,
    fix: `put the text in quotes: ${quote(text.slice(...range))}`,
  };
}

function explainMissing(mistake: Mistake): SyntaxProblem | undefined {
  const { error, text, start } = mistake;
  if (error.message.startsWith('Missing closing')) return explainOpenQuote(mistake);
  if (error.message.startsWith('Implicit')) return explainColon(mistake);
  if (error.message.startsWith('Comments'))
    return {
      range: [start, start + 1],
      what: 'a comment needs a space before its `#`',
      fix: 'put a space before it',
    };
  if (error.message.startsWith('Missing , or :'))
    return {
      range: readToken(text, start),
      what: 'a comma is missing before this entry',
      fix: 'separate the entries with commas: `[a, b]`',
    };
  const percent = text.search(/^%/m);
  if (error.message.startsWith('Missing directives-end') && percent !== -1)
    return explainReserved({ ...mistake, start: percent });
  return undefined;
}

function explainOpenQuote({ document, text, error }: Mistake): SyntaxProblem {
  const mark = error.message.includes('"') ? '"' : "'";
  const type = mark === '"' ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE';
  let open = error.pos[0];
  visit(document, {
    Scalar(_key, node) {
      if (node.type === type && node.range) open = node.range[0];
    },
  });
  const lineEnd = open + readLine(text, open).length;
  return {
    range: [open, lineEnd],
    what: `the quote \`${mark}\` ${NEVER_CLOSED}`,
    fix: `add \`${mark}\` where the text ends`,
  };
}
