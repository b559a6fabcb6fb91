// Aligned columns, each as wide as its widest cell; two spaces separate columns. Cells are escaped, then measured.
import { escapeAll } from './visible-text.ts';

/** Returns lines of text. Columns named in `right` are aligned to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  return alignColumns([header, ...rows], (column) => right.includes(header[column] ?? ''));
}

/** The same without a header. A row of one cell is a title, and does not widen the first column. */
export function alignColumns(
  unchecked: readonly (readonly string[])[],
  isRight: (column: number) => boolean = () => false,
): string[] {
  const rows = unchecked.map((row) => row.map(escapeAll));
  const measured = rows.filter((row) => row.length > 1);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...measured.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isRight(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
