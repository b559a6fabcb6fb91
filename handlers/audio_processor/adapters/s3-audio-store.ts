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

/** The object is gone, or not what a condition of the request names. */
const GONE_OR_CHANGED = new Set([404, 412]);

export interface S3AudioStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** The stack's own key; objects under another one may be unreadable for good. */
  readonly kmsKeyArn?: string | undefined;
}

/** The audio bucket. Every write is conditional on the ETag of what was analyzed, and replaces nothing. */
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
      // Copying tags needs two more permissions, and fails without them as soon as an uploader sets one.
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
   * A refusal is about the object only if S3 serves others: asked for one that does not exist it must answer "not
   * found". Else the function has lost a permission, or its credentials, and no file is to blame: the message waits.
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
      // Trouble with the stack's own key is trouble with every file.
      const hasOwnKey = object?.kmsKeyArn !== undefined && object.kmsKeyArn === this.#kmsKeyArn;
      const isForGood = code === 'FILE_ARCHIVED' || (code !== undefined && !hasOwnKey);
      if (isForGood && (await this.#servesOthers(signal))) {
        throw new StorageRefusedError(code, step, { cause: error });
      }
      throw new RetryLaterError('storage_refused', { cause: error });
    }
  }

  #servesOthers(signal: AbortSignal): Promise<boolean> {
    const absent = this.#describe(INCOMING_PREFIX + randomUUID(), signal);
    return absent.then(
      () => true,
      () => false,
    );
  }
}

/** What is written beside the bytes. Without an ETag to note, the metadata is as large as S3 accepted it. */
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
