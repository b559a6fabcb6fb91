// The generator as one file in node_modules/.cache, made anew whenever anything it consists of changes.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from './files.mjs';
import { digestGenerator } from './fingerprint.mjs';

/**
 * @param {string} projectRoot
 * @returns {string} where what this project can make again is kept
 */
export function findCacheFolder(projectRoot) {
  return join(projectRoot, 'node_modules', '.cache', 'sonotheia-terraform');
}

/** What is bundled by itself: generating, which starts most often, does not load the other commands' code. */
const ENTRIES = { generator: 'generator/generate-cli.ts', commands: 'generator/cli.ts' };

/**
 * The bundled generator for the sources with this digest, made when it is missing.
 * @param {string} projectRoot
 * @param {string} digest
 * @param {'generator' | 'commands'} part `generator` generates, `commands` knows every command
 * @returns {Promise<string>} its path
 */
export async function ensureGenerator(projectRoot, digest, part = 'generator') {
  const path = join(findCacheFolder(projectRoot), `${part}-${digest}.cjs`);
  if (existsSync(path)) return path;
  const { bundleScript } = await import('./bundle-script.mjs');
  const replacements = await precompileModules(projectRoot);
  const { code, map } = await bundleScript({
    projectRoot,
    entry: ENTRIES[part],
    external: ['esbuild'],
    // V8 keeps no compiled ES modules.
    format: 'cjs',
    replacements,
  });
  // A source that was saved while it was being bundled: this code is not what the digest says.
  const current = digestGenerator(projectRoot);
  if (current !== digest) return ensureGenerator(projectRoot, current, part);
  const cacheFolder = findCacheFolder(projectRoot);
  for (const name of readdirSync(cacheFolder)) {
    const isOld = /^(generator|commands)-.*\.(mjs|cjs|v8|map)$/.test(name) && !name.includes(digest);
    if (isOld) rmSync(join(cacheFolder, name), { force: true });
  }
  writeAtomically(`${path}.map`, map);
  writeAtomically(path, code);
  return path;
}

/**
 * What `precompile.ts` returns, from the sources as they are now.
 * @param {string} projectRoot
 * @returns {Promise<Record<string, string>>}
 */
export async function precompileModules(projectRoot) {
  const { bundleScript, importCode } = await import('./bundle-script.mjs');
  const entry = 'generator/launcher/precompile.ts';
  const { code } = await bundleScript({ projectRoot, entry, external: 'packages' });
  const cacheFolder = findCacheFolder(projectRoot);
  writeAtomically(join(cacheFolder, 'package.json'), '{"type":"module"}\n');
  const { precompile } = await importCode(cacheFolder, code);
  return /** @type {() => Record<string, string>} */ (precompile)();
}
