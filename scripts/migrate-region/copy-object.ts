// Copies one object inside S3 with its metadata and tags, in parts if it is too large for one request.
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  type HeadObjectCommandOutput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../operator/for-each.ts';
import { chooseChecksum, type Place } from './compare-objects.ts';

export interface CopyLimits {
  /** The largest object that one CopyObject takes. */
  readonly wholeBytes: number;
  /** At least 5 MiB and at most 5 GiB. */
  readonly partBytes: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const S3_LIMITS: CopyLimits = { wholeBytes: 5 * 1024 ** 3, partBytes: 512 * 1024 ** 2 };
const MOST_PARTS = 10_000;
const PARTS_AT_ONCE = 8;

export interface Copying {
  readonly source: Place;
  readonly target: Place;
  readonly key: string;
  /** Metadata of the source. If another object has replaced it meanwhile, the copy fails. */
  readonly head: HeadObjectCommandOutput;
  readonly limits: CopyLimits;
  readonly signal: AbortSignal;
}

export async function copyObject(copying: Copying): Promise<void> {
  const { target, head, limits, signal } = copying;
  if ((head.ContentLength ?? 0) > limits.wholeBytes) return await copyInParts(copying);
  await target.client.send(new CopyObjectCommand(describeCopy(copying)), { abortSignal: signal });
}

function describeCopy({ source, target, key, head }: Copying) {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return {
    Bucket: target.bucket,
    Key: key,
    CopySource: `${source.bucket}/${path}`,
    CopySourceIfMatch: head.ETag,
    ExpectedBucketOwner: target.accountId,
    ExpectedSourceBucketOwner: source.accountId,
  };
}

/** If killed, it leaves parts, which are deleted after the bucket's `abort_incomplete_upload_days`. */
async function copyInParts(copying: Copying): Promise<void> {
  const { target, key, signal } = copying;
  const upload = { Bucket: target.bucket, Key: key, ExpectedBucketOwner: target.accountId };
  const properties = { ...listProperties(copying.head), ...(await readTags(copying)) };
  const { UploadId } = await target.client.send(
    new CreateMultipartUploadCommand({ ...upload, ...properties }),
    { abortSignal: signal },
  );
  try {
    const Parts = await copyParts(copying, UploadId);
    await target.client.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
      { abortSignal: signal },
    );
  } catch (error) {
    await target.client.send(new AbortMultipartUploadCommand({ ...upload, UploadId })).catch(() => {});
    throw error;
  }
}

async function copyParts(copying: Copying, UploadId: string | undefined): Promise<CompletedPart[]> {
  const { target, head, limits, signal } = copying;
  const total = head.ContentLength ?? 0;
  const size = Math.max(limits.partBytes, Math.ceil(total / MOST_PARTS));
  const parts: CompletedPart[] = [];
  const numbers = Array.from({ length: Math.ceil(total / size) }, (_, index) => index + 1);
  await forEachConcurrently(numbers, PARTS_AT_ONCE, signal, async (PartNumber) => {
    const [from, to] = [(PartNumber - 1) * size, Math.min(PartNumber * size, total) - 1];
    const { CopyPartResult } = await target.client.send(
      new UploadPartCopyCommand({
        ...describeCopy(copying),
        UploadId,
        PartNumber,
        CopySourceRange: `bytes=${from}-${to}`,
      }),
      { abortSignal: signal },
    );
    parts[PartNumber - 1] = { PartNumber, ETag: CopyPartResult?.ETag };
  });
  return parts;
}

/** The metadata that CopyObject copies by itself, and a checksum for later comparisons. */
function listProperties(head: HeadObjectCommandOutput) {
  return {
    ChecksumAlgorithm: chooseChecksum(head),
    ChecksumType: 'FULL_OBJECT',
    CacheControl: head.CacheControl,
    ContentDisposition: head.ContentDisposition,
    ContentEncoding: head.ContentEncoding,
    ContentLanguage: head.ContentLanguage,
    ContentType: head.ContentType,
    Expires: head.Expires,
    Metadata: head.Metadata,
  } as const;
}

async function readTags({ source, key, signal }: Copying): Promise<{ readonly Tagging?: string }> {
  const { TagSet = [] } = await source.client.send(
    new GetObjectTaggingCommand({ Bucket: source.bucket, Key: key, ExpectedBucketOwner: source.accountId }),
    { abortSignal: signal },
  );
  if (TagSet.length === 0) return {};
  const tags = Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  return { Tagging: new URLSearchParams(tags).toString() };
}
