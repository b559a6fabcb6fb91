// A bar chart as SVG, readable on light and on dark pages.

/** One bar; `note` stands behind its value. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly note: string;
  /** Drawn in the colour of this project. */
  readonly isOwn: boolean;
}

const WIDTH = 760;
const LABEL_WIDTH = 210;
const NOTE_WIDTH = 210;
const ROW = 30;
const TOP = 44;
const INK = '#7d8590';

/** Draws bars from zero, the longest over the whole width. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABEL_WIDTH - NOTE_WIDTH) / longest;
  const rows = bars.map(({ label, value, note, isOwn }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(2, value * scale);
    const middle = y + 15;
    return [
      `  <text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
      `  <rect x="${LABEL_WIDTH}" y="${y + 1}" width="${width.toFixed(1)}" height="19" rx="3" fill="${isOwn ? '#2f81f7' : '#8b949e'}"/>`,
      `  <text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}">${escapeXml(note)}</text>`,
    ].join('\n');
  });
  const height = TOP + bars.length * ROW + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">
  <text x="0" y="20" font-size="15" font-weight="600">${escapeXml(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
