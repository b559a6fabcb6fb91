import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../../../test/local-aws/local-server.ts';
import { LocalResources } from '../../../test/support/handlers/local-resources.ts';
import { describeWithTools, MOTO } from '../../../test/support/required-tools.ts';
import { fileAway } from '../file-away.ts';
import type { AudioObject } from '../ports.ts';
import { S3AudioStore } from './s3-audio-store.ts';

const BUCKET = 'audio-of-the-tests';
const signal = new AbortController().signal;
let server: LocalServer;
let aws: LocalResources;
let store: S3AudioStore;

beforeAll(async () => {
  if (!MOTO.isInstalled()) return;
  server = await startLocalServer();
  aws = new LocalResources(server.endpoint);
  await aws.createBucket(BUCKET);
  store = new S3AudioStore({ client: aws.s3, bucket: BUCKET });
}, 60_000);

afterAll(() => server?.stop());

async function put(Key: string, Body: string, Metadata: Record<string, string> = {}) {
  await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, Metadata, ContentType: 'audio/wav' }));
  const object = await store.head(Key, signal);
  if (!object) throw new Error('The object was not put');
  return object;
}

function file(object: AudioObject, bytes?: string) {
  const analyzed = bytes === undefined ? {} : { object, bytes: Buffer.from(bytes) };
  return fileAway(object, { store, prefix: 'processed/', uploadId: object.etag, signal, ...analyzed });
}

describeWithTools('S3AudioStore', [MOTO], () => {
  test('describes and reads an object', async () => {
    const object = await put('incoming/a.wav', 'RIFF1', { 'session-id': 'sess_1' });
    expect(object).toMatchObject({
      sizeBytes: 5,
      contentType: 'audio/wav',
      metadata: { 'session-id': 'sess_1' },
    });
    expect(Buffer.from((await store.read(object, signal)) ?? []).toString()).toBe('RIFF1');
  });

  test('does not read an object that is gone or has changed', async () => {
    const object = await put('incoming/b.wav', 'one');
    await put('incoming/b.wav', 'two');
    expect(await store.read(object, signal)).toBeUndefined();
    expect(await store.read({ ...object, key: 'incoming/absent.wav' }, signal)).toBeUndefined();
    expect(await store.head('incoming/absent.wav', signal)).toBeUndefined();
  });

  test.each([
    'incoming/a b/ü+x%20?#&=.wav',
    'incoming/日本/😀.wav',
    "incoming/'()*!~.wav",
    'incoming/a//b.wav',
  ])('moves %s with its metadata', async (key) => {
    const object = await put(key, 'RIFF', { 'session-id': 'sess_1' });
    const targetKey = key.replace('incoming/', 'processed/');
    expect(await file(object)).toEqual({ status: 'filed', targetKey });
    expect(await store.head(key, signal)).toBeUndefined();
    const target = await store.headTarget(targetKey, signal);
    expect(target).toMatchObject({ sizeBytes: 4, contentType: 'audio/wav' });
    expect(target?.metadata).toEqual({ 'session-id': 'sess_1', 'source-etag': object.etag });
    expect(await file(object)).toEqual({ status: 'filed', targetKey });
  });

  test('does not remove a newer upload', async () => {
    const older = await put('incoming/c.wav', 'one');
    await put('incoming/c.wav', 'two');
    expect(await file(older)).toEqual({ status: 'unfiled', code: 'FILE_GONE', step: 'copy' });
    await store.remove(older, signal);
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'incoming/c.wav' }));
    expect(await Body?.transformToString()).toBe('two');
  });

  test('writes the bytes that were read when a newer upload has replaced the object', async () => {
    const older = await put('incoming/d.wav', 'one', { 'session-id': 'sess_1' });
    await put('incoming/d.wav', 'two');
    expect(await file(older, 'one')).toEqual({ status: 'filed', targetKey: 'processed/d.wav' });
    const target = await store.headTarget('processed/d.wav', signal);
    expect(target?.metadata).toEqual({ 'session-id': 'sess_1', 'source-etag': older.etag });
    expect(await store.head('incoming/d.wav', signal)).toMatchObject({ sizeBytes: 3 });
  });

  test('keeps two recordings with one name, and all their metadata', async () => {
    await file(await put('incoming/e.wav', 'one'));
    const metadata = { filler: 'x'.repeat(2_042) };
    const { targetKey = '' } = await file(await put('incoming/e.wav', 'two', metadata));
    expect(targetKey).toMatch(/^processed\/e\.[0-9a-f]{32}\.wav$/);
    expect(await store.headTarget(targetKey, signal)).toMatchObject({ metadata, contentType: 'audio/wav' });
  });

  test('moves a recording whose key has 1,024 bytes', async () => {
    const { targetKey = '' } = await file(await put(`incoming/${'ü'.repeat(505)}x.wav`, 'RIFF'));
    expect(targetKey).toMatch(/^processed\/ü{488}\.[0-9a-f]{32}\.wav$/);
    expect(await store.headTarget(targetKey, signal)).toMatchObject({ sizeBytes: 4 });
  });

  test.each([
    ['archived', { StorageClass: 'GLACIER' }, 'FILE_ARCHIVED'],
    [
      'under a key of the uploader',
      { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) },
      'CUSTOMER_KEY',
    ],
  ] as const)('reports that an object is %s', async (name, options, code) => {
    const Key = `incoming/${name}.wav`;
    await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'RIFF', ...options }));
    const read = async () => {
      const object = await store.head(Key, signal);
      return object && store.read(object, signal);
    };
    await expect(read()).rejects.toMatchObject({ name: 'StorageRefusedError', code });
  });
});
