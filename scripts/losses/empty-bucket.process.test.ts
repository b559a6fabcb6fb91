// Counts and empties a bucket with keys that XML cannot encode; refuses a bucket that was replaced meanwhile.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { countBuckets } from './bucket-contents.ts';
import { emptyBucket } from './empty-bucket.ts';

const KEYS = [
  'incoming/\u001b]52;c;eA==\u0007\u001b[2K.wav',
  'incoming/\u0001\ufffe',
  'a b+c%2B&<>"\'.wav',
  'tab\t\u2028\u202e.wav',
  'café/\u{1f600}',
];
const ACCOUNT = '123456789012';
const DEV = { name: 'dev', projectName: 'acme' };

describeWithTools('emptying a bucket', [MOTO], () => {
  let aws: LocalAws;
  let access: AwsAccess;
  const signal = new AbortController().signal;
  const progress = { update: () => undefined, clear: () => undefined };
  const destroyed = (id: string) => [
    {
      address: 'module.us_east_1[0].aws_s3_bucket.audio',
      type: 'aws_s3_bucket',
      region: 'us-east-1',
      id,
      attributes: {},
    },
  ];

  beforeAll(async () => {
    aws = await startLocalAws();
    access = {
      client: (clientClass: never) => aws.client(clientClass),
      findCaller: async () => ({ accountId: ACCOUNT, arn: '', partition: 'aws' }),
    } as unknown as AwsAccess;
  });
  afterAll(() => aws?.stop());

  async function makeBucket(Bucket: string, environment: string, project = 'acme'): Promise<S3Client> {
    const s3 = aws.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const TagSet = [
      { Key: 'Project', Value: project },
      { Key: 'Environment', Value: environment },
      { Key: 'ManagedBy', Value: 'terraform' },
    ];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    return s3;
  }

  test('deletes keys that XML cannot encode one by one, and their markers', async () => {
    const Bucket = 'strange-keys';
    const s3 = await makeBucket(Bucket, 'dev');
    for (const Key of KEYS.slice(0, 2)) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const together = { Objects: KEYS.map((Key) => ({ Key })) };
    await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: together }))).rejects.toThrow(
      expect.objectContaining({ name: 'MalformedXML' }),
    );
    const [contents] = await countBuckets(access, DEV, destroyed(Bucket), { signal, progress });
    expect(contents).toMatchObject({ objects: 3, versions: 5, deleteMarkers: 2, bytes: 5 });
    if (contents === undefined) throw new Error('it was counted');
    expect(await emptyBucket(access, contents, signal, progress)).toBe(7);
    const left = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([left.Versions, left.DeleteMarkers]).toEqual([undefined, undefined]);
  });

  test('stops if the bucket has lost its tags since the count', async () => {
    const Bucket = 'swapped';
    const s3 = await makeBucket(Bucket, 'dev');
    const [contents] = await countBuckets(access, DEV, destroyed(Bucket), { signal, progress });
    if (contents === undefined) throw new Error('it was counted');
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }));
    await expect(emptyBucket(access, contents, signal, progress)).rejects.toThrow('has no tags of dev');
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions).toHaveLength(KEYS.length);
  });

  test('refuses the bucket of another account or environment', async () => {
    await makeBucket('of-staging', 'staging');
    await expect(countBuckets(access, DEV, destroyed('of-staging'), { signal, progress })).rejects.toThrow(
      'has no tags of dev',
    );
    await makeBucket('of-another-project', 'dev', 'other');
    const theirs = destroyed('of-another-project');
    await expect(countBuckets(access, DEV, theirs, { signal, progress })).rejects.toThrow(
      'has no tags of dev',
    );
    // The state has the tags that a renaming of the project has not changed yet.
    const renamed = theirs.map((each) => ({ ...each, attributes: { tags_all: { Project: 'other' } } }));
    expect(await countBuckets(access, DEV, renamed, { signal, progress })).toHaveLength(1);
    const other = {
      ...access,
      findCaller: async () => ({ accountId: '999988887777', arn: '', partition: 'aws' }),
    };
    await expect(
      countBuckets(other as unknown as AwsAccess, { ...DEV, name: 'staging' }, destroyed('of-staging'), {
        signal,
        progress,
      }),
    ).rejects.toThrow('The owner of the bucket of-staging is unknown');
  });
});
