// Compares the bytes of two objects: by a checksum that S3 has for both, else by MD5 (the ETag, except after a multipart
// upload or with KMS), else by reading both.
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

/** Returns the object's metadata; undefined if it does not exist. */
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
    // An error answer to HEAD has no body; GET's body has the reason.
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 400)
      await client.send(new GetObjectCommand({ ...target, Range: 'bytes=0-0' }), { abortSignal: signal });
    throw error;
  }
}

/** The reason why S3 cannot decrypt an object: its uploader has the key (SSE-C), or the KMS key is disabled or deleted. */
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

/** Chooses among the algorithms that give a full-object checksum for multipart uploads: this object's, else S3's default. */
export function chooseChecksum(head: HeadObjectCommandOutput): 'CRC64NVME' | 'CRC32C' | 'CRC32' {
  const kept = (['CRC32C', 'CRC32'] as const).find((name) => isOfWholeObject(head[`Checksum${name}`]));
  return kept ?? 'CRC64NVME';
}

/** A checksum of parts ends with the number of parts. */
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
