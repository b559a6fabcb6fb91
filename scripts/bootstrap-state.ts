// npx sonotheia bootstrap-state [options]: creates the S3 buckets for the state; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { findForeignBuckets } from './bootstrap-state/check-accounts.ts';
import { ensureBucket, type Outcome } from './bootstrap-state/ensure-bucket.ts';
import { planBuckets, type StateBucket } from './bootstrap-state/plan-buckets.ts';
import { openSpec, selectEnvironments } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, describeEnv, type OperationOf } from './operator/operation.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...describeEnv('only this environment; may be repeated (default: all)'),
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run({ values, terminal, aws }: Run): Promise<boolean> {
  const spec = openSpec(values.config);
  const buckets = planBuckets(spec, selectEnvironments(spec, values.env));
  const caller = await aws.findCaller(buckets[0]?.region ?? '');
  const foreign = findForeignBuckets(buckets, caller);
  if (foreign.length > 0)
    throw new Problem({
      what: 'Nothing was changed.',
      why: foreign.join('\n'),
      fix: "use credentials of that account, and --env for the account's environments",
    });
  let changes = 0;
  for (const bucket of buckets) {
    const outcomes = await ensureBucket(bucket, caller, aws);
    terminal.print(formatReport(bucket, outcomes));
    changes += outcomes.filter(({ hasChanged }) => hasChanged).length;
  }
  terminal.print(changes === 0 ? 'Nothing was changed.' : `${changes} changed.`);
  return true;
}

function formatReport({ bucket, region, environments }: StateBucket, outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.map(({ what, hasChanged }) => `  ${hasChanged ? 'changed' : 'same   '}  ${what}`);
  return [`${bucket} in ${region} (${environments.join(', ')})`, ...lines];
}

export const bootstrapState = defineOperation({
  name: 'bootstrap-state',
  text: `
Creates the S3 buckets for the state of the spec's environments, and adds missing settings to
existing ones: versioning, encryption, no public access, bucket owner's objects, TLS only,
deletion of old versions. A second run changes nothing.

Uses the usual credentials (AWS_PROFILE, AWS_ACCESS_KEY_ID, …). They must belong to the account
that will own the bucket: that of the environment's state role, or else its account_id. This is
checked before any change.`,
  options: OPTIONS,
  run,
});
