// Downloads every version of a session's recordings, one after the other.
import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isAboutCaller, isThrottled } from '../operator/explain-aws-error.ts';
import type { Operation } from '../operator/operation.ts';
import { readStatus } from '../operator/read-status.ts';
import { withBackOff } from '../operator/with-back-off.ts';
import { isInArchive, type RecordingVersion } from '../sessions/find-recording-versions.ts';
import type { ExportFolder, WrittenFile } from './export-folder.ts';

export interface ExportedRecording {
  readonly file: WrittenFile;
  readonly version: RecordingVersion;
}

export interface LeftOut {
  readonly version: RecordingVersion;
  readonly reason: string;
}

export interface ExportedRecordings {
  readonly exported: readonly ExportedRecording[];
  readonly leftOut: readonly LeftOut[];
}

export async function exportRecordings(
  operation: Pick<Operation, 'aws' | 'signal' | 'terminal' | 'onInterrupt'>,
  versions: readonly RecordingVersion[],
  folder: ExportFolder,
): Promise<ExportedRecordings> {
  const { terminal, onInterrupt } = operation;
  const exported: ExportedRecording[] = [];
  const leftOut: LeftOut[] = [];
  const progress = terminal.startProgress();
  for (const version of versions) {
    const reason = whyUnreadable(version);
    if (reason !== undefined) {
      leftOut.push({ version, reason });
      continue;
    }
    progress.update(`${exported.length + 1} of ${versions.length} recordings: ${version.key}`);
    const path = nameFile(version);
    try {
      const file = (await folder.find(path, version.bytes)) ?? (await download(operation, version, folder));
      exported.push({ file, version });
    } catch (error) {
      if (!isRefused(error)) throw error;
      leftOut.push({ version, reason: REFUSALS[error.name] ?? `S3 refused to read it: ${error.name}` });
    }
    onInterrupt(`${exported.length} of ${versions.length} recordings are there; run it again to continue.`);
  }
  progress.clear();
  return { exported, leftOut };
}

/** By the name of S3's error: also during the export, a recording is filed, replaced or deleted. */
const GONE = 'moved, replaced or deleted meanwhile: run the export again';
const REFUSALS: Readonly<Record<string, string>> = {
  PreconditionFailed: GONE,
  NoSuchKey: GONE,
  NoSuchVersion: GONE,
};

function whyUnreadable(version: RecordingVersion): string | undefined {
  if (version.isReadable) return undefined;
  return isInArchive(version)
    ? `archived (${version.storageClass}): restore it (aws s3api restore-object), and run the export again`
    : 'encrypted with a key that only its uploader has, or that these credentials may not use';
}

async function download(
  { aws, signal }: Pick<Operation, 'aws' | 'signal'>,
  version: RecordingVersion,
  folder: ExportFolder,
): Promise<WrittenFile> {
  const { stack, bucket, key, versionId, isLatest, bytes, etag } = version;
  const { accountId } = await aws.findCaller(stack.region.name);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ExpectedBucketOwner: accountId,
    // Without versioning, another person's recording may have taken its place meanwhile.
    IfMatch: `"${etag}"`,
    ...(versionId === 'null' && isLatest ? {} : { VersionId: versionId }),
  });
  const client = aws.client(S3Client, stack.region.name);
  const { Body } = await withBackOff(signal, () => client.send(command, { abortSignal: signal }));
  const file = await folder.write(nameFile(version), Body as AsyncIterable<Uint8Array>);
  if (file.bytes !== bytes) throw new Error(`${bucket}/${key} ended early`);
  return file;
}

/** The name says nothing of the key, which its uploader chose, and is the same in every run. */
function nameFile({ stack, bucket, key, versionId, etag }: RecordingVersion): string {
  const identity = JSON.stringify([stack.region.name, bucket, key, versionId, etag]);
  const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(key) ?? [];
  return `recordings/${createHash('sha256').update(identity).digest('hex').slice(0, 24)}${extension.toLowerCase()}`;
}

/** S3 refuses this object; an error that all of them would get ends the export. */
function isRefused(error: unknown): error is Error {
  if (!(error instanceof Error) || isAboutCaller(error) || isThrottled(error)) return false;
  return [400, 403, 404, 412].includes(readStatus(error) ?? 0);
}
