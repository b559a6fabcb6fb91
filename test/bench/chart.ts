// A bar chart as SVG, readable on light and on dark pages.
import { escapeMarkup } from '../../generator/text/escape-markup.ts';

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
const STYLE = `<style>
  svg { color-scheme: light dark; font: 13px system-ui, sans-serif; }
  .title { font-size: 15px; font-weight: 600; }
  text { fill: #1f2328; } .bar { fill: #8b949e; } .own { fill: #0969da; }
  @media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } .bar { fill: #9198a1; } .own { fill: #4493f8; } }
</style>`;

/** Draws bars from zero, the longest over the whole width. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABEL_WIDTH - NOTE_WIDTH) / longest;
  const rows = bars.map(({ label, value, note, isOwn }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(2, value * scale);
    const middle = y + 15;
    return [
      `  <text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${escapeMarkup(label)}</text>`,
      `  <rect x="${LABEL_WIDTH}" y="${y + 1}" width="${width.toFixed(1)}" height="19" rx="3" class="${isOwn ? 'own' : 'bar'}"/>`,
      `  <text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}">${escapeMarkup(note)}</text>`,
    ].join('\n');
  });
  const height = TOP + bars.length * ROW + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(title)}">
${STYLE}
  <text x="0" y="20" class="title">${escapeMarkup(title)}</text>
${rows.join('\n')}
</svg>
`;
}
