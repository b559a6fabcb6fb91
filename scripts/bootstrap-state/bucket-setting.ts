// The type of a state bucket's setting: how to read it and how to set it.
import type { S3Client } from '@aws-sdk/client-s3';
import { isObject } from '../../generator/spec/json.ts';

export interface BucketContext {
  readonly client: S3Client;
  readonly bucket: string;
  readonly kmsKeyArn: string | null;
  /** `aws`, `aws-cn`, `aws-us-gov`: part of every ARN. */
  readonly partition: string;
  /** Names the bucket and its owner, so that S3 refuses another account's bucket. */
  readonly target: { readonly Bucket: string; readonly ExpectedBucketOwner: string };
}

export interface BucketSetting {
  readonly describe: (context: BucketContext) => string;
  readonly isSet: (context: BucketContext) => Promise<boolean>;
  readonly set: (context: BucketContext) => Promise<unknown>;
}

/** Returns undefined where S3 answers with an error because the setting is absent. */
export async function readOrNothing<Answer>(
  question: Promise<Answer>,
  nothing: string,
): Promise<Answer | undefined> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && error.name === nothing) return undefined;
    throw error;
  }
}

/** Whether `actual` has every member of `wanted`; S3 adds further members. */
export function includes(actual: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return actual === wanted;
  return isObject(actual) && Object.entries(wanted).every(([key, value]) => includes(actual[key], value));
}
