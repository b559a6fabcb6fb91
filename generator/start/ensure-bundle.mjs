// Returns the bundle of an entry; builds it if it is missing or one of its sources was saved.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeState, findCacheFolder } from '../cache.mjs';

/**
 * @typedef {object} BundleRecord
 * @property {string} projectRoot the bundle contains absolute paths below it
 * @property {string} folder of the bundle, in the cache folder
 * @property {Readonly<Record<string, string>>} sources their states, by path
 */

/**
 * @param {string} projectRoot
 * @param {string} entry a TypeScript file, relative to `projectRoot`
 * @returns {Promise<string>} the path of the bundled entry
 */
export async function ensureBundle(projectRoot, entry) {
  const name = basename(entry, '.ts');
  const cacheFolder = findCacheFolder(projectRoot);
  const recordFile = join(cacheFolder, `${name}.json`);
  const record = readRecord(recordFile);
  if (record !== undefined && record.projectRoot === projectRoot) {
    const bundle = join(cacheFolder, record.folder, `${name}.mjs`);
    const isCurrent = Object.entries(record.sources).every(
      ([path, state]) => describeState(projectRoot, path) === state,
    );
    if (isCurrent && existsSync(bundle)) return bundle;
  }
  const { makeBundle } = await import('./make-bundle.mjs');
  return join(await makeBundle(projectRoot, entry, recordFile), `${name}.mjs`);
}

/**
 * @param {string} path
 * @returns {BundleRecord | undefined}
 */
function readRecord(path) {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'));
    return typeof record?.sources === 'object' && record.sources !== null ? record : undefined;
  } catch {
    return undefined;
  }
}
