// The difference between two generated trees, for the golden cases. It has no line numbers and no context lines, so that
// a change of lines that both trees have does not affect it; each change names its blocks and the line before it.
import { isDeepStrictEqual } from 'node:util';
import { diffLines } from 'diff';

/** Path -> text that ends with a line feed. */
export type Tree = ReadonlyMap<string, string>;

const SECTION = '=== ';
const HCL_FILE = /\.(?:tf|tfvars|hcl|tfbackend)$/;
const LONGEST_PLACE = 70;
/** From this number on, removed lines are only counted. */
const FIRST_SHORTENED = 6;

export interface NamedTree {
  readonly name: string;
  readonly tree: Tree;
}

/**
 * Returns one section per added, removed or changed file, sorted by path; none for equal trees. A file is compared
 * with `base`, or with `other` when that difference is shorter.
 */
export function formatTreeDifference(base: Tree, tree: Tree, other?: NamedTree): string {
  const paths = [...new Set([...base.keys(), ...tree.keys()])].sort();
  return paths
    .map((path) => {
      const [before, after, alike] = [base, tree, other?.tree].map((files) => readLines(files, path));
      if (after === undefined) return `${SECTION}removed: ${path}\n`;
      if (before !== undefined && isDeepStrictEqual(before, after)) return '';
      const title = before === undefined ? 'added' : 'changed';
      const own = `${SECTION}${title}: ${path}\n${formatChanges(before ?? [], after)}`;
      if (other === undefined || alike === undefined) return own;
      return pickShortest([own, `${SECTION}like ${other.name}: ${path}\n${formatChanges(alike, after)}`]);
    })
    .join('');
}

/** The shortest text; the first one of equal length. */
function pickShortest(texts: readonly string[]): string {
  const count = (text: string): number => text.split('\n').length;
  return texts.reduce((shortest, text) => (count(text) < count(shortest) ? text : shortest));
}

/** The sections by their first line. */
export function splitSections(difference: string): ReadonlyMap<string, string> {
  const sections = difference.split(new RegExp(`^(?=${SECTION})`, 'm'));
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

/**
 * Throws on text without a final line feed, which a difference by lines cannot show. Removes the alignment of HCL,
 * because one longer name would change all lines around it; `terraform fmt` checks the alignment of every case.
 */
function readLines(tree: Tree | undefined, path: string): string[] | undefined {
  const text = tree?.get(path);
  if (text === undefined) return undefined;
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} does not end with a line feed`);
  const lines = text.split('\n').slice(0, -1);
  return HCL_FILE.test(path) ? lines.map((line) => line.replace(/^( *\S+) += /, '$1 = ')) : lines;
}

interface Change {
  /** The lines of the new text above the change. */
  readonly above: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

function formatChanges(before: readonly string[], after: readonly string[]): string {
  return listChanges(before, after).map(formatChange).join('');
}

function listChanges(before: readonly string[], after: readonly string[]): Change[] {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const changes: Change[] = [];
  let line = 0;
  let isInChange = false;
  for (const { value, added, removed, count } of diffLines(text(before), text(after))) {
    if (added || removed) {
      const change = isInChange ? changes.pop() : undefined;
      const lines = value.split('\n').slice(0, -1);
      changes.push({
        above: change?.above ?? after.slice(0, line),
        removed: removed ? lines : (change?.removed ?? []),
        added: added ? lines : (change?.added ?? []),
      });
    }
    isInChange = added || removed;
    if (!removed) line += count;
  }
  return changes;
}

function formatChange({ above, removed, added }: Change): string {
  const shown = removed.length < FIRST_SHORTENED ? removed : listFirstLines(removed);
  const place = describePlace(above, [...added, ...removed]);
  const heading = [
    ...(place === '' ? [] : [place]),
    ...(shown === removed ? [] : [`(${removed.length} lines less)`]),
  ].join(' ');
  const lines = [...shown.map((line) => `-${line}\n`), ...added.map((line) => `+${line}\n`)];
  return `${heading === '' ? '' : `@@ ${heading}\n`}${lines.join('')}`;
}

/** Keeps the first line of each outermost block; the other tree has the rest. */
function listFirstLines(lines: readonly string[]): string[] {
  const texts = lines.filter(isText);
  const indent = Math.min(...texts.map(measureIndent));
  return texts.filter((line) => measureIndent(line) === indent && !isClosing(line));
}

/** The blocks around a change, outermost first, and the line before it if that does not open one of them. */
function describePlace(above: readonly string[], changed: readonly string[]): string {
  const first = changed.find(isText) ?? '';
  // A whole block needs no context: its first line identifies it.
  if (BLOCK.test(first)) return '';
  const ownIndent = measureIndent(first);
  const blocks: string[] = [];
  let indent = ownIndent;
  let previous: string | undefined;
  let closedIndent = Number.POSITIVE_INFINITY;
  for (const line of above.toReversed().filter(isText)) {
    const lineIndent = measureIndent(line);
    if (previous === undefined && blocks.length === 0 && lineIndent >= ownIndent) {
      // The closing brace of a block identifies nothing; its first line does.
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

/** A top-level block: a resource, a variable, … */
const BLOCK = /^[a-z].* \{$/;
const isText = (line: string): boolean => line.trim() !== '';
const isClosing = (line: string): boolean => /^\s*[\])}]+,?$/.test(line);
const measureIndent = (line: string): number => line.length - line.trimStart().length;

/** Removes alignment and the opening brace. */
function shorten(line: string): string {
  const words = line
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(/ ?=? ?[{[(]$/, '');
  return words.length > LONGEST_PLACE ? `${words.slice(0, LONGEST_PLACE)}…` : words;
}
