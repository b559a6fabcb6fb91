// What a reader has to know about an estimate: whose prices it uses, how sure they are, and what it leaves out.
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { CostLine, CostReport, RegionCost, ServiceCost } from './cost-report.ts';
import type { PriceList } from './price-list.ts';

/** Names the prices of another region, and those that no price list has confirmed. */
export function describeRegionPrices(services: readonly ServiceCost[], region: string): readonly string[] {
  const lines = services.flatMap((service) => service.lines);
  const borrowed = lines.filter(({ price }) => price.region !== region);
  const unsure = lines.filter(({ price }) => price.region === region && !price.confirmed);
  const operator = region.startsWith('cn-')
    ? [
        'Regions of China are billed in CNY by their own operators: take this for the order of magnitude only.',
      ]
    : [];
  return [
    ...operator,
    ...describe(borrowed, 'us-east-1 prices stand in for those not known here'),
    ...describe(unsure, 'not confirmed by a price list of the region'),
  ];
}

function describe(lines: readonly CostLine[], meaning: string): readonly string[] {
  const keys = [...new Set(lines.map(({ price }) => price.key))];
  return keys.length === 0 ? [] : [`${meaning}: ${keys.join(', ')}`];
}

/** The dates of the price sources used, and the notes that hold for the whole estimate. */
export function describeReport(
  regions: readonly RegionCost[],
  spec: ResolvedSpec,
  { prices, freeTier }: { prices: PriceList; freeTier: boolean },
): Pick<CostReport, 'priceDates' | 'notes'> {
  const lines = regions.flatMap(({ services }) => services.flatMap((service) => service.lines));
  const dates = lines.map(({ price }) => prices.sources[price.source]?.date ?? '').sort();
  const settings = spec.environments.flatMap((environment) =>
    environment.regions.map((region) => region.settings),
  );
  const hasVpc = settings.some(({ vpc }) => vpc.subnet_ids.length > 0);
  const hasOwnKey = settings.some(({ kms_key_arn }) => kms_key_arn !== null);
  const hasOwnSecret = settings.some(({ secrets }) =>
    [secrets.api_key, secrets.webhook_secret].some(({ source }) => source === 'existing'),
  );
  const hasNoApi = settings.some(({ api_gateway }) => !api_gateway.enabled);
  return {
    priceDates: { from: dates[0] ?? '', to: dates.at(-1) ?? '' },
    notes: [
      'An estimate, in US dollars a month of 30 days, without taxes, discounts and support; storage is that of a steady month.',
      freeTier
        ? "AWS's always-free amounts are taken off once, as if one account held all environments."
        : "AWS's free tier is not taken off (--free-tier does).",
      'What Sonotheia charges for its API is not in it.',
      ...(hasNoApi ? ['Where there is no API, webhooks and health checks are not counted.'] : []),
      ...(hasVpc ? ['NAT gateways and endpoints of your VPC are not in it.'] : []),
      ...(hasOwnKey ? ['The monthly price of your own KMS key is not in it.'] : []),
      ...(hasOwnSecret ? ['Existing secrets are not in it, only the calls to them.'] : []),
    ],
  };
}
