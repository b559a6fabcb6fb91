// The memory of the last run: when nothing that a run reads and nothing that it wrote has changed, running again
// would change nothing. Everything is compared by contents; times only ever forbid to remember.
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findCacheFolder } from './bundle-generator.mjs';
import { writeAtomically } from './files.mjs';
import {
  digestContents,
  digestFiles,
  digestGenerator,
  digestNames,
  listGeneratorSources,
} from './fingerprint.mjs';

/**
 * @typedef {object} Run
 * @property {string} projectRoot
 * @property {string} config the spec as it was named
 * @property {string} out the output directory as it was named
 * @property {readonly string[]} bundleInputs relative to the project root
 * @property {readonly { path: string, contents: Uint8Array }[]} files all that it wrote, with the manifests; relative to `out`
 * @property {string} output what a run that changes nothing prints
 */

/**
 * @typedef {object} Stamp
 * @property {string} generator
 * @property {string} node
 * @property {string} spec
 * @property {readonly string[]} inputs
 * @property {readonly string[]} inputFolders
 * @property {string} inputDigest
 * @property {readonly string[]} outFiles
 * @property {string} outDigest
 * @property {string} output
 */

/** A file system keeps times more coarsely than the clock runs. */
const TIME_GRANULARITY_MS = 50;

/**
 * What an unchanged run prints, when this run would be one; undefined when that is not certain.
 * @param {readonly string[]} argv
 * @param {string} projectRoot
 * @param {string} generatorDigest
 * @returns {string | undefined}
 */
export function recallRun(argv, projectRoot, generatorDigest) {
  const names = readNames(argv);
  if (names === undefined) return undefined;
  try {
    /** @type {Stamp} */
    const stamp = JSON.parse(readFileSync(findStampPath(projectRoot, names.config, names.out), 'utf8'));
    const isCurrent =
      stamp.generator === generatorDigest &&
      stamp.node === process.version &&
      stamp.spec === digestFiles('', [resolve(names.config)]) &&
      stamp.outDigest ===
        digestOut(resolve(names.out), stamp.outFiles, digestFiles(resolve(names.out), stamp.outFiles)) &&
      stamp.inputDigest === digestInputs(projectRoot, stamp.inputs, stamp.inputFolders);
    return isCurrent ? stamp.output : undefined;
  } catch {
    // There is no stamp, or it is damaged: the long way is always right.
    return undefined;
  }
}

/**
 * Remembers a run that has succeeded, unless something it read may have changed since it began.
 * @param {Run} run
 */
export function rememberRun({ projectRoot, config, out, bundleInputs, files, output }) {
  try {
    const ancestors = listAncestors(bundleInputs);
    // How a module is resolved and shaken also depends on the package.json files above it.
    const inputs = [...bundleInputs, ...['.', ...ancestors].map((folder) => `${folder}/package.json`)];
    // Where packages are linked from elsewhere: what else comes and goes above the project does not concern a run.
    const inputFolders = ancestors.filter((folder) => !/^\.\.(\/\.\.)*$/.test(folder));
    const readFiles = [...inputs, ...listGeneratorSources(projectRoot)].map((path) =>
      join(projectRoot, path),
    );
    const outFiles = files.map(({ path }) => path);
    /** @type {Stamp} */
    const stamp = {
      generator: digestGenerator(projectRoot),
      node: process.version,
      spec: digestFiles('', [resolve(config)]),
      inputs,
      inputFolders,
      inputDigest: digestInputs(projectRoot, inputs, inputFolders),
      outFiles,
      outDigest: digestOut(resolve(out), outFiles, digestContents(files)),
      output,
    };
    // After the digests were taken: they would else be of a file that was saved in between.
    if ([resolve(config), ...readFiles].some(isNewerThanThisRun)) return;
    writeAtomically(findStampPath(projectRoot, config, out), JSON.stringify(stamp));
  } catch {
    // Remembering is a convenience: a full disk or a read-only cache must not fail a run that has succeeded.
  }
}

/**
 * @param {string} projectRoot
 * @param {readonly string[]} inputs
 * @param {readonly string[]} folders
 */
function digestInputs(projectRoot, inputs, folders) {
  return `${digestFiles(projectRoot, inputs)} ${digestNames(projectRoot, folders)}`;
}

/**
 * @param {string} outDir
 * @param {readonly string[]} paths
 * @param {string} contentsDigest
 */
function digestOut(outDir, paths, contentsDigest) {
  // The workflow is beside the output folder; what else is there does not concern a run.
  const folders = listAncestors(paths).filter((folder) => folder !== '..');
  return `${contentsDigest} ${digestNames(outDir, ['.', ...folders])}`;
}

/**
 * The arguments of a plain run; undefined for any other, which takes the long way.
 * @param {readonly string[]} argv
 * @returns {{ config: string, out: string } | undefined}
 */
function readNames(argv) {
  try {
    const options = /** @type {const} */ ({
      config: { type: 'string', default: 'sonotheia.config.yaml' },
      out: { type: 'string', default: 'out' },
    });
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} projectRoot
 * @param {string} config
 * @param {string} out
 */
function findStampPath(projectRoot, config, out) {
  const id = JSON.stringify([config, resolve(config), resolve(out)]);
  return join(
    findCacheFolder(projectRoot),
    `stamp-${createHash('sha256').update(id).digest('hex').slice(0, 16)}.json`,
  );
}

/**
 * Every folder above the files, below the root.
 * @param {readonly string[]} paths
 */
function listAncestors(paths) {
  const folders = new Set();
  for (const path of paths) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const folder = path.slice(0, cut);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return [...folders].sort();
}

/** @param {string} path */
function isNewerThanThisRun(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return Math.max(stats.mtimeMs, stats.ctimeMs) > performance.timeOrigin - TIME_GRANULARITY_MS;
}
