// How a generated tree differs from another, for the golden cases: only what a case shows. There are no line numbers and no
// lines of context, so that a change of what two trees have in common changes no difference; instead each change says
// within which blocks and after which line it stands.
import { diffLines } from 'diff';

/** Path -> text that ends with a line feed. */
export type Tree = ReadonlyMap<string, string>;

const SECTION = '=== ';
const LONGEST_PLACE = 70;

/** A section for each file that was added, removed or changed, sorted by path. Two trees that are the same have none. */
export function formatTreeDifference(base: Tree, tree: Tree): string {
  const paths = [...new Set([...base.keys(), ...tree.keys()])].sort();
  return paths.map((path) => formatFile(path, base.get(path), tree.get(path))).join('');
}

/** The sections by their first line. */
export function splitSections(difference: string): ReadonlyMap<string, string> {
  const sections = difference.split(new RegExp(`^(?=${SECTION})`, 'm'));
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

function formatFile(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  if (after === undefined) return `${SECTION}removed: ${path}\n`;
  if (before === undefined) return `${SECTION}added: ${path}\n${mark('+', splitLines(path, after))}`;
  return `${SECTION}changed: ${path}\n${formatChanges(splitLines(path, before), splitLines(path, after))}`;
}

/** Throws on text without a last line feed, which a line of a difference could not show. */
function splitLines(path: string, text: string): string[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} does not end with a line feed`);
  return text.split('\n').slice(0, -1);
}

function mark(sign: '+' | '-', lines: readonly string[]): string {
  return lines.map((line) => `${sign}${line}\n`).join('');
}

function formatChanges(before: readonly string[], after: readonly string[]): string {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  let isInChange = false;
  let line = 0;
  const parts = diffLines(text(before), text(after)).map(({ value, added, removed, count }) => {
    const isChange = added || removed;
    const lines = value.split('\n').slice(0, -1);
    const heading = isChange && !isInChange ? `@@ ${describePlace(after.slice(0, line), lines)}\n` : '';
    isInChange = isChange;
    if (!removed) line += count;
    return isChange ? heading + mark(added ? '+' : '-', lines) : '';
  });
  return parts.join('');
}

/** The blocks around a change, outermost first, and the line before it if that does not open one of them. */
function describePlace(above: readonly string[], changed: readonly string[]): string {
  const ownIndent = measureIndent(changed.find(isText) ?? '');
  const blocks: string[] = [];
  let indent = ownIndent;
  let previous: string | undefined;
  let closedIndent = Number.POSITIVE_INFINITY;
  for (const line of above.toReversed().filter(isText)) {
    const lineIndent = measureIndent(line);
    if (previous === undefined && blocks.length === 0 && lineIndent >= ownIndent) {
      // The end of a block says nothing; its first line does.
      if (isClosing(line)) closedIndent = Math.min(closedIndent, lineIndent);
      else if (lineIndent <= closedIndent) previous = line;
    }
    if (lineIndent < indent && !isClosing(line)) {
      blocks.unshift(line);
      indent = lineIndent;
    }
  }
  const place = blocks.map(shorten).filter(isText).join(' > ');
  return previous === undefined ? place : `${place} after ${shorten(previous)}`.trimStart();
}

const isText = (line: string): boolean => line.trim() !== '';
const isClosing = (line: string): boolean => /^\s*[\])}]+,?$/.test(line);
const measureIndent = (line: string): number => line.length - line.trimStart().length;

/** Without what only aligns columns or opens a block. */
function shorten(line: string): string {
  const words = line
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(/ ?=? ?[{[(]$/, '');
  return words.length > LONGEST_PLACE ? `${words.slice(0, LONGEST_PLACE)}…` : words;
}
