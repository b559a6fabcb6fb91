// Objects too large for one CopyObject (with smaller limits), and the archives of Intelligent-Tiering.
import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { startFaultyProxy } from '../../test/support/handlers/faulty-proxy.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';
import { passAudio } from './copy-audio.ts';

const MIB = 1024 ** 2;
const LIMITS = { wholeBytes: 6 * MIB, partBytes: 5 * MIB };
const SOURCE = { bucket: 'source', accountId: '123456789012' };
const TARGET = { bucket: 'target', accountId: '123456789012' };
const KEY = 'processed/a b+ü.wav';
const { signal } = new AbortController();
const PASS = { signal, onProgress: () => {} };
const body = randomBytes(11 * MIB);

describeWithTools('an object', [MOTO], () => {
  let aws: LocalAws;
  let client: S3Client;

  beforeAll(async () => {
    aws = await startLocalAws();
    client = aws.client(S3Client);
    for (const Bucket of [SOURCE.bucket, TARGET.bucket])
      await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: KEY,
        Body: body,
        ContentType: 'audio/wav',
        ContentDisposition: 'attachment',
        Metadata: { 'session-id': 's1' },
        Tagging: 'Team=a%2Bb%20%3D%20c',
      }),
    );
  });
  afterAll(async () => {
    await aws?.stop();
  });

  test('over the limit of one request is copied in parts, with metadata and tags, and is identical afterwards', async () => {
    const proxy = await startFaultyProxy(aws.endpoint);
    const copying = new S3Client({
      endpoint: proxy.endpoint,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: aws.credentials,
      maxAttempts: 1,
    });
    const pass = () =>
      passAudio({ ...SOURCE, client }, { ...TARGET, client: copying }, { ...PASS, isCopying: true }, LIMITS);
    // The last part is refused; the upload must be aborted.
    proxy.decide = ({ url = '' }) => (url.includes('partNumber=3') ? 'throttle' : 'none');
    await expect(pass()).rejects.toThrow();
    const list = new ListMultipartUploadsCommand({ Bucket: TARGET.bucket });
    expect((await client.send(list)).Uploads).toBeUndefined();
    const ranges: unknown[] = [];
    proxy.decide = ({ headers }) => {
      ranges.push(...[headers['x-amz-copy-source-range'] ?? []].flat());
      return 'none';
    };
    expect(await pass()).toMatchObject({ source: 1, copied: 1 });
    proxy.stop();
    expect(ranges.sort()).toEqual(['bytes=0-5242879', 'bytes=10485760-11534335', 'bytes=5242880-10485759']);

    const copy = { Bucket: TARGET.bucket, Key: KEY };
    const stored = await client.send(new GetObjectCommand(copy));
    expect(Buffer.from((await stored.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(await client.send(new HeadObjectCommand(copy))).toMatchObject({
      ContentType: 'audio/wav',
      ContentDisposition: 'attachment',
      Metadata: { 'session-id': 's1' },
    });
    expect((await client.send(new GetObjectTaggingCommand(copy))).TagSet).toEqual([
      { Key: 'Team', Value: 'a+b = c' },
    ]);
    const verified = await passAudio(
      { ...SOURCE, client },
      { ...TARGET, client },
      { ...PASS, isCopying: false },
    );
    expect(verified).toMatchObject({ source: 1, same: 1, missing: 0, different: [] });
  });

  test('in an archive of Intelligent-Tiering is not copied, and the restore request is printed', async () => {
    const key = 'processed/seldom.wav';
    await client.send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: key,
        Body: 'x',
        StorageClass: 'INTELLIGENT_TIERING',
      }),
    );
    // The local AWS does not implement this archive.
    const archiving = aws.client(S3Client);
    archiving.middlewareStack.add(
      (next) => async (call) => {
        const answer = await next(call);
        if ((call.input as { Key?: string }).Key === key)
          (answer.output as HeadObjectCommandOutput).ArchiveStatus = 'ARCHIVE_ACCESS';
        return answer;
      },
      { step: 'initialize' },
    );
    const pass = { ...PASS, isCopying: true };
    expect(await passAudio({ ...SOURCE, client: archiving }, { ...TARGET, client }, pass)).toMatchObject({
      source: 2,
      same: 1,
      copied: 0,
      archived: [{ key, restoreRequest: 'GlacierJobParameters={Tier=Standard}' }],
    });
  });
});
