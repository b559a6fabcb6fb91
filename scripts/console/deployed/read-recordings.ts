// Recordings from the bucket, folder by folder: what waits, then what was processed and rejected.
import {
  GetObjectCommand,
  InvalidObjectState,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { Problem } from '../../../generator/command-line/problem.ts';
import { INCOMING_PREFIX } from '../../../handlers/audio_processor/file-away.ts';
import type { Page, PageRequest } from '../source.ts';
import type { AudioFile, Recording } from '../source-data.ts';
import type { Reading } from './read-sessions.ts';

const FOLDERS: readonly (readonly [prefix: string, status: Recording['status']])[] = [
  [INCOMING_PREFIX, 'waiting'],
  ['processed/', 'processed'],
  ['rejected/', 'rejected'],
];
/** The audio processor accepts no larger one. */
const MAX_PLAYED_BYTES = 32 * 1024 * 1024;

/** `search` is the beginning of a key, without the folder. The cursor is the folder and S3's own token. */
export async function readRecordings(
  reading: Reading,
  { cursor, limit, search = '' }: PageRequest,
): Promise<Page<Recording>> {
  const [place = '0', ...rest] = (cursor ?? '0').split(' ');
  const token = rest.join(' ');
  const items: Recording[] = [];
  for (let index = Number(place); index < FOLDERS.length; index += 1) {
    const [prefix, status] = FOLDERS[index] ?? ['', 'waiting'];
    const { Contents = [], NextContinuationToken: next } = await list(reading, {
      Prefix: prefix + search,
      MaxKeys: limit - items.length,
      ContinuationToken: index === Number(place) && token !== '' ? token : undefined,
    });
    const found = Contents.map(({ Key = '', Size = 0, LastModified }) => ({
      key: Key,
      bytes: Size,
      uploadedAt: LastModified?.toISOString() ?? '',
      status,
      ...(status === 'waiting' ? {} : { location: Key }),
    }));
    items.push(...found.sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt)));
    if (next !== undefined) return { items, cursor: `${index} ${next}` };
    if (items.length >= limit && index + 1 < FOLDERS.length) return { items, cursor: String(index + 1) };
  }
  return { items };
}

async function list(
  { aws, stack, signal }: Reading,
  {
    Prefix,
    MaxKeys,
    ContinuationToken,
  }: { Prefix: string; MaxKeys: number; ContinuationToken: string | undefined },
) {
  const { accountId } = await aws.findCaller(stack.region.name);
  return await aws.client(S3Client, stack.region.name).send(
    new ListObjectsV2Command({
      Bucket: stack.names.bucket,
      ExpectedBucketOwner: accountId,
      Prefix,
      MaxKeys,
      ContinuationToken,
    }),
    { abortSignal: signal },
  );
}

/** Only from the folders of recordings. @throws Problem for a file in an archive */
export async function readAudio(
  { aws, stack, signal }: Reading,
  Key: string,
): Promise<AudioFile | undefined> {
  if (!FOLDERS.some(([prefix]) => Key.startsWith(prefix))) return undefined;
  const { accountId } = await aws.findCaller(stack.region.name);
  try {
    const {
      Body,
      ContentType,
      ContentLength = 0,
    } = await aws
      .client(S3Client, stack.region.name)
      .send(new GetObjectCommand({ Bucket: stack.names.bucket, ExpectedBucketOwner: accountId, Key }), {
        abortSignal: signal,
      });
    if (ContentLength > MAX_PLAYED_BYTES)
      throw new Problem({ what: 'The file is too large to be played here.' });
    return {
      contentType: ContentType ?? 'application/octet-stream',
      bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(),
    };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    if (!(error instanceof InvalidObjectState)) throw error;
    throw new Problem({
      what: 'The file is in an archive, and cannot be played before it is restored.',
      why: 'The lifecycle of the bucket moved it to Glacier.',
      fix: `aws s3api restore-object --bucket ${stack.names.bucket} --key <key> --restore-request Days=1`,
    });
  }
}
