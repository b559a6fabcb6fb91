// The interface of a service's file, which turns a stack's settings into quantities with the keys of their prices.
import type { Settings } from '../spec/resolve.ts';
import type { MonthlyTraffic } from './monthly-traffic.ts';

// Created once: creating one takes longer than a hundred uses.
const BELOW_ONE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const FROM_ONE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });

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

/** A number for a derivation: grouped thousands, at most four digits behind the point. */
export function count(value: number): string {
  return (value < 1 ? BELOW_ONE : FROM_ONE).format(value);
}
