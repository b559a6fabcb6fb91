// Writes the files of an export beside the recordings, the manifest last: an export without a complete one is unfinished.
import type { Caller } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Found } from '../sessions/find-items.ts';
import { toJsonObject } from '../sessions/find-recordings.ts';
import { toJsonLine } from '../sessions/format-found.ts';
import { type ExportFolder, MANIFEST, type Subject, type WrittenFile } from './export-folder.ts';
import type { ExportedRecordings } from './export-recordings.ts';
import { renderPage } from './render-page.ts';

export interface ExportContents {
  readonly subject: Subject;
  readonly caller: Caller;
  readonly stacks: readonly Stack[];
  readonly found: readonly Found[];
  readonly recordings: ExportedRecordings;
}

export async function writeExport(folder: ExportFolder, contents: ExportContents): Promise<void> {
  const { subject, caller, stacks, found, recordings } = contents;
  const exportedAt = new Date().toISOString();
  const page = renderPage({
    sessionId: subject.session_id,
    environment: subject.environment,
    regions: stacks.map(({ region }) => region.name),
    exportedAt,
    found,
    recordings: recordings.exported,
    leftOut: recordings.leftOut,
  });
  const files = [
    await folder.write('items.json', [`[\n${found.map((each) => toJsonLine(each)).join(',\n')}\n]\n`]),
    await folder.write('index.html', [page]),
    ...recordings.exported.map(({ file }) => file),
  ];
  await folder.write('SHA256SUMS', [files.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('')]);
  const manifest = {
    format: 1,
    ...subject,
    account_id: caller.accountId,
    regions: stacks.map(({ region }) => region.name),
    exported_by: caller.arn,
    exported_at: exportedAt,
    complete: recordings.leftOut.length === 0,
    ...describeFiles(files, recordings),
  };
  await folder.write(MANIFEST, [`${JSON.stringify(manifest, null, 2)}\n`]);
}

function describeFiles(files: readonly WrittenFile[], { exported, leftOut }: ExportedRecordings): object {
  const sources = new Map(exported.map(({ file, version }) => [file.path, toJsonObject(version)]));
  return {
    files: files.map((file) => {
      const source = sources.get(file.path);
      return { ...file, ...(source === undefined ? {} : { source }) };
    }),
    not_included: leftOut.map(({ version, reason }) => ({ source: toJsonObject(version), reason })),
  };
}
