// Notes about an estimate: the sources of its prices, how certain they are, and the costs that it leaves out.
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { AppliedPrice, CostReport, RegionCost, ServiceCost } from './cost-report.ts';
import type { PriceList } from './price-list.ts';

/** The prices that are another region's, and those that no price list confirms. */
export function judgePrices(
  services: readonly ServiceCost[],
  region: string,
): Pick<RegionCost, 'borrowedPrices' | 'unconfirmedPrices'> {
  const prices = services.flatMap(({ lines }) => lines.map(({ price }) => price));
  const collect = (judge: (price: AppliedPrice) => boolean): string[] => [
    ...new Set(prices.filter(judge).map(({ key }) => key)),
  ];
  return {
    borrowedPrices: collect((price) => price.region !== region),
    unconfirmedPrices: collect((price) => price.region === region && !price.confirmed),
  };
}

/** The dates of the price sources used, and the notes for the whole estimate. */
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
  const isChinese = regions.some(({ name }) => name.startsWith('cn-'));
  return {
    priceDates: { from: dates[0] ?? '', to: dates.at(-1) ?? '' },
    notes: [
      'An estimate, in US dollars a month of 30 days, without taxes, discounts and support; storage is that of a steady month.',
      freeTier
        ? "AWS's always-free amounts are taken off once, as if one account held all environments."
        : "AWS's free tier is not taken off (--free-tier does).",
      'What Sonotheia charges for its API is not in it.',
      ...(hasNoApi ? ['Where there is no API, webhooks and health checks are not counted.'] : []),
      ...(isChinese
        ? [
            'Regions of China are billed in CNY by their own operators: theirs is the order of magnitude only.',
          ]
        : []),
      ...(hasVpc ? ['NAT gateways and endpoints of your VPC are not in it.'] : []),
      ...(hasOwnKey ? ['The monthly price of your own KMS key is not in it.'] : []),
      ...(hasOwnSecret ? ['Existing secrets are not in it, only the calls to them.'] : []),
    ],
  };
}
