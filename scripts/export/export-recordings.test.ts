// A bucket without versioning, in which an upload replaces another under the same key: S3 with one object.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { GetObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { failWith } from '../../test/support/handlers/fake-aws.ts';
import type { Operation } from '../operator/operation.ts';
import type { RecordingVersion } from '../sessions/find-recording-versions.ts';
import { ExportFolder, MANIFEST } from './export-folder.ts';
import { exportRecordings } from './export-recordings.ts';

const SUBJECT = { environment: 'live', session_id: 'sess_1' };
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

class OneObject {
  content = 'mine';
  failure: Error | undefined;

  async send({ input }: GetObjectCommand): Promise<object> {
    if (this.failure !== undefined) throw this.failure;
    if (input.IfMatch !== undefined && input.IfMatch !== `"${md5(this.content)}"`)
      throw Object.assign(new Error('replaced'), {
        name: 'PreconditionFailed',
        $metadata: { httpStatusCode: 412 },
      });
    return { Body: Readable.from([Buffer.from(this.content)]) };
  }

  list(): RecordingVersion {
    return {
      stack: { region: { name: 'eu-west-1' } },
      bucket: 'b',
      key: 'incoming/call.wav',
      versionId: 'null',
      isLatest: true,
      isDeleteMarker: false,
      bytes: this.content.length,
      etag: md5(this.content),
      modifiedAt: '',
      storageClass: 'STANDARD',
      isReadable: true,
    } as unknown as RecordingVersion;
  }
}

function run(s3: OneObject, version: RecordingVersion, folder: ExportFolder) {
  const operation = {
    aws: { client: () => s3, findCaller: async () => ({ accountId: '123456789012' }) },
    signal: new AbortController().signal,
    terminal: { startProgress: () => ({ update: () => undefined, clear: () => undefined }) },
    onInterrupt: () => undefined,
  };
  return exportRecordings(operation as unknown as Operation, [version], folder);
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'export-'));

test('what took the place of a recording after the listing is not in the export', async () => {
  const s3 = new OneObject();
  const listed = s3.list();
  s3.content = 'ours';
  const { exported, leftOut } = await run(s3, listed, new ExportFolder(newFolder(), SUBJECT));
  expect([exported, leftOut]).toEqual([
    [],
    [{ version: listed, reason: expect.stringContaining('replaced or deleted meanwhile') }],
  ]);
});

test('a second run takes no file of a replaced recording for the new one', async () => {
  const s3 = new OneObject();
  const path = newFolder();
  await run(s3, s3.list(), new ExportFolder(path, SUBJECT));
  s3.content = 'next';
  const { exported } = await run(s3, s3.list(), new ExportFolder(path, SUBJECT));
  const [file] = exported.map((each) => readFileSync(join(path, each.file.path), 'utf8'));
  expect(file).toBe('next');
});

test('credentials that expire end the export; a recording that S3 refuses is left out, with the reason', async () => {
  const s3 = new OneObject();
  const listed = s3.list();
  const folder = new ExportFolder(newFolder(), SUBJECT);
  s3.failure = failWith(400, 'ExpiredToken');
  await expect(run(s3, listed, folder)).rejects.toThrow('ExpiredToken');
  s3.failure = failWith(403, 'InvalidObjectState');
  expect((await run(s3, listed, folder)).leftOut).toMatchObject([
    { reason: expect.stringContaining('InvalidObjectState') },
  ]);
  const sealed = { ...listed, isReadable: false };
  for (const [storageClass, reason] of [
    ['STANDARD_IA', 'encrypted with a key'],
    ['GLACIER', 'archived (GLACIER): restore it'],
  ])
    expect((await run(s3, { ...sealed, storageClass: storageClass ?? '' }, folder)).leftOut).toMatchObject([
      { reason: expect.stringContaining(reason ?? '') },
    ]);
});

test('a folder of a run that was killed while it wrote its first file is its own', () => {
  const path = newFolder();
  writeFileSync(join(path, `${MANIFEST}.partial`), '{"form');
  new ExportFolder(path, SUBJECT);
  expect(JSON.parse(readFileSync(join(path, MANIFEST), 'utf8'))).toMatchObject({ complete: false });
});
