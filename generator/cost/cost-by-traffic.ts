// Computes each environment's cost at 100 to 1,000,000 requests a day. Pure.
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import { estimateCost } from './estimate-cost.ts';
import type { PriceList } from './price-list.ts';

const LEAST_REQUESTS = 100;
const MOST_REQUESTS = 1_000_000;
const POINTS_PER_DECADE = 10;

export interface CostPoint {
  /** Requests a day in each region of the environment. */
  readonly requestsPerDay: number;
  readonly usd: number;
}

export interface CostCurve {
  /** Environments with the same curve. */
  readonly environments: readonly string[];
  readonly points: readonly CostPoint[];
}

/** Audio files and health checks grow with the requests, in the proportion that the spec gives them. */
export function sampleCostByTraffic(spec: ResolvedSpec, prices: PriceList): readonly CostCurve[] {
  const decades = Math.log10(MOST_REQUESTS / LEAST_REQUESTS);
  const steps = Array.from({ length: decades * POINTS_PER_DECADE + 1 }, (_, step) =>
    Math.round(LEAST_REQUESTS * 10 ** (step / POINTS_PER_DECADE)),
  );
  const curves = new Map<string, CostCurve>();
  for (const environment of spec.environments) {
    const points = steps.map((requestsPerDay): CostPoint => {
      const scaled = { ...spec, environments: [scale(environment, requestsPerDay)] } satisfies ResolvedSpec;
      return { requestsPerDay, usd: estimateCost(scaled, prices).totalUsd };
    });
    const id = JSON.stringify(points);
    const same = curves.get(id)?.environments ?? [];
    curves.set(id, { environments: [...same, environment.name], points });
  }
  return [...curves.values()];
}

function scale(environment: ResolvedEnvironment, requestsPerDay: number): ResolvedEnvironment {
  const [primary, ...others] = environment.regions;
  const scaleRegion = (region: ResolvedRegion): ResolvedRegion => {
    const { traffic } = region.settings;
    const factor = traffic.requests_per_day === 0 ? 1 : requestsPerDay / traffic.requests_per_day;
    const scaled = {
      ...traffic,
      requests_per_day: requestsPerDay,
      health_checks_per_day: traffic.health_checks_per_day * factor,
      audio_files_per_day: traffic.audio_files_per_day * factor,
    };
    return { ...region, settings: { ...region.settings, traffic: scaled } };
  };
  return { ...environment, regions: [scaleRegion(primary), ...others.map(scaleRegion)] };
}
