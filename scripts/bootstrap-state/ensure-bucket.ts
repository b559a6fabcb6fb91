// Receives one bucket and promises that it exists, is ours and has every setting.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { BucketContext } from './bucket-setting.ts';
import { BUCKET_SETTINGS } from './bucket-settings.ts';
import type { Caller } from './check-accounts.ts';
import type { StateBucket } from './plan-buckets.ts';

/** One line of the report. */
export interface Outcome {
  readonly what: string;
  readonly hasChanged: boolean;
}

/** A bucket that cannot be ours, or is elsewhere: its message is for the user. */
export class BucketProblem extends Error {}

/** Makes the bucket and sets what is missing; throws a `BucketProblem` where it cannot be used. */
export async function ensureBucket(plan: StateBucket, caller: Caller): Promise<Outcome[]> {
  const { bucket, region, kmsKeyArn } = plan;
  // An endpoint of one's own seldom has a name for each bucket.
  const forcePathStyle = (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
  const client = new S3Client({ region, forcePathStyle });
  const target = { Bucket: bucket, ExpectedBucketOwner: caller.accountId };
  const context: BucketContext = { client, bucket, kmsKeyArn, partition: caller.partition, target };
  try {
    const isNew = await createBucket(context, plan);
    const outcomes = [{ what: isNew ? 'bucket: created' : 'bucket: exists', hasChanged: isNew }];
    for (const setting of BUCKET_SETTINGS) {
      const hasChanged = !(await setting.isSet(context));
      if (hasChanged) await setting.set(context);
      outcomes.push({ what: setting.describe(context), hasChanged });
    }
    return outcomes;
  } finally {
    client.destroy();
  }
}

/** Whether the bucket had to be made. */
async function createBucket({ client, target }: BucketContext, plan: StateBucket): Promise<boolean> {
  const { bucket, region } = plan;
  try {
    const { BucketRegion } = await client.send(new HeadBucketCommand(target));
    if (BucketRegion === undefined || BucketRegion === region) return false;
    throw new BucketProblem(`The bucket ${bucket} is in ${BucketRegion}, not in ${region}.`);
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    if (error.$metadata.httpStatusCode !== 404)
      throw describeRefusal(error, plan, target.ExpectedBucketOwner);
  }
  try {
    await client.send(
      new CreateBucketCommand({
        Bucket: bucket,
        ObjectOwnership: 'BucketOwnerEnforced',
        // S3 refuses the name of its first region here.
        ...(region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException) throw describeRefusal(error, plan, target.ExpectedBucketOwner);
    throw error;
  }
}

function describeRefusal(
  error: S3ServiceException,
  { bucket, region }: StateBucket,
  accountId: string,
): Error {
  const status = error.$metadata.httpStatusCode;
  if (status === 301)
    return new BucketProblem(`The bucket ${bucket} is not in ${region}: correct \`state.region\`.`);
  if (status === 403 || error.name === 'BucketAlreadyExists') {
    return new BucketProblem(
      `The bucket ${bucket} belongs to another account, or the credentials of ${accountId} may not see it. Bucket names are unique in the whole world: choose another one, or use its owner's credentials.`,
    );
  }
  return error;
}
