// Whether two objects hold the same bytes: by a checksum that S3 keeps of both, else by MD5 (an ETag, unless of a multipart
// upload or under KMS), else by reading both.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  NotFound,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly accountId: string;
}

const CHECKSUMS = [
  'ChecksumCRC64NVME',
  'ChecksumSHA256',
  'ChecksumSHA1',
  'ChecksumCRC32C',
  'ChecksumCRC32',
] as const;

/** What S3 knows of an object; undefined where there is none. */
export async function findObject(
  { client, bucket, accountId }: Place,
  Key: string,
  signal: AbortSignal,
): Promise<HeadObjectCommandOutput | undefined> {
  const target = { Bucket: bucket, Key, ExpectedBucketOwner: accountId };
  try {
    return await client.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }), {
      abortSignal: signal,
    });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    // The answer to HEAD has no body that says why; that to GET has.
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 400)
      await client.send(new GetObjectCommand({ ...target, Range: 'bytes=0-0' }), { abortSignal: signal });
    throw error;
  }
}

/** Why S3 cannot decrypt it: a key that its uploader keeps (SSE-C), or one that KMS does not use any more. */
export function findMissingKey(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { name, message } = error;
  const isCustomerKey = name === 'InvalidRequest' && message.includes('Server Side Encryption');
  return isCustomerKey || name.startsWith('KMS.') ? message : undefined;
}

export interface Found {
  readonly place: Place;
  readonly head: HeadObjectCommandOutput;
}

export async function haveSameBytes(
  key: string,
  first: Found,
  second: Found,
  signal: AbortSignal,
): Promise<boolean> {
  if (first.head.ContentLength !== second.head.ContentLength) return false;
  for (const name of CHECKSUMS) {
    const [one, other] = [first.head[name], second.head[name]];
    if (isOfWholeObject(one) && isOfWholeObject(other)) return one === other;
  }
  if (isMd5(first.head) && isMd5(second.head)) return first.head.ETag === second.head.ETag;
  const digests = await Promise.all([first, second].map(({ place }) => digest(place, key, signal)));
  return digests[0] === digests[1];
}

/** Of those that S3 computes of an object in parts as of a whole one: the one that it keeps of this object, else its default. */
export function chooseChecksum(head: HeadObjectCommandOutput): 'CRC64NVME' | 'CRC32C' | 'CRC32' {
  const kept = (['CRC32C', 'CRC32'] as const).find((name) => isOfWholeObject(head[`Checksum${name}`]));
  return kept ?? 'CRC64NVME';
}

/** One of parts ends with their number. */
function isOfWholeObject(checksum: string | undefined): checksum is string {
  return checksum !== undefined && !checksum.includes('-');
}

function isMd5({ ETag = '', ServerSideEncryption }: HeadObjectCommandOutput): boolean {
  const isPlain = ServerSideEncryption === undefined || ServerSideEncryption === 'AES256';
  return isPlain && /^"?[0-9a-f]{32}"?$/.test(ETag);
}

async function digest({ client, bucket }: Place, Key: string, signal: AbortSignal): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }), { abortSignal: signal });
  const hash = createHash('sha256');
  if (Body instanceof Readable) await pipeline(Body, hash, { signal });
  return hash.digest('hex');
}
