// Deletes old versions of the state after a while, and the delete markers of lock files. Keeps the rules that others added.
import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { type BucketContext, type BucketSetting, includes, readOrNothing } from './bucket-setting.ts';

const OLD_VERSION_DAYS = 90;
const ID = 'old-state-versions';
const WANTED = {
  ID,
  Status: 'Enabled',
  NoncurrentVersionExpiration: { NoncurrentDays: OLD_VERSION_DAYS },
  Expiration: { ExpiredObjectDeleteMarker: true },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
} as const;

async function readRules({ client, target }: BucketContext): Promise<readonly LifecycleRule[]> {
  const answer = await readOrNothing(
    client.send(new GetBucketLifecycleConfigurationCommand(target)),
    'NoSuchLifecycleConfiguration',
  );
  return answer?.Rules ?? [];
}

export const lifecycle: BucketSetting = {
  describe: () => `old versions: deleted after ${OLD_VERSION_DAYS} days`,
  isSet: async (context) => (await readRules(context)).some((rule) => includes(rule, WANTED)),
  async set(context) {
    const others = (await readRules(context)).filter((rule) => rule.ID !== ID);
    const Rules: LifecycleRule[] = [...others, { ...WANTED, Filter: { Prefix: '' } }];
    await context.client.send(
      new PutBucketLifecycleConfigurationCommand({ ...context.target, LifecycleConfiguration: { Rules } }),
    );
  },
};
