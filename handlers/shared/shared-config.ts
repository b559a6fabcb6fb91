import type { Source } from './announcement-v1.ts';
import type { EnvReader } from './env.ts';
import type { RiskThresholds } from './risk.ts';

export interface SharedConfig {
  /** Of every message. */
  readonly source: Source;
  readonly tableName: string;
  readonly ttlDays: number;
  readonly resultsTopicArn: string;
  readonly thresholds: RiskThresholds;
}

/** Reads the variables that both functions share. */
export function readSharedConfig(env: EnvReader): SharedConfig {
  const thresholds = {
    high: env.number('RISK_HIGH_THRESHOLD', { min: 0, max: 1, fallback: 0.8 }),
    review: env.number('RISK_REVIEW_THRESHOLD', { min: 0, max: 1, fallback: 0.5 }),
  };
  if (thresholds.review > thresholds.high) {
    env.problem('RISK_REVIEW_THRESHOLD must not be above RISK_HIGH_THRESHOLD');
  }
  return {
    source: {
      project: env.text('SONOTHEIA_PROJECT'),
      environment: env.text('SONOTHEIA_ENVIRONMENT'),
      // Set by Lambda.
      region: env.text('AWS_REGION'),
    },
    tableName: env.text('SESSIONS_TABLE_NAME'),
    ttlDays: env.number('SESSION_TTL_DAYS', { min: 1, max: 36_500, fallback: 90 }),
    resultsTopicArn: env.text('RESULTS_TOPIC_ARN'),
    thresholds,
  };
}
