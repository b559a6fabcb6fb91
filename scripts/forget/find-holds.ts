// Finds the versions that S3 Object Lock protects: by a legal hold, or until a date. S3 refuses to delete them. Read-only.
import { GetObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { RecordingVersion } from '../sessions/find-recording-versions.ts';
import { headVersion } from '../sessions/head-version.ts';

const REQUESTS_AT_ONCE = 16;

/** By version: `a legal hold`, or `a retention until <day>`. One request for a bucket without Object Lock. */
export async function findHolds(
  aws: AwsAccess,
  { region, names }: Stack,
  versions: readonly RecordingVersion[],
  signal: AbortSignal,
): Promise<ReadonlyMap<RecordingVersion, string>> {
  const holds = new Map<RecordingVersion, string>();
  const objects = versions.filter(({ isDeleteMarker }) => !isDeleteMarker);
  if (objects.length === 0) return holds;
  const { accountId } = await aws.findCaller(region.name);
  const client = aws.client(S3Client, region.name);
  const bucket = { Bucket: names.bucket, ExpectedBucketOwner: accountId };
  const options = { abortSignal: signal };
  try {
    const answer = await client.send(new GetObjectLockConfigurationCommand(bucket), options);
    if (answer.ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') return holds;
  } catch (error) {
    if (error instanceof Error && error.name === 'ObjectLockConfigurationNotFoundError') return holds;
    throw error;
  }
  await forEachConcurrently(objects, REQUESTS_AT_ONCE, signal, async (version) => {
    const head = await headVersion({ client, bucket: names.bucket, accountId }, version, signal);
    // S3 does not show the lock of an encrypted one either.
    if (head === 'gone' || head === 'encrypted') return;
    const { ObjectLockLegalHoldStatus: hold, ObjectLockRetainUntilDate: until } = head;
    if (hold === 'ON') holds.set(version, 'a legal hold');
    else if (until !== undefined && until.getTime() > Date.now())
      holds.set(version, `a retention until ${until.toISOString().slice(0, 10)}`);
  });
  return holds;
}
