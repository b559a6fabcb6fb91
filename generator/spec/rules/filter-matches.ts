// Whether any message that the functions publish can match the filter of a subscription. Pure.
import type { Settings } from '../resolve.ts';
import type { Subscription } from './subscription-rules.ts';

/** The conditions of a filter; SNS delivers what meets all of them. */
export const CONDITIONS = ['minimum_score', 'risk', 'verdict', 'event_types'] as const;

export type Filter = Pick<Subscription, (typeof CONDITIONS)[number] | 'include_unscored'>;

/** Messages of these types carry a score; a score in any other is possible, and not documented. */
export const SCORED_TYPES: readonly string[] = ['deepfake.completed', 'audio.processed'];
const UNKNOWN_RISK_TYPES: readonly string[] = [...SCORED_TYPES, 'deepfake.failed', 'audio.rejected'];
const VERDICTS: Readonly<Record<string, string>> = {
  'mfa.completed': 'verified',
  'mfa.failed': 'not_verified',
};

/** `types`: those that the filter lets through. Each must be a documented type. */
export function canMatch(filter: Filter, types: readonly string[], risk: Settings['risk']): boolean {
  return types.some(
    (type) =>
      (filter.verdict.length === 0 || filter.verdict.some((verdict) => VERDICTS[type] === verdict)) &&
      (matchesScored(type, filter, risk) || matchesUnscored(type, filter)),
  );
}

function matchesScored(type: string, { minimum_score, risk }: Filter, thresholds: Settings['risk']): boolean {
  if (!SCORED_TYPES.includes(type)) return false;
  const { high_threshold: high, review_threshold: review } = thresholds;
  const least = minimum_score ?? 0;
  const possible: Readonly<Record<string, boolean>> = {
    high: true,
    review: review < high && least < high,
    low: least < review,
  };
  return risk.length === 0 || risk.some((level) => possible[level] === true);
}

function matchesUnscored(type: string, { minimum_score, include_unscored, risk }: Filter): boolean {
  if (minimum_score !== null && !include_unscored) return false;
  return risk.length === 0 || (risk.includes('unknown') && UNKNOWN_RISK_TYPES.includes(type));
}
