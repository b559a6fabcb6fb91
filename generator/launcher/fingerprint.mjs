// Digests of files and folders by their contents. Plain JavaScript: it runs before anything is bundled.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** Some are read within a tenth of a millisecond, most within two. */
const FILES_PER_TURN = 32;

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
 * The same, for when others have work for this thread: they wait for a few files at most.
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {Promise<string>}
 */
export async function digestFilesInTurns(root, paths) {
  const hash = createHash('sha256');
  for (const [index, path] of paths.entries()) {
    if (index % FILES_PER_TURN === 0) await setImmediate();
    addFile(hash, path, readIfPresent(join(root, path)));
  }
  return hash.digest('hex');
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

/**
 * @param {readonly string[]} paths
 * @param {(path: string) => Uint8Array | undefined} read
 */
function digestAll(paths, read) {
  const hash = createHash('sha256');
  for (const path of paths) addFile(hash, path, read(path));
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 * @param {Uint8Array | undefined} contents
 */
function addFile(hash, path, contents) {
  hash.update(`${path}\0${contents === undefined ? 'absent' : contents.length}\0`);
  if (contents !== undefined) hash.update(contents);
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
