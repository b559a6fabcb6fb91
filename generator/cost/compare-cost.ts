// Compares two reports by service, as a table or as JSON. Pure.
import { alignColumns } from '../text/format-table.ts';
import type { CostReport } from './cost-report.ts';
import { formatDifference, formatUsd } from './format/format-money.ts';
import { isAmount } from './format/format-table.ts';

const PARTS_PER_DOLLAR = 1_000_000;

export interface CostDifference {
  readonly environment: string;
  readonly region: string;
  readonly service: string;
  readonly beforeUsd: number;
  readonly afterUsd: number;
}

/** The services whose cost differs, in the order of the new report; services of the old report alone come last. */
export function compareCosts(before: CostReport, after: CostReport): readonly CostDifference[] {
  const old = listServices(before);
  const current = listServices(after);
  const keys = [...current.keys(), ...[...old.keys()].filter((key) => !current.has(key))];
  return keys.flatMap((key): CostDifference[] => {
    const entry = current.get(key) ?? old.get(key);
    const beforeUsd = old.get(key)?.usd ?? 0;
    const afterUsd = current.get(key)?.usd ?? 0;
    if (entry === undefined || beforeUsd === afterUsd) return [];
    const { environment, region, service } = entry;
    return [{ environment, region, service, beforeUsd, afterUsd }];
  });
}

interface Entry {
  readonly environment: string;
  readonly region: string;
  readonly service: string;
  readonly usd: number;
}

function listServices({ environments }: CostReport): ReadonlyMap<string, Entry> {
  return new Map(
    environments.flatMap(({ name: environment, regions }) =>
      regions.flatMap(({ name: region, services }) =>
        services.map(({ title: service, totalUsd: usd }): [string, Entry] => [
          [environment, region, service].join('|'),
          { environment, region, service, usd },
        ]),
      ),
    ),
  );
}

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
  const table = alignColumns([['', 'before', 'after', 'difference'], ...rows, [], total], isAmount);
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
