// Receives a report, promises it as JSON that fits cost-report.schema.json, with the sources of its prices. Pure.
import type { CostReport } from '../cost-report.ts';
import type { PriceList } from '../price-list.ts';

export function formatCostJson(report: CostReport, { sources }: PriceList): string {
  const lines = report.environments.flatMap(({ regions }) =>
    regions.flatMap(({ services }) => services.flatMap((service) => service.lines)),
  );
  const used = [...new Set(lines.map(({ price }) => price.source))].sort();
  const named = Object.fromEntries(used.map((id) => [id, sources[id]]));
  return `${JSON.stringify({ ...report, sources: named }, null, 2)}\n`;
}
