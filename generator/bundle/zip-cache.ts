// Caches the zips of the last build for each runtime, with the states and the digest of their inputs: esbuild takes
// longer than the rest of a generation, and reading a thousand inputs takes a tenth of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { areOlder, describeState, digestFiles, findCacheFolder, writeAtomically } from '../cache.mjs';
import type { BundledFunction, BundleOptions, BundleReport } from './bundle-report.ts';

interface CacheEntry {
  /** Relative to the project root. */
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
    const entry: CacheEntry = JSON.parse(readFileSync(locate(options), 'utf8'));
    const { projectRoot } = options;
    if (!entry.inputs.every((path, index) => describeState(projectRoot, path) === entry.states[index])) {
      if (digestFiles(projectRoot, entry.inputs) !== entry.digest) return undefined;
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
  { files, functions }: BundleReport,
  inputs: readonly string[],
  startedMs: number,
): void {
  const entry = {
    inputs,
    digest: digestFiles(options.projectRoot, inputs),
    functions,
    files: files.map(({ path, contents }) => ({ path, base64: Buffer.from(contents).toString('base64') })),
  };
  writeEntry(options, entry, startedMs);
}

/** Writes the entry with the states of its inputs, unless one of them may have been saved since `sinceMs`. */
function writeEntry(options: BundleOptions, entry: Omit<CacheEntry, 'states'>, sinceMs: number): void {
  const { projectRoot } = options;
  const states = entry.inputs.map((path) => describeState(projectRoot, path));
  if (!areOlder(projectRoot, entry.inputs, sinceMs)) return;
  try {
    writeAtomically(locate(options), JSON.stringify({ ...entry, states } satisfies CacheEntry));
  } catch {
    // Ignore a full disk or a read-only folder: the next run reads the inputs or builds again.
  }
}

function locate({ projectRoot, runtime, sourceMaps }: BundleOptions): string {
  return join(findCacheFolder(projectRoot), `zips-${runtime}${sourceMaps ? '-source-maps' : ''}.json`);
}
