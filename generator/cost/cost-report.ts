// An estimate: costs by environment, region, service and line, in US dollars a month.
import type { Region } from '../spec/spec-types.ts';

/** The price of a line. */
export interface AppliedPrice {
  readonly key: string;
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  /** The region of the price; us-east-1 if the line's region has no known price. */
  readonly region: Region;
  /** An id of `prices/sources.json`. */
  readonly source: string;
  /** Whether a price list of the region confirms the price. */
  readonly confirmed: boolean;
}

export interface CostLine {
  readonly id: string;
  readonly title: string;
  /** Units a month, before the free tier. */
  readonly quantity: number;
  /** Units of `quantity` that the free tier covers; 0 without `--free-tier`. */
  readonly freeQuantity: number;
  readonly unit: string;
  /** How `quantity` follows from the settings. */
  readonly derivation: string;
  readonly price: AppliedPrice;
  /** (quantity - freeQuantity) x usd / per, to a millionth of a dollar. */
  readonly amountUsd: number;
  /** Whether the cost is independent of the traffic. */
  readonly fixed: boolean;
}

export interface Subtotal {
  readonly fixedUsd: number;
  readonly trafficUsd: number;
  readonly totalUsd: number;
}

export interface ServiceCost extends Subtotal {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly CostLine[];
}

export interface RegionCost extends Subtotal {
  readonly name: Region;
  readonly services: readonly ServiceCost[];
  /** Keys of prices taken from us-east-1, because this region's are unknown. */
  readonly borrowedPrices: readonly string[];
  /** Keys of this region's prices that no price list confirms. */
  readonly unconfirmedPrices: readonly string[];
}

export interface EnvironmentCost extends Subtotal {
  readonly name: string;
  readonly regions: readonly RegionCost[];
}

export interface CostReport extends Subtotal {
  readonly currency: 'USD';
  readonly period: 'month';
  /** Dates of the oldest and of the newest price source used. */
  readonly priceDates: { readonly from: string; readonly to: string };
  readonly freeTier: boolean;
  readonly notes: readonly string[];
  readonly environments: readonly EnvironmentCost[];
}
