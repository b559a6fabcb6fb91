// S3's ListObjectsV2, the older ListObjects without its markers, and ListObjectVersions.

import { escapeMarkup } from '../../../generator/text/escape-markup.ts';
import type { ObjectFolder, ObjectRecord } from '../engine/object-folder.ts';
import type { ServiceAnswer } from './service-answer.ts';

const MAX_KEYS = 1000;

export function listObjects(bucket: string, objects: ObjectFolder, query: URLSearchParams): ServiceAnswer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? query.get('marker') ?? '';
  const max = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  const entries = groupByFolder(objects.list(prefix), prefix, delimiter);
  const later = entries.filter(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
  const page = later.slice(0, max);
  const isTruncated = later.length > page.length;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : escapeXml;
  const contents = page.map(({ name, record }) =>
    record === undefined
      ? `<CommonPrefixes><Prefix>${encode(name)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${encode(name)}</Key>${describe(record)}</Contents>`,
  );
  const members = {
    Name: bucket,
    Prefix: prefix,
    KeyCount: String(page.length),
    MaxKeys: String(max),
    IsTruncated: String(isTruncated),
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    ...(isTruncated ? { NextContinuationToken: page.at(-1)?.name ?? '' } : {}),
  };
  const head = Object.entries(members).map(([name, value]) => toXml(name, value));
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${head.join('')}${contents.join('')}</ListBucketResult>`,
  };
}

/** A bucket without versioning: each object has the version `null`. */
export function listVersions(bucket: string, objects: ObjectFolder, query: URLSearchParams): ServiceAnswer {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('key-marker') ?? '';
  const max = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  const later = objects
    .list(prefix)
    .filter(([key]) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
  const page = later.slice(0, max);
  const isTruncated = later.length > page.length;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : escapeXml;
  const versions = page.map(
    ([key, record]) =>
      `<Version><Key>${encode(key)}</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>${describe(record)}</Version>`,
  );
  const head = `${toXml('Name', bucket)}<Prefix>${encode(prefix)}</Prefix>${toXml('MaxKeys', String(max))}`;
  const next = `<NextKeyMarker>${encode(page.at(-1)?.[0] ?? '')}</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker>`;
  const end = toXml('IsTruncated', String(isTruncated)) + (isTruncated ? next : '');
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><ListVersionsResult>${head}${end}${versions.join('')}</ListVersionsResult>`,
  };
}

interface Entry {
  readonly name: string;
  /** Absent for a common prefix. */
  readonly record?: ObjectRecord;
}

function groupByFolder(
  objects: readonly (readonly [string, ObjectRecord])[],
  prefix: string,
  delimiter: string,
): Entry[] {
  const entries = new Map<string, Entry>();
  for (const [key, record] of objects) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    if (end < 0) entries.set(name, { name, record });
    else if (!entries.has(name)) entries.set(name, { name });
  }
  return [...entries.values()];
}

function describe({ sizeBytes, etag, lastModifiedMs, storageClass = 'STANDARD' }: ObjectRecord): string {
  const members = {
    LastModified: new Date(lastModifiedMs).toISOString(),
    ETag: `"${etag}"`,
    Size: String(sizeBytes),
    StorageClass: storageClass,
  };
  return Object.entries(members)
    .map(([name, value]) => toXml(name, value))
    .join('');
}

/** An element with text, or with elements of text. */
export function toXml(name: string, content: string | Readonly<Record<string, string>>): string {
  const inner =
    typeof content === 'string'
      ? escapeXml(content)
      : Object.entries(content)
          .map(([member, text]) => toXml(member, text))
          .join('');
  return `<${name}>${inner}</${name}>`;
}

function escapeXml(text: string): string {
  return escapeMarkup(text).replace(
    /[\p{Cc}\ufffe\uffff]/gu,
    (character) => `&#x${character.charCodeAt(0).toString(16)};`,
  );
}
