// Caches the zips of the last build for each runtime, with the digest of their inputs: esbuild takes longer than the
// rest of a generation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { areOlder, digestFiles, findCacheFolder, writeAtomically } from '../cache.mjs';
import type { BundledFunction, BundleOptions, BundleReport } from './bundle-report.ts';

interface CacheEntry {
  /** Relative to the project root. */
  readonly inputs: readonly string[];
  readonly digest: string;
  readonly functions: readonly BundledFunction[];
  readonly files: readonly { readonly path: string; readonly base64: string }[];
}

/** The cached zips of these options; undefined if they must be built. */
export function readCachedZips(options: BundleOptions): BundleReport | undefined {
  try {
    const entry: CacheEntry = JSON.parse(readFileSync(locate(options), 'utf8'));
    if (digestFiles(options.projectRoot, entry.inputs) !== entry.digest) return undefined;
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
  const entry: CacheEntry = {
    inputs,
    digest: digestFiles(options.projectRoot, inputs),
    functions,
    files: files.map(({ path, contents }) => ({ path, base64: Buffer.from(contents).toString('base64') })),
  };
  if (!areOlder(options.projectRoot, inputs, startedMs)) return;
  try {
    writeAtomically(locate(options), JSON.stringify(entry));
  } catch {
    // Ignore a full disk or a read-only folder: the next run builds again.
  }
}

function locate({ projectRoot, runtime, sourceMaps }: BundleOptions): string {
  return join(findCacheFolder(projectRoot), `zips-${runtime}${sourceMaps ? '-source-maps' : ''}.json`);
}
