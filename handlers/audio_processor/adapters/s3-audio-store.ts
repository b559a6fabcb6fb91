import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA } from '../ports.ts';

/** The object is gone, or has another ETag than the request's condition names. */
const GONE_OR_CHANGED = new Set([404, 412]);

/** The audio bucket. Every write is conditional on the ETag of what was analyzed. */
export class S3AudioStore implements AudioStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async head(key: string, signal: AbortSignal): Promise<AudioObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
    const head = await unlessGone(this.#client.send(command, { abortSignal: signal }));
    return (
      head && {
        key,
        etag: (head.ETag ?? '').replaceAll('"', ''),
        sizeBytes: head.ContentLength ?? 0,
        contentType: head.ContentType,
        metadata: head.Metadata ?? {},
        lastModifiedMs: head.LastModified?.getTime() ?? 0,
      }
    );
  }

  async read({ key, etag, sizeBytes }: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: `"${etag}"` });
    const object = await unlessGone(this.#client.send(command, { abortSignal: signal }));
    if (object === undefined) return undefined;
    return readExactly(object.Body as AsyncIterable<Uint8Array>, sizeBytes);
  }

  async copy(source: AudioObject, targetKey: string, signal: AbortSignal): Promise<boolean> {
    const command = new CopyObjectCommand({
      Bucket: this.#bucket,
      Key: targetKey,
      CopySource: `${this.#bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: `"${source.etag}"`,
      MetadataDirective: 'REPLACE',
      Metadata: { ...source.metadata, [SOURCE_ETAG_METADATA]: source.etag },
      ...(source.contentType === undefined ? {} : { ContentType: source.contentType }),
      // Copying tags needs two more permissions, and fails without them as soon as an uploader sets one.
      TaggingDirective: 'REPLACE',
    });
    return (await unlessGone(this.#client.send(command, { abortSignal: signal }))) !== undefined;
  }

  async remove({ key, etag }: AudioObject, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: `"${etag}"` });
    await unlessGone(this.#client.send(command, { abortSignal: signal }));
  }
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status !== undefined && GONE_OR_CHANGED.has(status)) return undefined;
    throw error;
  }
}

/** Reads into one buffer of the known size: collecting chunks first would need the memory twice. */
async function readExactly(chunks: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let length = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length !== sizeBytes) throw new Error('The object ended early');
  return bytes;
}
