// Whose credentials these are, and whether they are those of the accounts that are to own the buckets.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StateBucket } from './plan-buckets.ts';

export interface Caller {
  readonly accountId: string;
  readonly partition: string;
}

/** Asks AWS, in the region of the first bucket. */
export async function findCaller(region: string): Promise<Caller> {
  const client = new STSClient({ region });
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { accountId: Account ?? '', partition: Arn?.split(':')[1] ?? 'aws' };
  } finally {
    client.destroy();
  }
}

/** One sentence for each bucket that is to belong to another account. */
export function findForeignBuckets(buckets: readonly StateBucket[], { accountId }: Caller): string[] {
  return buckets
    .filter((bucket) => bucket.accountId !== null && bucket.accountId !== accountId)
    .map(
      ({ bucket, environments, accountId: owner }) =>
        `The credentials are of the account ${accountId}, but ${bucket} (${environments.join(', ')}) is to be in ${owner}: use credentials of that account, and --env for its environments.`,
    );
}
