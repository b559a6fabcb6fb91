// Draws cost curves as an SVG that is readable on light and dark pages. Pure.
import { escapeMarkup } from '../../text/escape-markup.ts';
import type { CostCurve, CostPoint } from '../cost-by-traffic.ts';

const WIDTH = 800;
const HEIGHT = 440;
const PLOT = { left: 74, right: 600, top: 56, bottom: 372 };
const LABEL_HEIGHT = 18;
const COLOURS = 6;
/** The number of characters that fit beside the plot. */
const LABEL_CHARACTERS = 22;
/** Positions of the thin grid lines within a decade. */
const MINOR_STEPS = [2, 5];

const STYLE = `
  svg { color-scheme: light dark; font: 13px system-ui, sans-serif; }
  .page { fill: #ffffff; } .text { fill: #1f2328; } .quiet { fill: #59636e; }
  .grid { stroke: #d1d9e0; } .minor { stroke: #eff2f5; } .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; } .c4 { stroke: #bf3989; } .c5 { stroke: #6e7781; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } .text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .grid { stroke: #3d444d; } .minor { stroke: #21262d; }
    .c0 { stroke: #4493f8; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #ab7df8; } .c4 { stroke: #db61a2; } .c5 { stroke: #9198a1; }
  }`;

interface Scale {
  readonly from: number;
  readonly to: number;
  /** The coordinate of a value, on a logarithmic axis. */
  readonly at: (value: number) => number;
}

/** Cost against traffic, both on logarithmic axes, a curve for each environment (one for several that cost the same). */
export function formatCostChart(curves: readonly CostCurve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = createScale(
    points.map(({ requestsPerDay }) => requestsPerDay),
    [PLOT.left, PLOT.right],
  );
  const y = createScale(
    points.map(({ usd }) => usd),
    [PLOT.bottom, PLOT.top],
  );
  const labels = placeLabels(curves, y);
  const height = Math.max(HEIGHT, ...labels.map((label) => label + LABEL_HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">`,
    '<title id="title">Estimated cost against traffic</title>',
    `<desc id="description">${escapeMarkup(describe(curves))}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="text" x="${PLOT.left}" y="24" font-weight="600">Estimated cost a month, USD</text>`,
    `<text class="quiet" x="${PLOT.left}" y="42">without taxes and free tier; audio grows with the requests</text>`,
    ...drawGrid(x, y),
    ...curves.map(({ environments, points }, index) => {
      const path = `M${points.map(({ requestsPerDay, usd }) => `${x.at(requestsPerDay)} ${y.at(usd)}`).join('L')}`;
      return drawCurve(environments, { path, label: labels[index] ?? 0, index });
    }),
    `<text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 50}" text-anchor="middle">requests a day in each region</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function createScale(values: readonly number[], [start, end]: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(...positive)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const at = (value: number): number => {
    const share = (Math.log10(Math.max(value, 10 ** from)) - from) / (to - from);
    return Math.round((start + share * (end - start)) * 10) / 10;
  };
  return { from, to, at };
}

function drawGrid(x: Scale, y: Scale): readonly string[] {
  const decades = ({ from, to }: Scale): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const vertical = (value: number, style: string): string =>
    `<path class="${style}" d="M${x.at(value)} ${PLOT.top}V${PLOT.bottom}"/>`;
  const horizontal = (value: number, style: string): string =>
    `<path class="${style}" d="M${PLOT.left} ${y.at(value)}H${PLOT.right}"/>`;
  const minor = (scale: Scale): number[] =>
    decades(scale)
      .slice(0, -1)
      .flatMap((decade) => MINOR_STEPS.map((step) => step * decade));
  return [
    ...minor(x).map((value) => vertical(value, 'minor')),
    ...minor(y).map((value) => horizontal(value, 'minor')),
    ...decades(x).flatMap((value) => [
      vertical(value, 'grid'),
      `<text class="quiet" x="${x.at(value)}" y="${PLOT.bottom + 20}" text-anchor="middle">${value.toLocaleString('en-US')}</text>`,
    ]),
    ...decades(y).flatMap((value) => [
      horizontal(value, 'grid'),
      `<text class="quiet" x="${PLOT.left - 8}" y="${y.at(value) + 4}" text-anchor="end">$${value.toLocaleString('en-US')}</text>`,
    ]),
  ];
}

/** Positions of the labels: beside the ends of their curves, with a minimum distance. */
function placeLabels(curves: readonly CostCurve[], y: Scale): readonly number[] {
  const ends = curves.map(({ points }) => y.at(points.at(-1)?.usd ?? 0));
  const fromTheTop = [...ends.entries()].sort(([, a], [, b]) => a - b);
  const labels: number[] = [];
  let lowest = PLOT.top - LABEL_HEIGHT;
  for (const [index, end] of fromTheTop) {
    lowest = Math.max(end, lowest + LABEL_HEIGHT);
    labels[index] = lowest;
  }
  return labels;
}

function drawCurve(
  environments: readonly string[],
  { path, label, index }: { path: string; label: number; index: number },
): string {
  const colour = `c${index % COLOURS}`;
  return [
    `<path class="curve ${colour}" d="${path}"/>`,
    `<path class="${colour}" stroke-width="2.5" d="M${PLOT.right + 8} ${label}h14"/>`,
    `<text class="text" x="${PLOT.right + 28}" y="${label + 4}">${escapeMarkup(toLabel(environments))}</text>`,
  ].join('\n');
}

function toLabel(environments: readonly string[]): string {
  const all = environments.join(', ');
  return all.length <= LABEL_CHARACTERS ? all : `${environments[0]} +${environments.length - 1}`;
}

function describe(curves: readonly CostCurve[]): string {
  const say = (point: CostPoint | undefined): string =>
    point === undefined
      ? ''
      : `$${point.usd.toFixed(2)} at ${point.requestsPerDay.toLocaleString('en-US')} requests a day`;
  return curves
    .map(
      ({ environments, points }) => `${environments.join(', ')}: ${say(points[0])}, ${say(points.at(-1))}.`,
    )
    .join(' ');
}
