// Caches the zips of the last build for each runtime, with the states and the digest of their inputs: esbuild takes
// longer than the rest of a generation, and reading a thousand inputs takes a tenth of it. The npm package contains the
// zips as entries without inputs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  areOlder,
  describeState,
  digestFiles,
  findBuildFolder,
  findCacheFolder,
  writeAtomically,
} from '../cache.mjs';
import {
  type BundledFunction,
  type BundleOptions,
  type BundleReport,
  findBuildRoot,
} from './bundle-report.ts';

export interface ZipEntry {
  /** Relative to the build's root. */
  readonly inputs: readonly string[];
  readonly digest: string;
  /** The inputs' states, in the same order; their contents are read if one of them differs. */
  readonly states: readonly string[];
  readonly functions: readonly BundledFunction[];
  readonly files: readonly { readonly path: string; readonly base64: string }[];
}

/** The cached zips of these options; undefined if they must be built. */
export function readCachedZips(options: BundleOptions): BundleReport | undefined {
  try {
    const startedMs = Date.now();
    const entry: ZipEntry = JSON.parse(readFileSync(locateZips(options), 'utf8'));
    const root = findBuildRoot(options);
    if (!entry.inputs.every((path, index) => describeState(root, path) === entry.states[index])) {
      if (digestFiles(root, entry.inputs) !== entry.digest) return undefined;
      // Saved without a change, such as by `npm ci` or by switching branches.
      writeEntry(options, entry, startedMs);
    }
    const files = entry.files.map(({ path, base64 }) => ({ path, contents: Buffer.from(base64, 'base64') }));
    return { files, functions: entry.functions };
  } catch {
    // Ignore a missing cache and one written by another version.
    return undefined;
  }
}

/** Caches the zips, unless an input may have been saved since the build started. */
export function cacheZips(
  options: BundleOptions,
  report: BundleReport,
  inputs: readonly string[],
  startedMs: number,
): void {
  writeEntry(options, createZipEntry(options, report, inputs), startedMs);
}

/** The entry without the states of its inputs. */
export function createZipEntry(
  options: BundleOptions,
  { files, functions }: BundleReport,
  inputs: readonly string[],
): Omit<ZipEntry, 'states'> {
  return {
    inputs,
    digest: digestFiles(findBuildRoot(options), inputs),
    functions,
    files: files.map(({ path, contents }) => ({ path, base64: Buffer.from(contents).toString('base64') })),
  };
}

/** Writes the entry with the states of its inputs, unless one of them may have been saved since `sinceMs`. */
function writeEntry(options: BundleOptions, entry: Omit<ZipEntry, 'states'>, sinceMs: number): void {
  const root = findBuildRoot(options);
  const states = entry.inputs.map((path) => describeState(root, path));
  if (!areOlder(root, entry.inputs, sinceMs)) return;
  try {
    writeAtomically(locateZips(options), JSON.stringify({ ...entry, states } satisfies ZipEntry));
  } catch {
    // Ignore a full disk or a read-only folder: the next run reads the inputs or builds again.
  }
}

/** The entry's file. The zips of own handlers are never part of the npm package. */
export function locateZips({ projectRoot, ownHandlers, runtime, sourceMaps }: BundleOptions): string {
  const name = `${runtime}${sourceMaps ? '-source-maps' : ''}.json`;
  if (ownHandlers === undefined) return join(findBuildFolder(projectRoot), `zips-${name}`);
  const folder = ownHandlers.folder.replaceAll('/', '+');
  return join(findCacheFolder(ownHandlers.root), `zips-of-${folder}-${name}`);
}
