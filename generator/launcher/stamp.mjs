// The memory of the last run: when nothing that a run reads and nothing that it wrote has changed, running again
// would change nothing. What people write is compared by contents, and times only ever forbid to remember. Installed
// packages, a thousand files, are compared by what the system says of them, as git compares a checkout.
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findCacheFolder } from './bundle-generator.mjs';
import { writeAtomically } from './files.mjs';
import {
  digestContents,
  digestFiles,
  digestNames,
  findNewestMs,
  inspectStates,
  listGeneratorSources,
  TIME_GRANULARITY_MS,
} from './fingerprint.mjs';

const LARGEST_SPEC_BYTES = 1024 * 1024;

/**
 * @typedef {object} Run
 * @property {string} projectRoot
 * @property {string} config the spec as it was named
 * @property {string} out the output directory as it was named
 * @property {readonly string[]} bundleInputs relative to the project root
 * @property {readonly { path: string, contents: Uint8Array }[]} files all that it wrote, with the manifests; relative to `out`
 * @property {string} output what a run that changes nothing prints
 * @property {string} generatorDigest of the sources that the generator which ran was made from
 */

/**
 * @typedef {object} Stamp
 * @property {string} generator
 * @property {string} node
 * @property {string} spec
 * @property {readonly string[]} ownInputs compared by contents
 * @property {readonly string[]} ownFolders compared by the names in them
 * @property {readonly string[]} installed files and folders in node_modules
 * @property {string} inputDigest
 * @property {readonly string[]} outFiles
 * @property {string} outDigest
 * @property {string} output
 */

/** @typedef {Pick<Stamp, 'ownInputs' | 'ownFolders' | 'installed'>} Inputs */

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
 * @param {string} out the output directory as it was named
 * @param {string} projectRoot
 * @param {string} generatorDigest
 * @returns {boolean}
 */
export function isCurrent(stamp, out, projectRoot, generatorDigest) {
  try {
    const outDir = resolve(out);
    return (
      stamp.generator === generatorDigest &&
      stamp.outDigest === digestOut(outDir, stamp.outFiles, digestFiles(outDir, stamp.outFiles)) &&
      stamp.inputDigest === inspectInputs(projectRoot, stamp).digest
    );
  } catch {
    // Another version of the generator remembered other things.
    return false;
  }
}

/**
 * Remembers a run that has succeeded, unless something it read may have changed since it began.
 * @param {Run} run
 */
export function rememberRun({ projectRoot, config, out, bundleInputs, files, output, generatorDigest }) {
  if (!isPlainSpec(config)) return;
  try {
    const inputs = listInputs(bundleInputs);
    const inspected = inspectInputs(projectRoot, inputs);
    const outFiles = files.map(({ path }) => path);
    /** @type {Stamp} */
    const stamp = {
      generator: generatorDigest,
      node: process.version,
      spec: digestFiles('', [resolve(config)]),
      ...inputs,
      inputDigest: inspected.digest,
      outFiles,
      outDigest: digestOut(resolve(out), outFiles, digestContents(files)),
      output,
    };
    // After the digests were taken: they would else be of a file that was saved in between.
    const sources = [...inputs.ownInputs, ...listGeneratorSources(projectRoot)];
    const newest = [
      inspected.newestMs,
      findNewestMs(projectRoot, sources),
      findNewestMs('', [resolve(config)]),
    ];
    // A file that is newer than this run may have been saved after it was read.
    if (Math.max(...newest) > performance.timeOrigin - TIME_GRANULARITY_MS) return;
    writeAtomically(findStampPath(projectRoot, config, out), JSON.stringify(stamp));
  } catch {
    // Remembering is a convenience: a full disk or a read-only cache must not fail a run that has succeeded.
  }
}

/**
 * @param {readonly string[]} bundleInputs
 * @returns {Inputs}
 */
function listInputs(bundleInputs) {
  // Where packages are linked from elsewhere: what else comes and goes above the project does not concern a run.
  const folders = listAncestors(bundleInputs).filter((folder) => !/^\.\.(?!.*\/node_modules)/.test(folder));
  // How a module is resolved and shaken also depends on the package.json files above it.
  const files = [...bundleInputs, ...['.', ...folders].map((folder) => `${folder}/package.json`)];
  // In node_modules itself tools come and go, and take their traces with them.
  /** @param {string} path */
  const isInstalled = (path) => `/${path}`.includes('/node_modules/');
  return {
    ownInputs: files.filter((path) => !isInstalled(path)),
    ownFolders: folders.filter((folder) => !isInstalled(folder)),
    installed: [...files, ...folders].filter(isInstalled),
  };
}

/**
 * @param {string} projectRoot
 * @param {Inputs} inputs
 * @returns {{ digest: string, newestMs: number }} with the time of the last change to what is installed
 */
function inspectInputs(projectRoot, { ownInputs, ownFolders, installed }) {
  const { digest, newestMs } = inspectStates(projectRoot, installed);
  const own = `${digestFiles(projectRoot, ownInputs)} ${digestNames(projectRoot, ownFolders)}`;
  return { digest: `${own} ${digest}`, newestMs };
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
    const names = parseArgs({ args: [...argv], options }).values;
    return isPlainSpec(names.config) ? names : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether it may be read again and again. A pipe is read once, by the generator; what is no file, or too large for a
 * spec, the generator refuses.
 * @param {string} config
 */
function isPlainSpec(config) {
  const spec = lstatSync(config, { throwIfNoEntry: false });
  return spec === undefined || (spec.isFile() && spec.size <= LARGEST_SPEC_BYTES);
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
