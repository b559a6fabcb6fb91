// Renders the output of `cost`: a table, JSON, a comparison or a chart. Pure.
import type { ResolvedSpec } from '../spec/resolve.ts';
import { formatComparisonJson, formatCostComparison } from './compare-cost.ts';
import { sampleCostByTraffic } from './cost-by-traffic.ts';
import type { CostReport } from './cost-report.ts';
import { estimateCost } from './estimate-cost.ts';
import { formatCostChart } from './format/format-chart.ts';
import { formatCostTable, listUsedSources } from './format/format-table.ts';
import { PRICE_LIST, type PriceList } from './price-list.ts';

export interface CostOptions {
  /** The specs' names in a comparison. */
  readonly config: string;
  readonly compare?: string | undefined;
  readonly format: 'table' | 'json' | 'svg';
  readonly explain: boolean;
  readonly freeTier: boolean;
}

/** The estimate of `spec`, or its difference from `base`. */
export function renderCost(spec: ResolvedSpec, base: ResolvedSpec | undefined, options: CostOptions): string {
  const { freeTier, explain, format, config, compare = '' } = options;
  const report = estimateCost(spec, PRICE_LIST, { freeTier });
  if (base !== undefined) {
    const before = estimateCost(base, PRICE_LIST, { freeTier });
    if (format === 'json') return formatComparisonJson(before, report);
    return formatCostComparison(before, report, { before: compare, after: config });
  }
  if (format === 'json') return formatCostJson(report, PRICE_LIST);
  if (format === 'svg') return formatCostChart(sampleCostByTraffic(spec, PRICE_LIST));
  return formatCostTable(report, { explain, prices: PRICE_LIST });
}

/** Describes options that exclude each other; undefined if they are compatible. */
export function findContradiction({ format, compare, explain, freeTier }: CostOptions): string | undefined {
  if (compare !== undefined && (format === 'svg' || explain))
    return '--compare shows a table or JSON of its own: leave out --explain and --format svg.';
  if (format === 'svg' && freeTier)
    return '--format svg shows the cost without the free tier: leave out --free-tier.';
  if (format !== 'table' && explain) return '--explain is for the table: json always holds every formula.';
  return undefined;
}

function formatCostJson(report: CostReport, { sources }: PriceList): string {
  const named = Object.fromEntries(listUsedSources(report).map((id) => [id, sources[id]]));
  return `${JSON.stringify({ ...report, sources: named }, null, 2)}\n`;
}
