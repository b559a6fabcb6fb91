// Estimates the bill of a steady month by environment, region, service and line. Pure.
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import type {
  CostLine,
  CostReport,
  EnvironmentCost,
  RegionCost,
  ServiceCost,
  Subtotal,
} from './cost-report.ts';
import { createFreeTier, type FreeTier, NO_FREE_TIER } from './free-tier.ts';
import { readMonthlyTraffic } from './monthly-traffic.ts';
import { findPrice, type PriceList } from './price-list.ts';
import { describeReport, judgePrices } from './price-notes.ts';
import { count, type Usage } from './service.ts';
import { COST_SERVICES } from './services.ts';

export interface EstimateOptions {
  /** Whether to subtract AWS's always-free amounts. */
  readonly freeTier?: boolean;
}

/** Amounts are rounded to this fraction of a dollar, so that sums of lines are exact. */
const PARTS_PER_DOLLAR = 1_000_000;

/** Estimates the monthly bill in US dollars, without taxes. */
export function estimateCost(
  spec: ResolvedSpec,
  prices: PriceList,
  { freeTier = false }: EstimateOptions = {},
): CostReport {
  const takeFree = freeTier ? createFreeTier() : NO_FREE_TIER;
  const environments = spec.environments.map((environment) =>
    estimateEnvironment(environment, prices, takeFree),
  );
  const regions = environments.flatMap((environment) => environment.regions);
  return {
    currency: 'USD',
    period: 'month',
    freeTier,
    ...describeReport(regions, spec, { prices, freeTier }),
    ...sum(environments),
    environments,
  };
}

function estimateEnvironment(
  { name, regions }: ResolvedEnvironment,
  prices: PriceList,
  takeFree: FreeTier,
): EnvironmentCost {
  const costs = regions.map((region) => estimateRegion(region, prices, takeFree));
  return { name, ...sum(costs), regions: costs };
}

function estimateRegion(region: ResolvedRegion, prices: PriceList, takeFree: FreeTier): RegionCost {
  const stack = { settings: region.settings, traffic: readMonthlyTraffic(region.settings) };
  const services = COST_SERVICES.map(({ id, title, listUsage }): ServiceCost => {
    const lines = listUsage(stack).flatMap((usage) => priceUsage(usage, { region, prices, takeFree }));
    return { id, title, ...sumLines(lines), lines };
  }).filter(({ lines }) => lines.length > 0);
  return { name: region.name, ...sum(services), ...judgePrices(services, region.name), services };
}

interface Pricing {
  readonly region: ResolvedRegion;
  readonly prices: PriceList;
  readonly takeFree: FreeTier;
}

/** One line for each tier of the price that the quantity reaches. AWS counts tiers over the whole account. */
function priceUsage(usage: Usage, { region, prices, takeFree }: Pricing): CostLine[] {
  const { unit, tiers } = findPrice(prices, usage.price, region.name);
  let from = 0;
  return tiers.flatMap(({ upTo, price }, index): CostLine[] => {
    const quantity = Math.max(0, Math.min(usage.quantity, upTo) - from);
    const above = from;
    from = upTo;
    if (quantity === 0) return [];
    const freeQuantity = takeFree(usage.price, quantity);
    const amount = ((quantity - freeQuantity) * price.usd) / price.per;
    return [
      {
        id: index === 0 ? usage.id : `${usage.id}-tier-${index + 1}`,
        title: usage.title,
        quantity,
        freeQuantity,
        unit,
        derivation: index === 0 ? usage.derivation : `${usage.derivation}, above ${count(above)}`,
        price,
        amountUsd: Math.round(amount * PARTS_PER_DOLLAR) / PARTS_PER_DOLLAR,
        fixed: usage.fixed === true,
      },
    ];
  });
}

function sumLines(lines: readonly CostLine[]): Subtotal {
  return sum(
    lines.map(({ amountUsd, fixed }) => ({
      fixedUsd: fixed ? amountUsd : 0,
      trafficUsd: fixed ? 0 : amountUsd,
      totalUsd: amountUsd,
    })),
  );
}

function sum(parts: readonly Subtotal[]): Subtotal {
  const add = (key: keyof Subtotal): number => {
    const total = parts.reduce((before, part) => before + Math.round(part[key] * PARTS_PER_DOLLAR), 0);
    return total / PARTS_PER_DOLLAR;
  };
  return { fixedUsd: add('fixedUsd'), trafficUsd: add('trafficUsd'), totalUsd: add('totalUsd') };
}
