// Finds uploads of forgotten sessions that have no event: not analyzed yet, or removed by a function that saw a tombstone,
// which leaves an old version in a versioned bucket. Their metadata name the session.
import { HeadObjectCommand, type ObjectVersion, S3Client } from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../../handlers/audio_processor/file-away.ts';
import { toSessionKey } from '../../handlers/shared/session-event.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { Stack } from '../operator/open-spec.ts';
import { listVersions } from '../operator/s3-listing.ts';
import type { RecordingSource } from '../sessions/find-recordings.ts';

const LOOKS_AT_ONCE = 32;
/** It was not filed, so no key of a target has it. */
const NOT_FILED = '0'.repeat(32);

export interface Pending {
  /** Partition keys. */
  readonly sessions: ReadonlySet<string>;
  /** Whether an earlier look found it. */
  readonly isKnown: (upload: Pick<RecordingSource, 'key' | 'etag'>) => boolean;
  /** When the sessions were first forgotten: a function removes later uploads itself. */
  readonly forgottenAt: Date | undefined;
}

/** Lists incoming/, and reads the metadata of the newest version of each key: after the analysis it is a delete marker. */
export async function findPending(
  aws: AwsAccess,
  stack: Stack,
  { sessions, isKnown, forgottenAt }: Pending,
  signal: AbortSignal,
): Promise<RecordingSource[]> {
  if (sessions.size === 0) return [];
  const region = stack.region.name;
  const { accountId } = await aws.findCaller(region);
  const client = aws.client(S3Client, region);
  const bucket = { client, bucket: stack.names.bucket, accountId };
  const found: RecordingSource[] = [];
  const look = async (version: ObjectVersion): Promise<void> => {
    const { Key: key = '', ETag = '', VersionId, IsLatest, LastModified } = version;
    const etag = ETag.replaceAll('"', '');
    const isLate = forgottenAt !== undefined && LastModified !== undefined && LastModified >= forgottenAt;
    if (IsLatest !== true && !isLate && !isKnown({ key, etag })) return;
    const question = new HeadObjectCommand({
      Bucket: stack.names.bucket,
      Key: key,
      ExpectedBucketOwner: accountId,
      ...(VersionId === undefined || VersionId === 'null' ? {} : { VersionId }),
    });
    const head = await client.send(question, { abortSignal: signal }).catch(ignoreUnreadable);
    const sessionId = toSessionKey(head?.Metadata?.['session-id']);
    if (sessionId === undefined || !sessions.has(sessionId)) return;
    found.push({ stack, sessionId, key, etag, uploadId: NOT_FILED, targetKey: undefined });
  };
  for await (const { versions } of listVersions(bucket, signal, INCOMING_PREFIX))
    await forEachConcurrently(versions, LOOKS_AT_ONCE, signal, look);
  return found;
}

/** Gone meanwhile, or encrypted with a key of the uploader. */
function ignoreUnreadable(error: unknown): undefined {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== 400 && status !== 404) throw error;
}
