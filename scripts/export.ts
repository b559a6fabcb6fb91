// npx sonotheia export --env <name> --session <id> --out <folder>: everything that is kept about a session; see --help.

import { resolve } from 'node:path';
import { Problem } from '../generator/command-line/problem.ts';
import { formatCount } from '../generator/text/format-count.ts';
import { checkFolder, ExportFolder } from './export/export-folder.ts';
import { exportRecordings } from './export/export-recordings.ts';
import { writeExport } from './export/write-export.ts';
import { openSpec, type Stack, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, type OperationOf, REGION_OPTION } from './operator/operation.ts';
import { chooseAccess } from './sessions/choose-access.ts';
import { describeEncrypted, findByMetadata, type MetadataListener } from './sessions/find-by-metadata.ts';
import { type Found, listItems } from './sessions/find-items.ts';
import { findKeyVersions, type RecordingVersion } from './sessions/find-recording-versions.ts';
import { findRecordings } from './sessions/find-recordings.ts';
import { announceMetadataReading, READING_OPTION } from './sessions/metadata-reading.ts';
import { POLICY_OPTION, printPolicy } from './sessions/policy.ts';
import { checkSearch, type Search } from './sessions/search.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  out: { type: 'string', value: 'folder', description: 'the folder to write, which must be new' },
  ...REGION_OPTION,
  session: { type: 'string', value: 'id', description: 'the session_id of the table and of announcements' },
  ...READING_OPTION,
  ...POLICY_OPTION,
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal, workingDir, onInterrupt } = operation;
  const { session, out } = values;
  const isPolicy = values['print-policy'];
  if (session === undefined && !isPolicy)
    throw new Problem({ what: '--session is missing.', fix: 'give --session with the id' });
  if (out === undefined && !isPolicy)
    throw new Problem({ what: '--out is missing.', fix: 'give --out with a new folder' });
  const search = checkSearch({ sessionId: session, types: [], labels: [], decisions: [] });
  const environment = selectEnvironment(openSpec(values.config), values.env);
  const subject = { environment: environment.name, session_id: session ?? '' };
  // Before a reading that costs money and time.
  if (!isPolicy && out !== undefined) checkFolder(resolve(workingDir, out), subject);
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, values.region, caller);
  if (isPolicy || session === undefined || out === undefined)
    return await printPolicy(operation, stacks, 'find');
  const { found, missing } = await findAll(operation, stacks, search);
  for (const { names, region } of missing)
    terminal.note(`${region.name} has no table ${names.table}, so its bucket was not searched either.`);
  const deployed = stacks.filter((stack) => !missing.includes(stack));
  await announceMetadataReading(operation, deployed, { isAnswered: values.yes, times: '' });
  const versions = await listVersions(operation, { found, stacks: deployed, session });
  if (found.length + versions.length === 0)
    throw new Problem({ what: `${environment.name} has no events or recordings of ${session}.` });
  const folder = new ExportFolder(resolve(workingDir, out), subject);
  onInterrupt('The export is incomplete; run the same command again to continue.');
  const recordings = await exportRecordings(operation, versions, folder);
  await writeExport(folder, { subject, caller, stacks: deployed, found, recordings });
  terminal.print(
    `${out}: ${formatCount(found.length, 'event')}, ${formatCount(recordings.exported.length, 'recording')}; open ${out}/index.html`,
  );
  for (const { version, reason } of recordings.leftOut)
    terminal.note(`not included: ${version.bucket}/${version.key}: ${reason}`);
  return recordings.leftOut.length === 0;
}

/** Collects all events in memory, in the order of their time: one session has few. */
async function findAll(
  { aws, signal }: Run,
  stacks: readonly Stack[],
  search: Search,
): Promise<{ readonly found: Found[]; readonly missing: Stack[] }> {
  const found: Found[] = [];
  const missing: Stack[] = [];
  for (const stack of stacks) {
    const access = await chooseAccess(aws, stack, { search, isConsistent: false }, signal);
    if (access.kind === 'missing') missing.push(stack);
    found.push(...(await listItems(aws, stack, { access, search }, signal)));
  }
  found.sort((one, other) => Number(one.item.timestamp?.N) - Number(other.item.timestamp?.N));
  return { found, missing };
}

/** Each once, in the order of their time: two events may name one object, and its own metadata name the session, too. */
async function listVersions(
  { aws, signal, terminal }: Run,
  {
    found,
    stacks,
    session,
  }: { readonly found: readonly Found[]; readonly stacks: readonly Stack[]; readonly session: string },
): Promise<RecordingVersion[]> {
  const recordings = await findRecordings(aws, found, signal);
  const versions = recordings.flatMap(({ places }) => places.flatMap(({ own }) => own));
  const progress = terminal.startProgress();
  for (const stack of stacks) {
    const onRead: MetadataListener = ({ names }, count) =>
      progress.update(`${names.bucket}: metadata of ${formatCount(count, 'version')} of recordings`);
    const read = await findByMetadata(aws, stack, new Set([session]), { signal, onRead });
    for (const text of describeEncrypted(stack, read)) terminal.note(`not searched: ${text}`);
    for (const { source } of read.found)
      versions.push(...((await findKeyVersions(aws, { source, key: source.key }, signal))?.own ?? []));
  }
  progress.clear();
  const distinct = new Map(
    versions
      .filter(({ isDeleteMarker }) => !isDeleteMarker)
      .map((version) => [JSON.stringify([version.bucket, version.key, version.versionId]), version]),
  );
  return [...distinct.values()].sort((one, other) => (one.modifiedAt < other.modifiedAt ? -1 : 1));
}

export const exportSession = defineOperation({
  name: 'export',
  text: `
Writes all data that an environment keeps about a session to a folder, for the person who asks for it.
It searches all regions. The folder gets the events as exact JSON, every version of every recording
(even if its event has expired), a page for a browser (index.html, which loads nothing), and a manifest
with the digest of each file (check them with sha256sum -c SHA256SUMS).

The folder must be new. After an interruption, run the same command again: it continues. An archived
recording is listed but not exported, and the exit code is 1: restore it, and run the same command again.
Delivery markers are not exported: their ids and times are in the events.`,
  options: OPTIONS,
  run,
});
