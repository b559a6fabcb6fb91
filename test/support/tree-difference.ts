// How a generated tree differs from another, for the golden cases: only what a case shows. There are no line numbers and no
// lines of context, so that a change of what two trees have in common changes no difference; instead each change says
// within which blocks and after which line it stands.
import { isDeepStrictEqual } from 'node:util';
import { diffLines } from 'diff';

/** Path -> text that ends with a line feed. */
export type Tree = ReadonlyMap<string, string>;

const SECTION = '=== ';
const HCL_FILE = /\.(?:tf|tfvars|hcl|tfbackend)$/;
const LONGEST_PLACE = 70;
/** Fewer removed lines are all shown. */
const FIRST_SHORTENED = 6;

export interface NamedTree {
  readonly name: string;
  readonly tree: Tree;
}

/**
 * A section for each file that was added, removed or changed, sorted by path. Two trees that are the same have none.
 * A file is compared with that of `base`, or with that of `other` where it says less.
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

/** The first of those that have the fewest lines. */
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
 * Throws on text without a last line feed, which a line of a difference could not show. Columns of HCL are not aligned here:
 * one longer name would change all the lines around it. `terraform fmt` checks the columns of every case.
 */
function readLines(tree: Tree | undefined, path: string): string[] | undefined {
  const text = tree?.get(path);
  if (text === undefined) return undefined;
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} does not end with a line feed`);
  const lines = text.split('\n').slice(0, -1);
  return HCL_FILE.test(path) ? lines.map((line) => line.replace(/^( *\S+) += /, '$1 = ')) : lines;
}

interface Change {
  /** The lines of the new text that stand above. */
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

/** The first line of each outermost block: the rest can be read in the other tree. */
function listFirstLines(lines: readonly string[]): string[] {
  const texts = lines.filter(isText);
  const indent = Math.min(...texts.map(measureIndent));
  return texts.filter((line) => measureIndent(line) === indent && !isClosing(line));
}

/** The blocks around a change, outermost first, and the line before it if that does not open one of them. */
function describePlace(above: readonly string[], changed: readonly string[]): string {
  const first = changed.find(isText) ?? '';
  // A block of its own names itself, and may follow another one tomorrow.
  if (BLOCK.test(first)) return '';
  const ownIndent = measureIndent(first);
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

/** A resource, a variable, … at the margin. */
const BLOCK = /^[a-z].* \{$/;
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
