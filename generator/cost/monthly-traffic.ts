// What arrives at one stack in a month, from its settings.
import type { Settings } from '../spec/resolve.ts';

/** The documented system assumes 30 days: 1000 requests a day are its 30K a month. */
export const DAYS_PER_MONTH = 30;
/** What AWS's own calculator takes for things that are paid by the hour. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_DAY = 86_400;
const MINUTES_PER_WINDOW = 5;
/** Stretches of five minutes in a month: how long secrets and data keys are kept. */
export const FIVE_MINUTE_WINDOWS = (DAYS_PER_MONTH * 24 * 60) / MINUTES_PER_WINDOW;

export interface MonthlyTraffic {
  /** Webhook events; none without an API. */
  readonly webhooks: number;
  /** `GET /health`; none without an API. */
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
 * The share of a month's stretches of time in which at least one of `events` falls, when they come at random:
 * 1 - e^-(events / stretches). It never exceeds the number of events and never falls as they grow.
 */
export function busyShare(events: number, stretches: number): number {
  return 1 - Math.exp(-events / stretches);
}
