// A table as text. Cells are escaped, then measured. A column is as wide as its widest cell; two spaces separate columns.
import { escapeAll } from './visible-text.ts';

/** Returns lines of text. Columns named in `right` are aligned to the right. */
export function formatTable(
  header: readonly string[],
  unchecked: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  const rows = unchecked.map((row) => row.map(escapeAll));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const formatRow = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(header[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [formatRow(header), ...rows.map(formatRow)];
}
