// Receives two reports, promises the services whose cost differs, as a table or JSON. Pure.
import { compareCosts } from '../compare-cost.ts';
import type { CostReport } from '../cost-report.ts';
import { alignColumns } from './align-columns.ts';
import { formatDifference, formatUsd } from './format-money.ts';

const PARTS_PER_DOLLAR = 1_000_000;

export interface ComparisonNames {
  readonly before: string;
  readonly after: string;
}

export function formatCostComparison(before: CostReport, after: CostReport, names: ComparisonNames): string {
  const differences = compareCosts(before, after);
  const title = `Difference in USD a month, from ${names.before} to ${names.after}`;
  const total = row('Total', before.totalUsd, after.totalUsd);
  if (differences.length === 0) return `${title}\n\nNothing costs more or less: ${total[2]} a month.\n`;
  const places = new Set(differences.map(({ environment, region }) => `${environment}, ${region}`));
  const rows = [...places].flatMap((place) => [
    [],
    [place],
    ...differences
      .filter(({ environment, region }) => `${environment}, ${region}` === place)
      .map(({ service, beforeUsd, afterUsd }) => row(`  ${service}`, beforeUsd, afterUsd)),
  ]);
  const table = alignColumns([['', 'before', 'after', 'difference'], ...rows, [], total]);
  return `${[title, table.join('\n'), after.notes.join('\n')].join('\n\n')}\n`;
}

/** The same as JSON. */
export function formatComparisonJson(before: CostReport, after: CostReport): string {
  const comparison = {
    currency: after.currency,
    period: after.period,
    beforeUsd: before.totalUsd,
    afterUsd: after.totalUsd,
    differences: compareCosts(before, after),
  };
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

function row(title: string, beforeUsd: number, afterUsd: number): string[] {
  const difference = Math.round((afterUsd - beforeUsd) * PARTS_PER_DOLLAR) / PARTS_PER_DOLLAR;
  return [title, formatUsd(beforeUsd), formatUsd(afterUsd), formatDifference(difference)];
}
