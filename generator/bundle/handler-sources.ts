// The sources of the generator's handlers, and the record of those that `eject` copied into a project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readVersion } from '../version.ts';

/** Texts by path, relative to the folder of the handlers, `/`-separated and sorted. */
export type Sources = ReadonlyMap<string, string>;

export interface EjectRecord {
  /** The generator's version. */
  readonly version: string;
  /** The sources of that version: with them, a later version can tell its changes from the user's. */
  readonly sources: Sources;
}

export const RECORD_FILE = '.sonotheia-handlers.json';
const ABOUT =
  'The handlers as `sonotheia eject` copied them. Commit this file: updates are compared with it.';

/** Without the tests. */
export function readSources(folder: string): Sources {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('testdata/'));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Undefined if the folder has no record, or one that was edited. */
export function readRecord(folder: string): EjectRecord | undefined {
  const file = join(folder, RECORD_FILE);
  if (!existsSync(file)) return undefined;
  try {
    const { version, sources } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    if (version === undefined || sources === undefined) return undefined;
    const texts: Record<string, string> = JSON.parse(gunzipSync(Buffer.from(sources, 'base64')).toString());
    return { version, sources: new Map(Object.entries(texts)) };
  } catch {
    return undefined;
  }
}

export function formatRecord({ version, sources }: EjectRecord): string {
  const packed = gzipSync(JSON.stringify(Object.fromEntries(sources)), { level: 9 }).toString('base64');
  return `${JSON.stringify({ about: ABOUT, version, sources: packed }, null, 2)}\n`;
}

/** The version that own handlers were copied from, if the generator's handlers have changed since then. */
export function findOlderVersion(projectRoot: string, folder: string): string | undefined {
  const record = readRecord(folder);
  if (record === undefined || record.version === readVersion(projectRoot)) return undefined;
  const current = readSources(join(projectRoot, 'handlers'));
  const isSame =
    current.size === record.sources.size &&
    [...current].every(([path, text]) => record.sources.get(path) === text);
  return isSame ? undefined : record.version;
}
