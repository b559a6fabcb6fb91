import { randomUUID } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { INCOMING_PREFIX } from '../file-away.ts';
import { type AudioObject, type AudioStore, SOURCE_ETAG_METADATA, type Target } from '../ports.ts';
import { RetryLaterError } from '../retry-later-error.ts';
import { StorageRefusedError, type StorageStep } from '../storage-refused-error.ts';
import { isRefusal, readRefusal } from './s3-refusals.ts';

/** Not found, or a condition of the request (ETag) is not met. */
const GONE_OR_CHANGED = new Set([404, 412]);

export interface S3AudioStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** The stack's KMS key. Objects encrypted with another key may be permanently unreadable. */
  readonly kmsKeyArn?: string | undefined;
}

/** The audio bucket. Reads, copies and deletes require the analyzed object's ETag; writes never overwrite. */
export class S3AudioStore implements AudioStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #kmsKeyArn: string | undefined;

  constructor({ client, bucket, kmsKeyArn }: S3AudioStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#kmsKeyArn = kmsKeyArn;
  }

  head(key: string, signal: AbortSignal): Promise<AudioObject | undefined> {
    return this.#orRefusal(this.#describe(key, signal), 'head', signal);
  }

  headTarget(key: string, signal: AbortSignal): Promise<AudioObject | undefined> {
    return this.#orRefusal(this.#describe(key, signal), 'verify', signal);
  }

  read(object: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#orRefusal(this.#read(object, signal), 'read', signal, object);
  }

  async copy(source: AudioObject, target: Target, signal: AbortSignal): Promise<boolean> {
    const command = new CopyObjectCommand({
      Bucket: this.#bucket,
      Key: target.key,
      CopySource: `${this.#bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: quote(source.etag),
      IfNoneMatch: '*',
      ...(target.sourceEtag === undefined
        ? {}
        : { MetadataDirective: 'REPLACE', ...describeCopy(source, target) }),
      // Copying tags would need two more permissions, and fail without them for an object with tags.
      TaggingDirective: 'REPLACE',
    });
    return this.#unlessTaken(this.#client.send(command, { abortSignal: signal }), signal);
  }

  async write(source: AudioObject, bytes: Uint8Array, target: Target, signal: AbortSignal): Promise<boolean> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: target.key,
      Body: bytes,
      IfNoneMatch: '*',
      ...describeCopy(source, target),
    });
    return this.#unlessTaken(this.#client.send(command, { abortSignal: signal }), signal);
  }

  async remove({ key, etag }: Pick<AudioObject, 'key' | 'etag'>, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: quote(etag) });
    await this.#orRefusal(unlessGone(this.#client.send(command, { abortSignal: signal })), 'delete', signal);
  }

  async #unlessTaken(answer: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
    return (await this.#orRefusal(unlessGone(answer), 'copy', signal)) !== undefined;
  }

  async #read({ key, etag, sizeBytes }: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: quote(etag) });
    const answer = await unlessGone(this.#client.send(command, { abortSignal: signal }));
    return answer && readExactly(answer.Body as AsyncIterable<Uint8Array>, sizeBytes);
  }

  async #describe(key: string, signal: AbortSignal): Promise<AudioObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
    const head = await unlessGone(this.#client.send(command, { abortSignal: signal }));
    return (
      head && {
        key,
        etag: (head.ETag ?? '').replaceAll('"', ''),
        sizeBytes: head.ContentLength ?? 0,
        contentType: head.ContentType,
        metadata: head.Metadata ?? {},
        kmsKeyArn: head.SSEKMSKeyId,
      }
    );
  }

  /**
   * Turns a 4xx into a StorageRefusedError when it is about this object: S3 must then still answer 404 for a key that
   * does not exist. Otherwise the function lacks a permission or credentials, and the message returns to the queue.
   */
  async #orRefusal<T>(
    answer: Promise<T>,
    step: StorageStep,
    signal: AbortSignal,
    object?: AudioObject,
  ): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const code = readRefusal(error);
      // A problem with the stack's own key concerns every file.
      const hasOwnKey = object?.kmsKeyArn !== undefined && object.kmsKeyArn === this.#kmsKeyArn;
      const isForGood = code === 'FILE_ARCHIVED' || (code !== undefined && !hasOwnKey);
      if (isForGood && (await this.#isServing(signal))) {
        throw new StorageRefusedError(code, step, { cause: error });
      }
      throw new RetryLaterError('storage_refused', { cause: error });
    }
  }

  #isServing(signal: AbortSignal): Promise<boolean> {
    const absent = this.#describe(INCOMING_PREFIX + randomUUID(), signal);
    return absent.then(
      () => true,
      () => false,
    );
  }
}

/** Returns metadata and content type for the copy. Without a source ETag the metadata has its accepted size. */
function describeCopy({ metadata, contentType }: AudioObject, { sourceEtag }: Target) {
  return {
    Metadata: { ...metadata, ...(sourceEtag === undefined ? {} : { [SOURCE_ETAG_METADATA]: sourceEtag }) },
    ...(contentType === undefined ? {} : { ContentType: contentType }),
  };
}

function quote(etag: string): string {
  return `"${etag}"`;
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

/** Reads into one buffer of the known size: joining chunks would need the memory twice. */
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
