// S3's REST protocol on one bucket: objects, listings, and uploads in parts, which the AWS CLI uses from 8 MB on.
import { createHash, randomUUID } from 'node:crypto';
import type { ObjectFolder } from '../engine/object-folder.ts';
import { decodeChunks } from './aws-chunked.ts';
import { listObjects, listVersions, toXml } from './list-objects.ts';
import { answerS3, etagOf, refuseS3 } from './s3-objects.ts';
import type { ServiceAnswer, ServiceRequest } from './service-answer.ts';

export interface LocalBucket {
  readonly name: string;
  readonly region: string;
  readonly objects: ObjectFolder;
  /** Called after a PUT, a copy or a completed upload. */
  readonly onCreated: (key: string) => void;
}

interface PartialUpload {
  readonly key: string;
  readonly headers: ServiceRequest['headers'];
  readonly parts: Map<number, Uint8Array>;
}

/** The function refuses recordings of more than 10 MB; parts wait in memory. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
const MAX_OPEN_UPLOADS = 10;
const MAX_PARTS = 10_000;
/** Of every part but the last one. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** Uploads that are not complete are lost at the end of the process; S3 keeps them for days. */
export class S3Service {
  readonly #bucket: LocalBucket;
  readonly #uploads = new Map<string, PartialUpload>();

  constructor(bucket: LocalBucket) {
    this.#bucket = bucket;
  }

  answer(request: ServiceRequest): ServiceAnswer {
    const [, bucket = '', key = ''] = /^\/([^/?]*)\/?([^?]*)/s.exec(request.path) ?? [];
    if (bucket === '') return this.#listBuckets();
    if (decodeURIComponent(bucket) !== this.#bucket.name) return refuseS3(404, 'NoSuchBucket');
    const query = new URL(request.path, 'http://localhost').searchParams;
    if (key === '') return this.#answerForBucket(request, query);
    const decoded = { ...request, body: decodeChunks(request.headers, request.body) };
    return this.#answerForObject(decoded, query, decodeURIComponent(key));
  }

  #answerForObject(request: ServiceRequest, query: URLSearchParams, key: string): ServiceAnswer {
    const uploadId = query.get('uploadId');
    if (request.method === 'POST' && query.has('uploads')) return this.#begin(key, request);
    if (uploadId !== null) return this.#continue({ uploadId, key }, request, query);
    const sourceBucket = readSourceBucket(request);
    if (sourceBucket !== undefined && sourceBucket !== this.#bucket.name)
      return refuseS3(404, 'NoSuchBucket');
    if (query.has('tagging')) return { status: 200, body: toXml('Tagging', { TagSet: '' }) };
    const answer = cutRange(answerS3(request, this.#bucket.objects), request);
    if (request.method === 'PUT' && answer.status === 200) this.#bucket.onCreated(key);
    return answer;
  }

  #answerForBucket({ method }: ServiceRequest, query: URLSearchParams): ServiceAnswer {
    const { name, region, objects } = this.#bucket;
    if (method === 'HEAD') return { status: 200, headers: { 'x-amz-bucket-region': region } };
    if (method !== 'GET') return refuseS3(501, 'NotImplemented');
    if (query.has('object-lock')) return refuseS3(404, 'ObjectLockConfigurationNotFoundError');
    if (query.has('location'))
      return {
        status: 200,
        body: `<LocationConstraint>${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
      };
    return query.has('versions') ? listVersions(name, objects, query) : listObjects(name, objects, query);
  }

  #listBuckets(): ServiceAnswer {
    const bucket = toXml('Bucket', { Name: this.#bucket.name, CreationDate: '2026-01-01T00:00:00.000Z' });
    return {
      status: 200,
      body: `<ListAllMyBucketsResult><Buckets>${bucket}</Buckets></ListAllMyBucketsResult>`,
    };
  }

  #begin(key: string, { headers }: ServiceRequest): ServiceAnswer {
    const uploadId = randomUUID();
    this.#uploads.set(uploadId, { key, headers, parts: new Map() });
    for (const oldest of this.#uploads.keys())
      if (this.#uploads.size > MAX_OPEN_UPLOADS) this.#uploads.delete(oldest);
    const members = { Bucket: this.#bucket.name, Key: key, UploadId: uploadId };
    return { status: 200, body: toXml('InitiateMultipartUploadResult', members) };
  }

  #continue(
    { uploadId, key }: { readonly uploadId: string; readonly key: string },
    { method, body }: ServiceRequest,
    query: URLSearchParams,
  ): ServiceAnswer {
    const upload = this.#uploads.get(uploadId);
    if (upload?.key !== key) return refuseS3(404, 'NoSuchUpload');
    if (method === 'PUT') {
      const part = body ?? new Uint8Array();
      const number = Number(query.get('partNumber'));
      if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
        return refuseS3(400, 'InvalidArgument');
      upload.parts.set(number, part);
      const bytes = [...upload.parts.values()].reduce((sum, { length }) => sum + length, 0);
      if (bytes > MAX_UPLOAD_BYTES) {
        this.#uploads.delete(uploadId);
        return refuseS3(400, 'EntityTooLarge');
      }
      return { status: 200, headers: { etag: `"${etagOf(part)}"` } };
    }
    const chosen = method === 'DELETE' ? [] : chooseParts(upload.parts, Buffer.from(body ?? '').toString());
    if ('status' in chosen) return chosen;
    this.#uploads.delete(uploadId);
    return method === 'DELETE' ? { status: 204 } : this.#complete(upload, chosen);
  }

  #complete({ key, headers }: PartialUpload, ordered: readonly Uint8Array[]): ServiceAnswer {
    const answer = answerS3(
      {
        method: 'PUT',
        path: `/${this.#bucket.name}/${encodeURIComponent(key)}`,
        headers,
        body: Buffer.concat(ordered),
      },
      this.#bucket.objects,
    );
    if (answer.status !== 200) return answer;
    const etag = etagOfParts(ordered);
    const stored = this.#bucket.objects.get(key);
    if (stored !== undefined) this.#bucket.objects.set(key, { ...stored, bytes: stored.bytes, etag });
    this.#bucket.onCreated(key);
    const members = { Bucket: this.#bucket.name, Key: key, ETag: `"${etag}"` };
    return { status: 200, body: toXml('CompleteMultipartUploadResult', members) };
  }
}

/** Malformed addresses are left to the copy itself. */
function readSourceBucket({ method, headers }: ServiceRequest): string | undefined {
  const copySource = headers['x-amz-copy-source'];
  return method === 'PUT' ? /^\/?([^/]+)\/./s.exec(String(copySource ?? ''))?.[1] : undefined;
}

/**
 * The parts that the client lists, or S3's refusal.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
function chooseParts(parts: PartialUpload['parts'], xml: string): readonly Uint8Array[] | ServiceAnswer {
  const listed = [...xml.matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: /<ETag>(?:"|&quot;|&#34;)?(\w+)/.exec(part)?.[1],
  }));
  if (listed.length === 0) return refuseS3(400, 'MalformedXML');
  if (listed.some(({ number }, index) => index > 0 && number <= (listed[index - 1]?.number ?? 0)))
    return refuseS3(400, 'InvalidPartOrder');
  const chosen: Uint8Array[] = [];
  for (const { number, etag } of listed) {
    const part = parts.get(number);
    if (part === undefined || etagOf(part) !== etag) return refuseS3(400, 'InvalidPart');
    chosen.push(part);
  }
  return chosen.slice(0, -1).some(({ length }) => length < LEAST_PART_BYTES)
    ? refuseS3(400, 'EntityTooSmall')
    : chosen;
}

/** S3's ETag of an upload in parts: the digest of the parts' digests, and their number. */
function etagOfParts(parts: readonly Uint8Array[]): string {
  const digests = parts.map((part) => createHash('md5').update(part).digest());
  return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}`;
}

/** Answers a GET for a range of bytes with that part. */
function cutRange(answer: ServiceAnswer, { method, headers }: ServiceRequest): ServiceAnswer {
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  if (range === null || method !== 'GET' || answer.status !== 200) return answer;
  const bytes = Buffer.from(answer.body ?? '');
  const [, first = '', last = ''] = range;
  const start = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start > end) return refuseS3(416, 'InvalidRange');
  return {
    status: 206,
    headers: {
      ...answer.headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${bytes.length}`,
    },
    body: bytes.subarray(start, end + 1),
  };
}
