// Estimates the cost of a spec that is given as text.
import { stringify } from 'yaml';
import { compileSpec } from '../../../generator/compile-spec.ts';
import type { CostLine, CostReport, RegionCost } from '../../../generator/cost/cost-report.ts';
import { estimateCost } from '../../../generator/cost/estimate-cost.ts';
import { PRICE_LIST } from '../../../generator/cost/price-list.ts';
import { formatDiagnostics } from '../../../generator/report/format-diagnostics.ts';
import type { ResolvedSpec } from '../../../generator/spec/resolve.ts';

/** Settings of the one environment `dev`; the region is us-east-1 unless another one is given. */
export interface DevSettings {
  readonly regions?: readonly string[];
  readonly [setting: string]: unknown;
}

export function compileDev(settings: DevSettings = {}): ResolvedSpec {
  const environments = { dev: { regions: ['us-east-1'], ...settings } };
  return compileText(stringify({ project_name: 'sonotheia-example', environments }));
}

export function compileText(text: string): ResolvedSpec {
  const compiled = compileSpec('test.yaml', new TextEncoder().encode(text));
  if (!compiled.ok)
    throw new Error(
      formatDiagnostics(compiled.diagnostics, { format: 'text', colour: false, readSource: () => text }),
    );
  return compiled.value;
}

export function estimateDev(settings: DevSettings = {}): CostReport {
  return estimateCost(compileDev(settings), PRICE_LIST);
}

export function listLines({ environments }: CostReport): readonly CostLine[] {
  return environments.flatMap(({ regions }) => regions.flatMap(listRegionLines));
}

function listRegionLines({ services }: RegionCost): readonly CostLine[] {
  return services.flatMap(({ lines }) => lines);
}

/** Quantities and amounts of a service's lines in the first region, by line. */
export function readService(
  report: CostReport,
  id: string,
): Record<string, { quantity: number; usd: number }> {
  const service = report.environments[0]?.regions[0]?.services.find((entry) => entry.id === id);
  return Object.fromEntries(
    (service?.lines ?? []).map((line) => [line.id, { quantity: line.quantity, usd: line.amountUsd }]),
  );
}
