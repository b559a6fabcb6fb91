// The Lambda runtimes of the functions: AWS's dates for each, and the first AWS provider that knows it.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as read on 2026-11-28, and the provider's
// change log. AWS may move its dates to later ones: change them here, with the day of reading.
import type { Build } from './spec-types.ts';

export type Runtime = NonNullable<Build['runtime']>;

export interface RuntimeDates {
  /** From then on the runtime gets no security updates. */
  readonly deprecated: string;
  /** From then on AWS refuses new functions, so a new environment cannot be deployed. */
  readonly createBlocked: string;
  /** From then on AWS refuses changes of existing functions. */
  readonly updateBlocked: string;
  /** The first AWS provider that accepts the runtime. */
  readonly provider: string;
}

export const RUNTIMES: Readonly<Record<Runtime, RuntimeDates>> = {
  'nodejs22.x': {
    deprecated: '2027-04-30',
    createBlocked: '2027-06-01',
    updateBlocked: '2027-07-01',
    provider: '5.77',
  },
  'nodejs24.x': {
    deprecated: '2028-04-30',
    createBlocked: '2028-06-01',
    updateBlocked: '2028-07-01',
    provider: '6.21',
  },
};

/** The runtime that stays supported longest. */
export const NEWEST_RUNTIME: Runtime = 'nodejs24.x';

/** Today in UTC as `2026-11-28`; SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) fixes it. */
export function readToday(): string {
  const seconds = process.env.SOURCE_DATE_EPOCH;
  return new Date(seconds === undefined ? Date.now() : Number(seconds) * 1000).toISOString().slice(0, 10);
}
