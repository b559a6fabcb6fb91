// What an estimate is: money by environment, region, service and line. All amounts are US dollars a month.
import type { Region } from '../spec/spec-types.ts';

/** The price of a line. */
export interface AppliedPrice {
  readonly key: string;
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  /** Whose price it is: not the line's own region where no price of that is known. */
  readonly region: Region;
  /** An id of `prices/sources.json`. */
  readonly source: string;
  /** A price list of the region was seen. */
  readonly confirmed: boolean;
}

export interface CostLine {
  readonly id: string;
  readonly title: string;
  /** Units a month, before the free tier. */
  readonly quantity: number;
  /** Units of `quantity` that the free tier covers; 0 unless it was asked for. */
  readonly freeQuantity: number;
  readonly unit: string;
  /** How `quantity` follows from the settings. */
  readonly derivation: string;
  readonly price: AppliedPrice;
  /** (quantity - freeQuantity) x usd / per, to a millionth of a dollar. */
  readonly amountUsd: number;
  /** Costs the same without any traffic. */
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
  /** Keys of prices that are those of us-east-1, because none of this region is known. */
  readonly borrowedPrices: readonly string[];
  /** Keys of prices of this region that no price list has confirmed. */
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
