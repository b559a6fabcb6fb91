// The local system's filters of subscriptions are those that Terraform evaluates from the template.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithTools, TERRAFORM } from '../../../test/support/required-tools.ts';
import { filterPolicyOf } from './filter-policy.ts';

const TEMPLATE = new URL('../../../templates/modules/sonotheia/sns_subscriptions.tf.hbs', import.meta.url);

type Subscription = Parameters<typeof filterPolicyOf>[0];
type Filter = Pick<Subscription, 'event_types' | 'minimum_score' | 'include_unscored' | 'risk' | 'verdict'>;

/** Each key with and without a value, in all combinations. */
const FILTERS: Filter[] = [[], ['deepfake.completed', 'sar.filed']].flatMap((event_types) =>
  [null, 0, 0.8].flatMap((minimum_score) =>
    [false, true].flatMap((include_unscored) =>
      [[], ['high', 'unknown'] as const].flatMap((risk) =>
        [[], ['verified'] as const].map((verdict) => ({
          event_types,
          minimum_score,
          include_unscored,
          risk: [...risk],
          verdict: [...verdict],
        })),
      ),
    ),
  ),
);

describeWithTools('the filters of subscriptions', [TERRAFORM], () => {
  test('are the same on AWS and in the local system', () => {
    const [, expression = ''] =
      /filter_policy = jsonencode\((merge\([\s\S]*?\n {2}\))\)\n/.exec(readFileSync(TEMPLATE, 'utf8')) ?? [];
    const literal = `jsondecode(${JSON.stringify(JSON.stringify(FILTERS))})`;
    const input = `jsonencode([for each in [for filter in ${literal} : { value = filter }] : ${expression}])`;
    const folder = mkdtempSync(join(tmpdir(), 'filters-'));
    const stdout = execFileSync('terraform', ['console'], {
      cwd: folder,
      input: input.replaceAll('\n', ' '),
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    const evaluated: unknown = JSON.parse(JSON.parse(stdout) as string);
    expect(evaluated).toEqual(FILTERS.map((filter) => filterPolicyOf(filter as Subscription)));
  });
});
