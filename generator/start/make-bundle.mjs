// Bundles a TypeScript file of this project into JavaScript that Node.js 20 runs, with source maps.
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { areOlder, describeState, writeAtomically } from '../cache.mjs';
import { listPrecompiled, precompile } from './precompile.mjs';

/**
 * Packages that every start loads, because many files in node_modules load slower than one bundle, and execa, which
 * CommonJS cannot load before Node.js 22.12. Other packages stay outside, because they may read files beside their own.
 */
const BUNDLED_PACKAGES = ['ajv', 'commander', 'execa', 'fastest-levenshtein', 'handlebars', 'pako', 'yaml'];
/** CommonJS: `loadBundle` caches its compiled code. */
const CLI = 'generator/cli.ts';
/** A process that has just started may still read an older bundle, and one that fails its source map. */
const KEPT_BUNDLES = 5;

/**
 * @param {string} projectRoot
 * @param {string} entry relative to `projectRoot`
 * @param {string} recordFile gets the bundle's `BundleRecord`
 * @returns {Promise<string>} the path of the bundle
 */
export async function makeBundle(projectRoot, entry, recordFile) {
  const startedMs = Date.now();
  const cacheFolder = dirname(recordFile);
  const temporary = join(cacheFolder, `making-${process.pid}-${startedMs}`);
  const { metafile } = await build(createBundleOptions(projectRoot, entry, temporary));
  const own = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules/'));
  // npm writes the versions of the packages to this file.
  const paths = [...own, ...listPrecompiled(projectRoot), 'package.json', 'node_modules/.package-lock.json'];
  const sources = Object.fromEntries(paths.map((path) => [path, describeState(projectRoot, path)]));
  const name = basename(entry, '.ts');
  const folder = `bundle-${name}-${startedMs}-${process.pid}`;
  renameSync(temporary, join(cacheFolder, folder));
  const file = `${folder}/${name}${findExtension(entry)}`;
  // If a source was saved after it was read, the next run builds again.
  if (areOlder(projectRoot, paths, startedMs)) writeAtomically(recordFile, JSON.stringify({ file, sources }));
  removeOldBundles(cacheFolder, `bundle-${name}-`);
  return join(cacheFolder, file);
}

/**
 * The packages of `devDependencies` outside BUNDLED_PACKAGES stay external.
 * @param {string} projectRoot
 * @param {string} entry
 * @param {string} outdir the bundle refers to files of the project relative to it
 */
export function createBundleOptions(projectRoot, entry, outdir) {
  const packageFile = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  const names = Object.keys(JSON.parse(packageFile).devDependencies);
  const isCli = entry === CLI;
  return /** @satisfies {import('esbuild').BuildOptions} */ ({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    outdir,
    outExtension: { '.js': findExtension(entry) },
    bundle: true,
    // A developer's script is a module, because it may wait at its top level.
    format: isCli ? /** @type {const} */ ('cjs') : /** @type {const} */ ('esm'),
    // The command line loads its commands with `require`.
    supported: { 'dynamic-import': !isCli },
    // CommonJS packages inside an ES module need `require`.
    banner: isCli
      ? {}
      : {
          js: 'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);',
        },
    platform: 'node',
    target: 'node20',
    external: names.filter((name) => !BUNDLED_PACKAGES.includes(name)),
    sourcemap: true,
    sourcesContent: false,
    metafile: /** @type {const} */ (true),
    tsconfigRaw: '{}',
    plugins: [precompile(projectRoot), keepSourceUrls(outdir, isCli), parseJson()],
  });
}

/** @param {string} entry */
function findExtension(entry) {
  return entry === CLI ? '.cjs' : '.mjs';
}

/**
 * Makes `import.meta.url` and `import.meta.dirname` refer to the source file, also after the project was moved.
 * @param {string} outdir
 * @param {boolean} isCommonJs
 * @returns {import('esbuild').Plugin}
 */
function keepSourceUrls(outdir, isCommonJs) {
  const own = isCommonJs ? '__dirname' : 'import.meta.dirname';
  /** @param {string} path */
  const locate = (path) =>
    `require('node:path').join(${own}, ${JSON.stringify(relative(outdir, path).split(sep).join('/'))})`;
  return {
    name: 'keep-source-urls',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes('import.meta.')) return undefined;
        const url = `require('node:url').pathToFileURL(${locate(path)}).href`;
        const contents = source.replaceAll(/import\.meta\.(?:url|dirname)/g, (name) =>
          name.endsWith('url') ? url : locate(dirname(path)),
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * V8 reads JSON faster than an object literal.
 * @returns {import('esbuild').Plugin}
 */
function parseJson() {
  return {
    name: 'parse-json',
    setup(builder) {
      builder.onLoad({ filter: /\.json$/ }, ({ path }) => {
        const text = JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))));
        return { contents: `export default JSON.parse(${text});`, loader: 'js' };
      });
    },
  };
}

/**
 * @param {string} cacheFolder
 * @param {string} prefix
 */
function removeOldBundles(cacheFolder, prefix) {
  const folders = readdirSync(cacheFolder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(cacheFolder, name));
  const ageOf = (/** @type {string} */ folder) => statSync(folder).mtimeMs;
  for (const folder of folders.sort((a, b) => ageOf(b) - ageOf(a)).slice(KEPT_BUNDLES))
    rmSync(folder, { recursive: true, force: true });
}
