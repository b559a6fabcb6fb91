// Receives two reports, promises what changes between them, service by service. Pure.
import type { CostReport } from './cost-report.ts';

export interface CostDifference {
  readonly environment: string;
  readonly region: string;
  readonly service: string;
  readonly beforeUsd: number;
  readonly afterUsd: number;
}

/** The services whose cost differs, in the order of the new report, with what only the old one has at the end. */
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
