// The monthly traffic of one stack, from its settings.
import type { Settings } from '../spec/resolve.ts';

/** The documented system assumes 30 days: 1000 requests a day are its 30K a month. */
export const DAYS_PER_MONTH = 30;
/** Hours a month in AWS's pricing calculator. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_DAY = 86_400;
const MINUTES_PER_WINDOW = 5;
/** Five-minute intervals in a month: the cache time of secrets and data keys. */
export const FIVE_MINUTE_WINDOWS = (DAYS_PER_MONTH * 24 * 60) / MINUTES_PER_WINDOW;

export interface MonthlyTraffic {
  /** Webhook events; 0 without an API. */
  readonly webhooks: number;
  /** `GET /health` requests; 0 without an API. */
  readonly healthChecks: number;
  readonly files: number;
}

export function readMonthlyTraffic({ traffic, api_gateway }: Settings): MonthlyTraffic {
  const throughApi = api_gateway.enabled ? DAYS_PER_MONTH : 0;
  return {
    webhooks: traffic.requests_per_day * throughApi,
    healthChecks: traffic.health_checks_per_day * throughApi,
    files: traffic.audio_files_per_day * DAYS_PER_MONTH,
  };
}

/**
 * The expected share of a month's intervals with at least one of `events` at random times: 1 - e^-(events / intervals).
 * It never exceeds the number of events and never falls as they grow.
 */
export function busyShare(events: number, intervals: number): number {
  return 1 - Math.exp(-events / intervals);
}
