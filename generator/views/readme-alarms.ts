// The alarms of all stacks, with one row for each threshold. Pure.

import type { DeployedEnvironment, DeployedStack } from '../model/stack-model.ts';
import { keepsDeadLetters } from '../spec/result-subscribers.ts';

export interface AlarmRow {
  /** The alarm's name, with `…` for project and environment. */
  readonly name: string;
  readonly condition: string;
  /** The stacks with this alarm, as Markdown. */
  readonly where: string;
}

const FUNCTIONS = ['webhook-handler', 'audio-processor'];

/** Lists the alarms in the order of the HCL; empty without monitoring. */
export function listAlarms(environments: readonly DeployedEnvironment[]): AlarmRow[] {
  const rows = new Map<string, { name: string; condition: string; stacks: string[] }>();
  const total = environments.reduce((sum, { stacks }) => sum + stacks.length, 0);
  for (const environment of environments) {
    for (const stack of environment.stacks) {
      for (const [suffix, condition] of listStackAlarms(stack)) {
        const key = `${suffix} ${condition}`;
        const row = rows.get(key) ?? { name: `…-${suffix}`, condition, stacks: [] };
        row.stacks.push(`\`${environment.name}\` ${stack.region}`);
        rows.set(key, row);
      }
    }
  }
  return [...rows.values()].map(({ name, condition, stacks }) => ({
    name,
    condition,
    where: stacks.length === total ? 'everywhere' : stacks.join(', '),
  }));
}

function listStackAlarms({ settings }: DeployedStack): readonly (readonly [string, string])[] {
  const { audio, monitoring, api_gateway } = settings;
  if (!monitoring.enabled) return [];
  return [
    ...FUNCTIONS.map(
      (name) =>
        [
          `${name}-error-rate`,
          `more than ${monitoring.error_rate_percent} % of the invocations failed within five minutes`,
        ] as const,
    ),
    ...FUNCTIONS.map(
      (name) =>
        [`${name}-duration`, `an invocation took longer than ${monitoring.duration_seconds} s`] as const,
    ),
    ...(api_gateway.enabled
      ? [
          [
            'api-5xx',
            `the API answered with more than ${monitoring.api_5xx_count} server errors within five minutes`,
          ] as const,
          [
            'api-error-rate',
            `more than ${monitoring.api_5xx_percent} % of the API's answers were server errors, in two periods of five minutes within an hour`,
          ] as const,
        ]
      : []),
    ['dynamodb-throttling', 'a read or a write was throttled'],
    ['audio-dead-letters', 'an upload failed for good'],
    ['webhook-dead-letters', 'an asynchronous invocation failed for good'],
    ...(keepsDeadLetters(settings)
      ? [['results-dead-letters', 'a subscriber did not take a result'] as const]
      : []),
    ['audio-queue-age', `an upload has waited longer than ${monitoring.queue_age_seconds} s`],
    [
      'audio-backlog',
      `an upload has waited for half of the ${audio.queue_retention_days} days that the queue keeps it`,
    ],
    ...(settings.subscriptions.length > 0
      ? [['results-failed', 'a result could not be delivered'] as const]
      : []),
    ...(keepsDeadLetters(settings)
      ? [['results-lost', 'a result could not be put into its dead-letter queue either'] as const]
      : []),
  ];
}
