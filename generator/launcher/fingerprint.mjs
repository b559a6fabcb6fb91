// Digests of files and folders by their contents. Plain JavaScript: it runs before anything is bundled.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system keeps times more coarsely than the clock runs. */
export const TIME_GRANULARITY_MS = 50;

/**
 * The digest of files: their paths and contents; a missing file has a digest too.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`, `/`-separated
 * @returns {string}
 */
export function digestFiles(root, paths) {
  return digestAll(paths, (path) => readIfPresent(join(root, path)));
}

/**
 * The digest of what the system says of files and folders without reading them. It changes whenever one is written, and
 * when nothing but its times does.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`
 * @returns {{ digest: string, newestMs: number }} with the time of the last change to any of them
 */
export function inspectStates(root, paths) {
  let states = '';
  let newestMs = 0;
  for (const path of paths) {
    const stats = inspect(root, path);
    states += `${path}\0${stats === undefined ? 'absent' : describeState(stats)}\0`;
    if (stats !== undefined) newestMs = Math.max(newestMs, stats.mtimeMs, stats.ctimeMs);
  }
  // At once: a call for each of a thousand files would take as long as asking the system.
  return { digest: createHash('sha256').update(states).digest('hex'), newestMs };
}

/**
 * The time of the last change to any of the files and folders; 0 when there are none.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`
 * @returns {number}
 */
export function findNewestMs(root, paths) {
  return paths.reduce((newestMs, path) => {
    const stats = inspect(root, path);
    return stats === undefined ? newestMs : Math.max(newestMs, stats.mtimeMs, stats.ctimeMs);
  }, 0);
}

/**
 * What `digestFiles` would say of a folder with these files.
 * @param {readonly { path: string, contents: Uint8Array }[]} files
 * @returns {string}
 */
export function digestContents(files) {
  const contents = new Map(files.map((file) => [file.path, file.contents]));
  return digestAll([...contents.keys()], (path) => contents.get(path));
}

/**
 * The digest of the names in folders and of their kinds, so that a file that appears, goes or becomes a link is
 * noticed.
 * @param {string} root
 * @param {readonly string[]} folders relative to `root`
 * @returns {string}
 */
export function digestNames(root, folders) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const entries = listIfPresent(join(root, folder)).map(
      (entry) => `${entry.name}\0${entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other'}`,
    );
    hash.update(`${folder}\0\0${entries.sort().join('\0')}\0\0`);
  }
  return hash.digest('hex');
}

/**
 * The digest of everything that the bundled generator is made from, and of where it stands.
 * @param {string} projectRoot
 * @returns {string} 16 hexadecimal digits
 */
export function digestGenerator(projectRoot) {
  const sources = digestFiles(projectRoot, listGeneratorSources(projectRoot));
  return createHash('sha256').update(`${projectRoot}\0${sources}`).digest('hex').slice(0, 16);
}

/**
 * @param {string} projectRoot
 * @returns {string[]} relative to `projectRoot`
 */
export function listGeneratorSources(projectRoot) {
  const sources = ['generator', 'templates', 'schema'].flatMap((folder) =>
    listFiles(projectRoot, folder, (path) => !path.endsWith('.test.ts')),
  );
  // npm keeps a copy of the lock file that says what is really installed.
  return [...sources, 'package-lock.json', 'node_modules/.package-lock.json'];
}

/** @param {import('node:fs').Stats} stats */
function describeState({ mode, ino, size, mtimeMs, ctimeMs }) {
  return `${mode} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/**
 * @param {string} root absolute, or '' where the path is
 * @param {string} path
 */
function inspect(root, path) {
  // `join` would also tidy up.
  return lstatSync(root === '' ? path : `${root}/${path}`, { throwIfNoEntry: false });
}

/**
 * @param {readonly string[]} paths
 * @param {(path: string) => Uint8Array | undefined} read
 */
function digestAll(paths, read) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const contents = read(path);
    hash.update(`${path}\0${contents === undefined ? 'absent' : contents.length}\0`);
    if (contents !== undefined) hash.update(contents);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {(path: string) => boolean} isWanted
 * @returns {string[]} paths relative to `root`, sorted
 */
function listFiles(root, folder, isWanted) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return isWanted(path) ? [path] : [];
      return entry.name === 'testdata' ? [] : listFiles(root, path, isWanted);
    })
    .sort();
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

/**
 * @param {string} folder
 * @returns {import('node:fs').Dirent[]}
 */
function listIfPresent(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
