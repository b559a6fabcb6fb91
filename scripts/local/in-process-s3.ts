// The S3 operations of the audio processor on a map of objects: head, get, put, copy, delete, with their conditions and
// S3's documented errors. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** With GLACIER and DEEP_ARCHIVE, HEAD succeeds and GET is refused. */
  readonly storageClass?: string;
  /** Encrypted with a key that only the uploader has. */
  readonly hasCustomerKey?: boolean;
  readonly kmsKeyArn?: string;
  /** The caller may not use the KMS key: only HEAD succeeds. */
  readonly isKmsDenied?: boolean;
  /** By a bucket policy. */
  readonly isDenied?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface HttpRequest {
  readonly method: string;
  /** `/<bucket>/<key>`, URL-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body?: Uint8Array;
}

type Objects = Map<string, StoredObject>;

const METADATA_PREFIX = 'x-amz-meta-';
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;
const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Executes one request on a bucket's objects, by key; 501 for operations that the functions do not use. */
export function answerS3(request: HttpRequest, objects: Objects): HttpAnswer {
  const answer = answerInFull(request, objects);
  // The response to HEAD has no body and therefore no code.
  return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
}

function answerInFull(request: HttpRequest, objects: Objects): HttpAnswer {
  const { method, path, headers } = request;
  const key = keyIn(path);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return refuse(400, 'KeyTooLongError');
  if (method === 'PUT') return writeObject(key, request, objects);
  const object = objects.get(key);
  if (!object) return refuse(404, 'NoSuchKey');
  if (object.isDenied === true) return refuse(403, 'AccessDenied');
  if (method === 'DELETE') {
    if (!isMatch(object, headers['if-match'])) return refuse(412, 'PreconditionFailed');
    objects.delete(key);
    return { status: 204 };
  }
  if (method !== 'GET' && method !== 'HEAD') return refuse(501, 'NotImplemented');
  if (object.hasCustomerKey === true) return refuse(400, 'InvalidRequest');
  if (!isMatch(object, headers['if-match'])) return refuse(412, 'PreconditionFailed');
  if (method === 'GET') {
    if (ARCHIVES.has(object.storageClass ?? '')) return refuse(403, 'InvalidObjectState');
    if (object.isKmsDenied === true) return refuse(403, 'AccessDenied');
  }
  return { status: 200, ...describe(object) };
}

/** PutObject and CopyObject. */
function writeObject(key: string, { headers, body }: HttpRequest, objects: Objects): HttpAnswer {
  const copySource = headers['x-amz-copy-source'];
  const source = copySource === undefined ? undefined : objects.get(keyIn(`/${copySource}`));
  if (copySource !== undefined) {
    if (!source) return refuse(404, 'NoSuchKey');
    const refusal = refuseSource(source, headers['x-amz-copy-source-if-match']);
    if (refusal) return refusal;
  }
  if (headers['if-none-match'] === '*' && objects.has(key)) return refuse(412, 'PreconditionFailed');
  const isKept = source !== undefined && headers['x-amz-metadata-directive'] !== 'REPLACE';
  const metadata = isKept ? source.metadata : readMetadata(headers);
  const size = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  if (size > MAX_METADATA_BYTES) return refuse(400, 'MetadataTooLarge');
  const contentType =
    (isKept ? undefined : headers['content-type']) ?? source?.contentType ?? 'binary/octet-stream';
  const bytes = source?.bytes ?? body ?? new Uint8Array();
  objects.set(key, { bytes, contentType, metadata });
  const etag = `"${etagOf(bytes)}"`;
  const result = source ? `<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>` : '';
  return { status: 200, headers: { etag }, body: result };
}

function refuseSource(source: StoredObject, condition: unknown): HttpAnswer | undefined {
  if (source.isDenied === true || source.isKmsDenied === true) return refuse(403, 'AccessDenied');
  if (source.hasCustomerKey === true) return refuse(400, 'InvalidRequest');
  if (!isMatch(source, condition)) return refuse(412, 'PreconditionFailed');
  return ARCHIVES.has(source.storageClass ?? '') ? refuse(403, 'ObjectNotInActiveTierError') : undefined;
}

function readMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), String(value)] as const);
  return Object.fromEntries(entries);
}

function describe(object: StoredObject): Omit<HttpAnswer, 'status'> {
  const { bytes, contentType, metadata, storageClass, kmsKeyArn } = object;
  const metadataHeaders = Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value]);
  return {
    headers: {
      etag: `"${etagOf(bytes)}"`,
      'content-length': String(bytes.length),
      'content-type': contentType,
      'last-modified': new Date().toUTCString(),
      ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }),
      ...(kmsKeyArn === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn }),
      ...Object.fromEntries(metadataHeaders),
    },
    body: bytes,
  };
}

/** Does not use the URL class, which would resolve `..` in a key. */
function keyIn(path: string): string {
  return decodeURIComponent(path.replace(/\?.*$/s, '').replace(/^\/[^/]+\//, ''));
}

function isMatch({ bytes }: StoredObject, condition: unknown): boolean {
  return condition === undefined || String(condition).replaceAll('"', '') === etagOf(bytes);
}

function refuse(status: number, code: string): HttpAnswer {
  return { status, body: `<Error><Code>${code}</Code></Error>` };
}
