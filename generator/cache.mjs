// Caches build results in node_modules/.cache, each with the digest of its inputs. Plain JavaScript: it runs before the
// bundle exists.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** File times may be coarser than the clock. */
const TIME_GRANULARITY_MS = 50;

/**
 * Whether this is a clone, which has the sources and builds from them; the npm package has the results instead.
 * @param {string} projectRoot
 */
export function isClone(projectRoot) {
  return existsSync(join(projectRoot, 'generator', 'cli.ts'));
}

/**
 * The bundle of the command line and the functions' zips: built on demand in a clone, part of the npm package.
 * @param {string} projectRoot
 * @returns {string}
 */
export function findBuildFolder(projectRoot) {
  return isClone(projectRoot) ? findCacheFolder(projectRoot) : join(projectRoot, 'dist');
}

/**
 * The cache of a clone, or of the project that has installed the package.
 * @param {string} projectRoot
 * @returns {string}
 */
export function findCacheFolder(projectRoot) {
  const parent = dirname(projectRoot);
  const modules = basename(parent) === 'node_modules' ? parent : join(projectRoot, 'node_modules');
  return join(modules, '.cache', 'sonotheia-terraform');
}

/**
 * The digest of files: their paths and contents. A missing file counts as one without contents.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`
 * @returns {string} hexadecimal
 */
export function digestFiles(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const contents = readIfPresent(`${root}/${path}`);
    hash.update(`${path}\0${contents?.length ?? 'absent'}\0`);
    if (contents !== undefined) hash.update(contents);
  }
  return hash.digest('hex');
}

/**
 * Whether no file was saved since then. Such a file may have been read before it was saved and digested afterwards.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`
 * @param {number} sinceMs since the epoch
 * @returns {boolean}
 */
export function areOlder(root, paths, sinceMs) {
  return paths.every((path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    return stats === undefined || Math.max(stats.mtimeMs, stats.ctimeMs) < sinceMs - TIME_GRANULARITY_MS;
  });
}

/**
 * A text that changes whenever a file is saved, also if the new file keeps old times, as with `cp -p`.
 * @param {string} projectRoot
 * @param {string} path
 * @returns {string}
 */
export function describeState(projectRoot, path) {
  const stats = statSync(`${projectRoot}/${path}`, { throwIfNoEntry: false });
  return stats === undefined ? 'absent' : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

/**
 * Writes a file atomically: other processes read the whole file or none.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
export function writeAtomically(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/**
 * @param {string} path
 * @returns {Buffer | undefined}
 */
function readIfPresent(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
