// What the audio processor asks of S3, over a map of objects: head, get, copy, delete, with their conditions.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
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
}

const METADATA_PREFIX = 'x-amz-meta-';

export function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Carries out one request on a bucket's objects by key; 501 for what the functions never ask. */
export function answerS3(
  { method, path, headers }: HttpRequest,
  objects: Map<string, StoredObject>,
): HttpAnswer {
  const key = keyIn(path);
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) {
    return copyObject({ sourceKey: keyIn(`/${headers['x-amz-copy-source']}`), key, headers }, objects);
  }
  const object = objects.get(key);
  if (!object) return refuse(404, 'NoSuchKey');
  if (!isMatch(object, headers['if-match'])) return refuse(412, 'PreconditionFailed');
  if (method === 'GET' || method === 'HEAD') return { status: 200, ...describe(object) };
  if (method !== 'DELETE') return refuse(501, 'NotImplemented');
  objects.delete(key);
  return { status: 204 };
}

function copyObject(
  { sourceKey, key, headers }: { sourceKey: string; key: string; headers: IncomingHttpHeaders },
  objects: Map<string, StoredObject>,
): HttpAnswer {
  const source = objects.get(sourceKey);
  if (!source) return refuse(404, 'NoSuchKey');
  if (!isMatch(source, headers['x-amz-copy-source-if-match'])) return refuse(412, 'PreconditionFailed');
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), String(value)]);
  const contentType = headers['content-type'] ?? source.contentType;
  objects.set(key, { bytes: source.bytes, contentType, metadata: Object.fromEntries(metadata) });
  const etag = `<ETag>"${etagOf(source.bytes)}"</ETag>`;
  return { status: 200, body: `<CopyObjectResult>${etag}</CopyObjectResult>` };
}

function describe({ bytes, contentType, metadata }: StoredObject): Omit<HttpAnswer, 'status'> {
  const metadataHeaders = Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value]);
  return {
    headers: {
      etag: `"${etagOf(bytes)}"`,
      'content-length': String(bytes.length),
      'content-type': contentType,
      'last-modified': new Date().toUTCString(),
      ...Object.fromEntries(metadataHeaders),
    },
    body: bytes,
  };
}

function keyIn(path: string): string {
  return decodeURIComponent(new URL(path, 'http://s3').pathname.replace(/^\/[^/]+\//, ''));
}

function isMatch({ bytes }: StoredObject, condition: unknown): boolean {
  return condition === undefined || String(condition).replaceAll('"', '') === etagOf(bytes);
}

function refuse(status: number, code: string): HttpAnswer {
  return { status, body: `<Error><Code>${code}</Code></Error>` };
}
