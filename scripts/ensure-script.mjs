// Scripts in TypeScript as files that Node.js 20 runs, kept until something that they consist of changes.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findCacheFolder, precompileModules } from '../generator/launcher/bundle-generator.mjs';
import { writeAtomically } from '../generator/launcher/files.mjs';
import {
  digestFiles,
  digestGenerator,
  findNewestMs,
  listGeneratorSources,
  TIME_GRANULARITY_MS,
} from '../generator/launcher/fingerprint.mjs';

/** @typedef {{ readonly inputs: readonly string[], readonly digest: string }} Memory */

/**
 * @param {string} projectRoot
 * @param {string} entry relative to `projectRoot`
 * @returns {Promise<string>} the path of the bundled script
 */
export async function ensureScript(projectRoot, entry) {
  const name = `script-${basename(entry, '.ts')}`;
  const folder = findCacheFolder(projectRoot);
  /** @param {string} digest */
  const locate = (digest) => join(folder, `${name}-${digest}.mjs`);
  const memoryFile = join(folder, `${name}.json`);
  const known = readMemory(memoryFile);
  if (known !== undefined && existsSync(locate(known.digest))) {
    if (digestScript(projectRoot, known.inputs) === known.digest) return locate(known.digest);
  }
  const beganMs = Date.now();
  const { bundleScript } = await import('../generator/launcher/bundle-script.mjs');
  const replacements = await precompileModules(projectRoot);
  // Packages stay outside: some of them find their files beside themselves.
  const bundle = await bundleScript({ projectRoot, entry, external: 'packages', replacements });
  const inputs = bundle.inputs.sort();
  const digest = digestScript(projectRoot, inputs);
  writeAtomically(`${locate(digest)}.map`, bundle.map);
  writeAtomically(locate(digest), bundle.code);
  // A source that was saved meanwhile may be in the digest and not in the code: the next run bundles again.
  const newestMs = findNewestMs(projectRoot, [...inputs, ...listGeneratorSources(projectRoot)]);
  if (newestMs < beganMs - TIME_GRANULARITY_MS)
    writeAtomically(memoryFile, JSON.stringify({ inputs, digest }));
  if (known !== undefined && known.digest !== digest)
    for (const end of ['', '.map']) rmSync(`${locate(known.digest)}${end}`, { force: true });
  return locate(digest);
}

/**
 * @param {string} projectRoot
 * @param {readonly string[]} inputs
 */
function digestScript(projectRoot, inputs) {
  // What was compiled ahead is made from files that are no inputs of the bundle.
  return `${digestGenerator(projectRoot)}${digestFiles(projectRoot, inputs).slice(0, 16)}`;
}

/**
 * @param {string} path
 * @returns {Memory | undefined}
 */
function readMemory(path) {
  try {
    const { inputs, digest } = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(inputs) && typeof digest === 'string' ? { inputs, digest } : undefined;
  } catch {
    return undefined;
  }
}
