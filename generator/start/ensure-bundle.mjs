// Returns the bundle of an entry; builds it if it is missing or one of its sources was saved.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeState, findCacheFolder } from '../cache.mjs';

/**
 * @typedef {object} BundleRecord
 * @property {string} projectRoot the bundle contains absolute paths below it
 * @property {string} file the bundle, relative to the cache folder
 * @property {Readonly<Record<string, string>>} sources their states, by path
 */

/**
 * @param {string} projectRoot
 * @param {string} entry a TypeScript file, relative to `projectRoot`
 * @returns {Promise<string>} the path of the bundled entry
 */
export async function ensureBundle(projectRoot, entry) {
  const cacheFolder = findCacheFolder(projectRoot);
  const recordFile = join(cacheFolder, `${basename(entry, '.ts')}.json`);
  const record = readRecord(recordFile);
  if (record !== undefined && record.projectRoot === projectRoot) {
    const bundle = join(cacheFolder, record.file);
    const isCurrent = Object.entries(record.sources).every(
      ([path, state]) => describeState(projectRoot, path) === state,
    );
    if (isCurrent && existsSync(bundle)) return bundle;
  }
  const { makeBundle } = await import('./make-bundle.mjs');
  return await makeBundle(projectRoot, entry, recordFile);
}

/**
 * @param {string} path
 * @returns {BundleRecord | undefined}
 */
function readRecord(path) {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'));
    return typeof record?.file === 'string' && typeof record.sources === 'object' && record.sources !== null
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}
