// The S3 operations of the audio processor on a map of objects: head, get, put, copy, delete, with their conditions and
// S3's documented errors. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { decodeMetadata } from '../../../handlers/shared/recording-metadata.ts';
import type { ServiceAnswer, ServiceRequest } from './service-answer.ts';

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** If it differs from that of the bytes: an object of several parts, or one whose bytes are in a file. */
  readonly etag?: string;
  readonly sizeBytes?: number;
  readonly lastModifiedMs?: number;
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

/** The objects of a bucket by key: a map, or a folder. */
export interface Objects {
  get(key: string): StoredObject | undefined;
  has(key: string): boolean;
  set(key: string, object: StoredObject): unknown;
  delete(key: string): unknown;
}

const METADATA_PREFIX = 'x-amz-meta-';
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;
const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function etagOfObject(object: StoredObject): string {
  return object.etag ?? etagOf(object.bytes);
}

/** S3's own errors: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function refuseS3(status: number, code: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}

/** Executes one request on a bucket's objects, by key; 501 for operations that the functions do not use. */
export function answerS3(request: ServiceRequest, objects: Objects): ServiceAnswer {
  const answer = answerInFull(request, objects);
  // The response to HEAD has no body and therefore no code.
  return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
}

function answerInFull(request: ServiceRequest, objects: Objects): ServiceAnswer {
  const { method, path, headers } = request;
  const key = keyIn(path);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return refuseS3(400, 'KeyTooLongError');
  if (method === 'PUT') return writeObject(key, request, objects);
  const object = objects.get(key);
  if (!object && method === 'DELETE' && headers['if-match'] === undefined) return { status: 204 };
  if (!object) return refuseS3(404, 'NoSuchKey');
  if (object.isDenied === true) return refuseS3(403, 'AccessDenied');
  if (method === 'DELETE') {
    if (!isMatch(object, headers['if-match'])) return refuseS3(412, 'PreconditionFailed');
    objects.delete(key);
    return { status: 204 };
  }
  if (method !== 'GET' && method !== 'HEAD') return refuseS3(501, 'NotImplemented');
  if (object.hasCustomerKey === true) return refuseS3(400, 'InvalidRequest');
  if (!isMatch(object, headers['if-match'])) return refuseS3(412, 'PreconditionFailed');
  if (method === 'GET') {
    if (ARCHIVES.has(object.storageClass ?? '')) return refuseS3(403, 'InvalidObjectState');
    if (object.isKmsDenied === true) return refuseS3(403, 'AccessDenied');
  }
  return { status: 200, ...describe(object, method) };
}

/** PutObject and CopyObject. */
function writeObject(key: string, { headers, body }: ServiceRequest, objects: Objects): ServiceAnswer {
  const copySource = headers['x-amz-copy-source'];
  const sourceKey = copySource === undefined ? undefined : readSourceKey(String(copySource));
  const source = sourceKey === undefined ? undefined : objects.get(sourceKey);
  if (copySource !== undefined) {
    if (sourceKey === undefined) return refuseS3(400, 'InvalidArgument');
    if (!source) return refuseS3(404, 'NoSuchKey');
    const refusal = refuseSource(source, headers['x-amz-copy-source-if-match']);
    if (refusal) return refusal;
  }
  if (headers['if-none-match'] === '*' && objects.has(key)) return refuseS3(412, 'PreconditionFailed');
  const isKept = source !== undefined && headers['x-amz-metadata-directive'] !== 'REPLACE';
  const metadata = isKept ? source.metadata : readMetadata(headers);
  const size = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  if (size > MAX_METADATA_BYTES) return refuseS3(400, 'MetadataTooLarge');
  const contentType =
    (isKept ? undefined : headers['content-type']) ?? source?.contentType ?? 'binary/octet-stream';
  const bytes = source?.bytes ?? body ?? new Uint8Array();
  objects.set(key, { bytes, contentType, metadata });
  const etag = `"${etagOf(bytes)}"`;
  const result = source ? `<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>` : '';
  return { status: 200, headers: { etag }, body: result };
}

/** `bucket/key`, encoded as in an address; undefined for another text. */
function readSourceKey(copySource: string): string | undefined {
  const path = `/${copySource.replace(/^\//, '')}`;
  try {
    return /^\/[^/]+\/./s.test(path) ? keyIn(path) : undefined;
  } catch {
    return undefined;
  }
}

function refuseSource(source: StoredObject, condition: unknown): ServiceAnswer | undefined {
  if (source.isDenied === true || source.isKmsDenied === true) return refuseS3(403, 'AccessDenied');
  if (source.hasCustomerKey === true) return refuseS3(400, 'InvalidRequest');
  if (!isMatch(source, condition)) return refuseS3(412, 'PreconditionFailed');
  return ARCHIVES.has(source.storageClass ?? '') ? refuseS3(403, 'ObjectNotInActiveTierError') : undefined;
}

function readMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), decodeMetadata(String(value))] as const);
  return Object.fromEntries(entries);
}

/** S3 returns characters outside of US-ASCII as RFC 2047 does: they cannot stand in a header. */
function encodeMetadata(value: string): string {
  return /^[ -~]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

/** HEAD does not read the bytes. */
function describe(object: StoredObject, method: string): Omit<ServiceAnswer, 'status'> {
  const { contentType, metadata, storageClass, kmsKeyArn, lastModifiedMs } = object;
  const metadataHeaders = Object.entries(metadata).map(([name, value]) => [
    METADATA_PREFIX + name,
    encodeMetadata(value),
  ]);
  return {
    headers: {
      etag: `"${etagOfObject(object)}"`,
      'content-length': String(object.sizeBytes ?? object.bytes.length),
      'content-type': contentType,
      'last-modified': new Date(lastModifiedMs ?? Date.now()).toUTCString(),
      ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }),
      ...(kmsKeyArn === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn }),
      ...Object.fromEntries(metadataHeaders),
    },
    body: method === 'HEAD' ? '' : object.bytes,
  };
}

/** Does not use the URL class, which would resolve `..` in a key. */
export function keyIn(path: string): string {
  return decodeURIComponent(path.replace(/\?.*$/s, '').replace(/^\/[^/]+\//, ''));
}

function isMatch(object: StoredObject, condition: unknown): boolean {
  return condition === undefined || String(condition).replaceAll('"', '') === etagOfObject(object);
}
