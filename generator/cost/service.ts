// The interface of a service's file, which turns a stack's settings into quantities with the keys of their prices.
import type { Settings } from '../spec/resolve.ts';
import type { MonthlyTraffic } from './monthly-traffic.ts';

export interface Stack {
  readonly settings: Settings;
  readonly traffic: MonthlyTraffic;
}

/** A quantity that AWS bills. A quantity of 0 adds no line. */
export interface Usage {
  readonly id: string;
  readonly title: string;
  /** A key of the price list. */
  readonly price: string;
  /** Units a month. */
  readonly quantity: number;
  readonly derivation: string;
  /** Whether the quantity is independent of the traffic. */
  readonly fixed?: true;
}

export interface CostService {
  readonly id: string;
  readonly title: string;
  readonly listUsage: (stack: Stack) => readonly Usage[];
}

const GIGABYTE = 1_000_000_000;

/** Decimal GB; AWS's binary GB would be at most 7 % fewer. */
export function toGigabytes(bytes: number): number {
  return bytes / GIGABYTE;
}

/**
 * A number for a derivation: grouped thousands, at most four digits behind the point, six below 1. Without `Intl`, whose
 * first use takes 10 ms, because every generation estimates costs.
 */
export function count(value: number): string {
  const [whole = '', fraction = ''] = value.toFixed(value < 1 ? 6 : 4).split('.');
  const digits = fraction.replace(/0+$/, '');
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}${digits === '' ? '' : `.${digits}`}`;
}
