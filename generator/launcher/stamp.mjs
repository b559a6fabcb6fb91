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
  digestFilesInTurns,
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
 * @property {PreparedDigests | undefined} [prepared]
 */

/**
 * What `rememberRun` would have to read, read while there was time.
 * @typedef {object} PreparedDigests
 * @property {string} generator
 * @property {string} inputId
 * @property {string} inputDigest
 */

/**
 * @typedef {object} Stamp
 * @property {string} config
 * @property {string} out
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

/** @typedef {Pick<Stamp, 'inputs' | 'inputFolders'>} Inputs */

/** In the cache: what the bundles of the last run that was remembered were made from. */
const INPUTS_FILE = 'inputs.json';

/** A file system keeps times more coarsely than the clock runs. */
const TIME_GRANULARITY_MS = 50;

/**
 * The memory of the last run with these names; undefined when there is none, or it is of another spec.
 * @param {{ config: string, out: string }} names
 * @param {string} projectRoot
 * @returns {Stamp | undefined}
 */
export function findStamp({ config, out }, projectRoot) {
  try {
    /** @type {Stamp} */
    const stamp = JSON.parse(readFileSync(findStampPath(projectRoot, config, out), 'utf8'));
    const isSameSpec = stamp.node === process.version && stamp.spec === digestFiles('', [resolve(config)]);
    return isSameSpec ? stamp : undefined;
  } catch {
    // There is no stamp, or it is damaged: the long way is always right.
    return undefined;
  }
}

/**
 * Whether a run would change nothing and print the stamp's output; false when that is not certain.
 * @param {Stamp} stamp from `findStamp`
 * @param {string} projectRoot
 * @param {string} generatorDigest
 * @returns {boolean}
 */
export function isCurrent(stamp, projectRoot, generatorDigest) {
  try {
    const outDir = resolve(stamp.out);
    return (
      stamp.generator === generatorDigest &&
      stamp.outDigest === digestOut(outDir, stamp.outFiles, digestFiles(outDir, stamp.outFiles)) &&
      stamp.inputDigest === digestInputs(projectRoot, stamp)
    );
  } catch {
    // As above.
    return false;
  }
}

/**
 * Reads what `rememberRun` will have to, as far as the bundles' inputs are those of the last run. A file that changes
 * after this forbids to remember, as one does that changes after the run began.
 * @param {string} projectRoot
 * @returns {Promise<PreparedDigests | undefined>}
 */
export async function prepareDigests(projectRoot) {
  try {
    /** @type {Inputs} */
    const inputs = JSON.parse(readFileSync(join(findCacheFolder(projectRoot), INPUTS_FILE), 'utf8'));
    return {
      generator: digestGenerator(projectRoot),
      inputId: JSON.stringify(inputs),
      inputDigest: joinInputDigests(
        projectRoot,
        inputs,
        await digestFilesInTurns(projectRoot, inputs.inputs),
      ),
    };
  } catch {
    // No run has been remembered yet.
    return undefined;
  }
}

/**
 * Remembers a run that has succeeded, unless something it read may have changed since it began.
 * @param {Run} run
 */
export function rememberRun({ projectRoot, config, out, bundleInputs, files, output, prepared }) {
  try {
    const inputs = listInputs(bundleInputs);
    const inputId = JSON.stringify(inputs);
    const isPrepared = prepared?.inputId === inputId;
    const outFiles = files.map(({ path }) => path);
    /** @type {Stamp} */
    const stamp = {
      config,
      out,
      generator: prepared?.generator ?? digestGenerator(projectRoot),
      node: process.version,
      spec: digestFiles('', [resolve(config)]),
      ...inputs,
      inputDigest: isPrepared ? prepared.inputDigest : digestInputs(projectRoot, inputs),
      outFiles,
      outDigest: digestOut(resolve(out), outFiles, digestContents(files)),
      output,
    };
    // After the digests were taken: they would else be of a file that was saved in between.
    const readFiles = [...inputs.inputs, ...listGeneratorSources(projectRoot)];
    const paths = [resolve(config), ...readFiles.map((path) => join(projectRoot, path))];
    if (paths.some(isNewerThanThisRun)) return;
    writeAtomically(findStampPath(projectRoot, config, out), JSON.stringify(stamp));
    if (!isPrepared) writeAtomically(join(findCacheFolder(projectRoot), INPUTS_FILE), inputId);
  } catch {
    // Remembering is a convenience: a full disk or a read-only cache must not fail a run that has succeeded.
  }
}

/**
 * @param {readonly string[]} bundleInputs
 * @returns {Inputs}
 */
function listInputs(bundleInputs) {
  const ancestors = listAncestors(bundleInputs);
  return {
    // How a module is resolved and shaken also depends on the package.json files above it.
    inputs: [...bundleInputs, ...['.', ...ancestors].map((folder) => `${folder}/package.json`)],
    // Where packages are linked from elsewhere: what else comes and goes above the project does not concern a run.
    inputFolders: ancestors.filter((folder) => !/^\.\.(\/\.\.)*$/.test(folder)),
  };
}

/**
 * @param {string} projectRoot
 * @param {Inputs} inputs
 */
function digestInputs(projectRoot, inputs) {
  return joinInputDigests(projectRoot, inputs, digestFiles(projectRoot, inputs.inputs));
}

/**
 * @param {string} projectRoot
 * @param {Inputs} inputs
 * @param {string} fileDigest
 */
function joinInputDigests(projectRoot, { inputFolders }, fileDigest) {
  return `${fileDigest} ${digestNames(projectRoot, inputFolders)}`;
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
 * @param {readonly string[]} argv without the command's name
 * @returns {{ config: string, out: string } | undefined}
 */
export function readPlainArguments(argv) {
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
