import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../../../test/local-aws/local-server.ts';
import { describeWithTools, MOTO } from '../../../test/support/required-tools.ts';
import { LocalResources } from '../../testing/local-resources.ts';
import { moveAudio } from '../move-audio.ts';
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
  store = new S3AudioStore(aws.s3, BUCKET);
}, 60_000);

afterAll(() => server?.stop());

async function put(Key: string, Body: string, Metadata: Record<string, string> = {}) {
  await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, Metadata, ContentType: 'audio/wav' }));
  const object = await store.head(Key, signal);
  if (!object) throw new Error('The object was not put');
  return object;
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

  test('reads nothing that is gone or has changed', async () => {
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
    const { etag } = await put(key, 'RIFF', { 'session-id': 'sess_1' });
    expect(await moveAudio({ key, etag }, { store, prefix: 'processed/', signal })).toBe('moved');
    expect(await store.head(key, signal)).toBeUndefined();
    const target = await store.head(key.replace('incoming/', 'processed/'), signal);
    expect(target).toMatchObject({ sizeBytes: 4, contentType: 'audio/wav' });
    expect(target?.metadata).toEqual({ 'session-id': 'sess_1', 'source-etag': etag });
    expect(await moveAudio({ key, etag }, { store, prefix: 'processed/', signal })).toBe('moved');
  });

  test('leaves a newer upload where it is', async () => {
    const older = await put('incoming/c.wav', 'one');
    await put('incoming/c.wav', 'two');
    expect(await moveAudio(older, { store, prefix: 'processed/', signal })).toBe('superseded');
    await store.remove(older, signal);
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'incoming/c.wav' }));
    expect(await Body?.transformToString()).toBe('two');
  });
});
