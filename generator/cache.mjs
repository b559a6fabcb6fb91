// What this project can build again is kept in node_modules/.cache, each thing with the digest of the files that it was
// built from. Plain JavaScript: it runs before anything is bundled.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file system keeps times more coarsely than the clock runs. */
const TIME_GRANULARITY_MS = 50;

/**
 * @param {string} projectRoot
 * @returns {string}
 */
export function findCacheFolder(projectRoot) {
  return join(projectRoot, 'node_modules', '.cache', 'sonotheia-terraform');
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
 * Whether no file was saved since then. A file that was may have been read before it was saved, and digested after.
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
 * Changes whenever a file is saved, also with the times of another one, as `cp -p` does.
 * @param {string} projectRoot
 * @param {string} path
 * @returns {string}
 */
export function describeState(projectRoot, path) {
  const stats = statSync(`${projectRoot}/${path}`, { throwIfNoEntry: false });
  return stats === undefined ? 'absent' : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

/**
 * Writes a file that other processes see whole or not at all.
 * @param {string} path
 * @param {string} contents
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
