// Checks that the credentials belong to the accounts that will own the buckets.
import type { Caller } from '../operator/aws-access.ts';
import type { StateBucket } from './plan-buckets.ts';

/** Returns a sentence for each bucket that the spec assigns to another account. */
export function findForeignBuckets(
  buckets: readonly StateBucket[],
  { accountId }: Pick<Caller, 'accountId'>,
): string[] {
  return buckets
    .filter((bucket) => bucket.accountId !== null && bucket.accountId !== accountId)
    .map(
      ({ bucket, environments, accountId: owner }) =>
        `The credentials are of the account ${accountId}, but ${bucket} (${environments.join(', ')}) is to be in ${owner}.`,
    );
}
