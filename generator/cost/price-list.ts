// The unit prices from prices/. Every key has a price in every region: if the region's is unknown, that of us-east-1,
// marked as such.
import type { Region } from '../spec/spec-types.ts';
import type { AppliedPrice } from './cost-report.ts';
import apiGateway from './prices/api-gateway.json' with { type: 'json' };
import cloudwatch from './prices/cloudwatch.json' with { type: 'json' };
import dataTransfer from './prices/data-transfer.json' with { type: 'json' };
import dynamodb from './prices/dynamodb.json' with { type: 'json' };
import kms from './prices/kms.json' with { type: 'json' };
import lambda from './prices/lambda.json' with { type: 'json' };
import s3 from './prices/s3.json' with { type: 'json' };
import secretsManager from './prices/secrets-manager.json' with { type: 'json' };
import sns from './prices/sns.json' with { type: 'json' };
import sources from './prices/sources.json' with { type: 'json' };
import sqs from './prices/sqs.json' with { type: 'json' };
import waf from './prices/waf.json' with { type: 'json' };
import xRay from './prices/x-ray.json' with { type: 'json' };

/** A price tier; `upTo` is the quantity at which it ends. */
interface Tier {
  readonly upTo?: number;
  readonly usd: number;
}

interface RegionalPrice {
  readonly usd?: number;
  readonly tiers?: readonly Tier[];
  /** Region codes, or `commercial` for all except China and GovCloud. */
  readonly regions: readonly string[] | string;
  readonly source: string;
}

interface PriceEntry {
  readonly title: string;
  readonly unit: string;
  /** The number of units that a price is for. */
  readonly per: number;
  /** The first entry with the region applies. */
  readonly prices: readonly RegionalPrice[];
}

interface PriceSource {
  readonly title: string;
  readonly date: string;
  readonly url: string;
  readonly confirmed: boolean;
}

export interface PriceList {
  readonly prices: { readonly [key: string]: PriceEntry };
  readonly sources: { readonly [id: string]: PriceSource };
}

/** The prices that come with the project. */
export const PRICE_LIST: PriceList = {
  prices: {
    ...lambda,
    ...apiGateway,
    ...s3,
    ...dataTransfer,
    ...dynamodb,
    ...cloudwatch,
    ...secretsManager,
    ...sqs,
    ...sns,
    ...kms,
    ...xRay,
    ...waf,
  },
  sources,
};

const REFERENCE_REGION: Region = 'us-east-1';

export interface FoundPrice {
  readonly unit: string;
  /** One for each tier; `upTo` of the last one is Infinity. */
  readonly tiers: readonly { readonly upTo: number; readonly price: AppliedPrice }[];
}

/** The price of `key` in `region`, or that of us-east-1. Throws if the list lacks the key. */
export function findPrice(list: PriceList, key: string, region: Region): FoundPrice {
  const entry = list.prices[key];
  if (entry === undefined) throw new Error(`no price ${key}`);
  const own = entry.prices.find((price) => covers(price, region));
  const found = own ?? entry.prices.find((price) => covers(price, REFERENCE_REGION));
  const source = found && list.sources[found.source];
  if (found === undefined || source === undefined) throw new Error(`no price ${key} in ${REFERENCE_REGION}`);
  const tiers = found.tiers ?? [{ usd: found.usd ?? Number.NaN }];
  return {
    unit: entry.unit,
    tiers: tiers.map(({ upTo, usd }) => ({
      upTo: upTo ?? Number.POSITIVE_INFINITY,
      price: {
        key,
        usd,
        per: entry.per,
        region: own === undefined ? REFERENCE_REGION : region,
        source: found.source,
        confirmed: source.confirmed,
      },
    })),
  };
}

function covers({ regions }: RegionalPrice, region: Region): boolean {
  if (typeof regions === 'string') return !region.startsWith('cn-') && !region.startsWith('us-gov-');
  return regions.includes(region);
}
