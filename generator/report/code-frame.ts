// The lines around a problem, with carets under its range. Pure. For any source a frame is a few lines of limited width,
// without control characters.
import type { SourceLocation } from '../diagnostics/diagnostic.ts';
import { type Cell, splitIntoCells } from '../text/visible-text.ts';

/** A frame, ready to be coloured. */
export interface CodeFrame {
  readonly lines: readonly FrameLine[];
}

interface FrameLine {
  /** `12 | `; `   | ` on the line with the carets. */
  readonly gutter: string;
  readonly text: string;
  readonly kind: 'source' | 'carets';
}

/** Columns of source that a frame shows at most. */
const MAX_WIDTH = 100;
/** Columns shown before a token that is far to the right. */
const LEAD = 40;
const CUT = '…';

/** Splits a file into lines whose columns match those of diagnostics: a byte order mark takes no column. */
export function splitLines(source: string): readonly string[] {
  return source.replace(/^\ufeff/, '').split('\n');
}

/** Builds the frame of a range; undefined if the file has no such line or the range has no end. */
export function buildCodeFrame(lines: readonly string[], location: SourceLocation): CodeFrame | undefined {
  const { line, endLine, endColumn } = location;
  const meant = lines[line - 1];
  if (meant === undefined || endLine === undefined || endColumn === undefined) return undefined;
  const column = Math.min(location.column, meant.length + 1);
  // A range of several lines is marked to the end of its first line.
  const end = endLine > line ? withoutLineEnd(meant).length + 1 : endColumn;
  const window = chooseWindow(meant, column, Math.max(end, column + 1));
  const last = Math.min(line + 1, lines.length);
  const digits = String(last).length;
  const show = (number: number): FrameLine[] => {
    const text = lines[number - 1];
    // The text after the last line end is not a line.
    if (text === undefined || (text === '' && number === lines.length && number !== line)) return [];
    return [
      {
        gutter: `${String(number).padStart(digits)} |`,
        text: cutToWindow(text, window).text,
        kind: 'source',
      },
    ];
  };
  const carets: FrameLine = { gutter: `${' '.repeat(digits)} |`, text: window.carets, kind: 'carets' };
  return { lines: [...show(line - 1), ...show(line), carets, ...show(line + 1)] };
}

interface Window {
  /** First UTF-16 unit shown, counted from 0. */
  readonly from: number;
  readonly carets: string;
}

function chooseWindow(text: string, column: number, end: number): Window {
  const start = column - 1;
  const isShort = cutToWindow(text, { from: 0 }).isWhole;
  const from = isShort ? 0 : findStart(text, start);
  const { cells, prefix, width } = cutToWindow(text, { from });
  const before = sumWidth(cells.filter((cell) => cell.start + cell.length <= start));
  const under = sumWidth(cells.filter((cell) => cell.start + cell.length > start && cell.start < end - 1));
  const room = Math.max(1, width - before);
  const offset = ' '.repeat(prefix.length + before);
  return { from, carets: `${offset}${'^'.repeat(Math.min(Math.max(under, 1), room))}` };
}

/** First unit shown of a long line: up to LEAD columns stand before the token. */
function findStart(text: string, start: number): number {
  const near = Math.max(0, start - LEAD);
  const isHalf = /[\udc00-\udfff]/.test(text.charAt(near));
  return isHalf ? near + 1 : near;
}

interface Cut {
  readonly text: string;
  readonly cells: readonly MeasuredCell[];
  readonly prefix: string;
  readonly width: number;
  readonly isWhole: boolean;
}

type MeasuredCell = Cell & { readonly length: number };

/** Cuts a line to MAX_WIDTH columns, in time and memory independent of the line's length. */
function cutToWindow(line: string, { from }: { readonly from: number }): Cut {
  const text = withoutLineEnd(line);
  const stretch = text.slice(from, from + MAX_WIDTH * 4);
  const all = splitIntoCells(stretch, from);
  const prefix = from > 0 && text !== '' ? CUT : '';
  const cells: MeasuredCell[] = [];
  let width = 0;
  for (const [index, cell] of all.entries()) {
    if (width + cell.width > MAX_WIDTH - prefix.length) break;
    const next = all[index + 1]?.start ?? from + stretch.length;
    cells.push({ ...cell, length: next - cell.start });
    width += cell.width;
  }
  const lastCell = cells.at(-1);
  const isWhole = lastCell === undefined ? stretch === '' : lastCell.start + lastCell.length >= text.length;
  const suffix = isWhole ? '' : CUT;
  const shown = cells.map((cell) => cell.text).join('');
  return { text: `${prefix}${shown}${suffix}`, cells, prefix, width, isWhole };
}

function withoutLineEnd(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function sumWidth(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
