// Returns the bundle of an entry. A clone builds it if it is missing or one of its sources was saved; the npm package
// contains it.
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeState, findBuildFolder, isClone } from '../cache.mjs';

/**
 * @typedef {object} BundleRecord
 * @property {string} file the bundle, relative to the build folder
 * @property {Readonly<Record<string, string>>} sources their states, by path; none in the npm package
 */

/**
 * @param {string} projectRoot
 * @param {string} entry a TypeScript file, relative to `projectRoot`
 * @returns {Promise<string>} the path of the bundled entry
 */
export async function ensureBundle(projectRoot, entry) {
  const folder = findBuildFolder(projectRoot);
  const recordFile = join(folder, `${basename(entry, '.ts')}.json`);
  const record = readRecord(recordFile);
  if (record !== undefined) {
    const bundle = join(folder, record.file);
    const isCurrent = Object.entries(record.sources).every(
      ([path, state]) => describeState(projectRoot, path) === state,
    );
    if (isCurrent && existsSync(bundle)) return bundle;
  }
  if (!isClone(projectRoot)) refusePackage(projectRoot);
  const { makeBundle } = await import('./make-bundle.mjs');
  return await makeBundle(projectRoot, entry, recordFile);
}

/**
 * Ends the process: the package has no `dist/`, because npm packed it without its scripts.
 * @param {string} projectRoot
 * @returns {never}
 */
function refusePackage(projectRoot) {
  const fix = 'pack it with `npm pack` without ignore-scripts: its prepack script builds dist/';
  writeSync(process.stderr.fd, `${projectRoot} is packed without dist/.\n  fix: ${fix}\n`);
  process.exit(1);
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
