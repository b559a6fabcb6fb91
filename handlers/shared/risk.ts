import type { Risk } from './announcement-v1.ts';
import type { JsonObject } from './json.ts';
import { readScore } from './read-values.ts';

/** Scores from 0 to 1: at or above `high` the risk is high, at or above `review` a person should review it. */
export interface RiskThresholds {
  readonly high: number;
  readonly review: number;
}

/** Events about the check of a voice; all other types have a risk only if they have a score. */
const VOICE_CHECK = /^(?:deepfake|audio)\./;

/**
 * Returns the risk of an event: `unknown` when the check of a voice failed, and when the event has a score that cannot be
 * read. Undefined for an event that is not about a risk.
 */
export function riskOf(eventType: string, data: JsonObject, thresholds: RiskThresholds): Risk | undefined {
  const score = readScore(data.score);
  const hasScore = data.score !== undefined && data.score !== null;
  if (score === undefined) return hasScore || VOICE_CHECK.test(eventType) ? 'unknown' : undefined;
  if (score >= thresholds.high) return 'high';
  return score >= thresholds.review ? 'review' : 'low';
}
