// Bucket names are globally unique. Terraform would report a taken name late, after creating most of the rest; this asks
// S3 before the apply, with one request for each bucket in the plan. check-existing.ts handles the account's own buckets.

import { Problem } from '../../generator/command-line/problem.ts';
import { checkBucketName } from '../doctor/check-names.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { SavedPlan } from '../operator/plan-file.ts';

/** Throws a `Problem` if another account has a bucket with a name that the plan would create. */
export async function checkBucketNames(
  aws: AwsAccess,
  stacks: readonly Stack[],
  { changes }: SavedPlan,
): Promise<void> {
  for (const stack of stacks) {
    const module = `module.${stack.region.name.replaceAll('-', '_')}[0]`;
    const { bucket, accessLogBucket } = stack.names;
    for (const [label, name] of [
      ['audio', bucket],
      ['access_logs', accessLogBucket],
    ] as const) {
      const address = `${module}.aws_s3_bucket.${label}`;
      const isMade = changes.some(
        (change) => change.address.startsWith(address) && change.action === 'create',
      );
      if (!isMade) continue;
      const named = { ...stack, names: { ...stack.names, bucket: name } };
      const { state, what, fix } = await checkBucketName(aws, named, undefined);
      if (state === 'FAIL') throw new Problem({ what: `${what}. Nothing was made.`, fix });
    }
  }
}
