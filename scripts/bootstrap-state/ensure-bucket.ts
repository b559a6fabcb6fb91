// Receives one bucket, promises that it exists, belongs to this account and has every setting.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess, Caller } from '../operator/aws-access.ts';
import type { BucketContext } from './bucket-setting.ts';
import { BUCKET_SETTINGS } from './bucket-settings.ts';
import type { StateBucket } from './plan-buckets.ts';

/** One line of the report. */
export interface Outcome {
  readonly what: string;
  readonly hasChanged: boolean;
}

/** Creates the bucket and sets the missing settings; throws a `Problem` if it cannot be used. */
export async function ensureBucket(plan: StateBucket, caller: Caller, aws: AwsAccess): Promise<Outcome[]> {
  const { bucket, region, kmsKeyArn } = plan;
  const client = aws.client(S3Client, region);
  const target = { Bucket: bucket, ExpectedBucketOwner: caller.accountId };
  const context: BucketContext = { client, bucket, kmsKeyArn, partition: caller.partition, target };
  const isNew = await createBucket(context, plan);
  const outcomes = [{ what: isNew ? 'bucket: created' : 'bucket: exists', hasChanged: isNew }];
  for (const setting of BUCKET_SETTINGS) {
    const hasChanged = !(await setting.isSet(context));
    if (hasChanged) await setting.set(context);
    outcomes.push({ what: setting.describe(context), hasChanged });
  }
  return outcomes;
}

/** Returns whether the bucket had to be created. */
async function createBucket({ client, target }: BucketContext, plan: StateBucket): Promise<boolean> {
  const { bucket, region } = plan;
  try {
    const { BucketRegion } = await client.send(new HeadBucketCommand(target));
    if (BucketRegion === undefined || BucketRegion === region) return false;
    throw describeElsewhere(plan);
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
        // S3 refuses us-east-1 as a location constraint.
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

function describeElsewhere({ bucket, region }: StateBucket): Problem {
  return new Problem({ what: `The bucket ${bucket} is not in ${region}.`, fix: 'correct `state.region`' });
}

function describeRefusal(error: S3ServiceException, plan: StateBucket, accountId: string): Error {
  const status = error.$metadata.httpStatusCode;
  if (status === 301) return describeElsewhere(plan);
  if (status === 403 || error.name === 'BucketAlreadyExists') {
    return new Problem({
      what: `The bucket ${plan.bucket} belongs to another account, or the credentials of ${accountId} may not see it.`,
      why: 'Bucket names are unique in the whole world.',
      fix: "choose another name, or use its owner's credentials",
    });
  }
  return error;
}
