// Pages of a bucket as S3 returns them: keys are URL-encoded, and a page may end between two versions of one key.
import type { ListObjectVersionsCommand, ListObjectVersionsCommandInput, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { listVersions } from './s3-listing.ts';

const KEYS = ['incoming/a b+c.wav', 'incoming/a b+c.wav', 'incoming/\u0001<&\n%2F.wav', 'incoming/ü.wav'];
const encode = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');

/** One version in a page; refuses a marker that names none. */
function answer({ EncodingType, KeyMarker, VersionIdMarker }: ListObjectVersionsCommandInput): object {
  if (EncodingType !== 'url') throw new Error('XML cannot hold the keys');
  const last = KEYS.findIndex((key, index) => key === KeyMarker && String(index) === VersionIdMarker);
  if (KeyMarker !== undefined && last < 0) throw new Error(`no version ${KeyMarker} ${VersionIdMarker}`);
  const next = last + 1;
  const version = { Key: encode(KEYS[next] ?? ''), VersionId: String(next) };
  return {
    Versions: [version],
    IsTruncated: next + 1 < KEYS.length,
    NextKeyMarker: version.Key,
    NextVersionIdMarker: version.VersionId,
  };
}

test('every version of every page, also with keys that XML cannot hold', async () => {
  const client = {
    send: async ({ input }: ListObjectVersionsCommand) => answer(input),
  } as unknown as S3Client;
  const found: string[] = [];
  const bucket = { client, bucket: 'b', accountId: '123456789012' };
  for await (const { versions } of listVersions(bucket, new AbortController().signal, 'incoming/'))
    found.push(...versions.map(({ Key = '' }) => Key));
  expect(found).toEqual(KEYS);
});
