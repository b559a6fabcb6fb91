// Turns a TypeScript file of this project into one JavaScript file that Node.js 20 runs: no loader, no register hook.
import { readFileSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writeAtomically } from './files.mjs';

// CommonJS packages inside an ES module ask for `require`.
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);';

/**
 * Bundles `entry`. `import.meta.url` keeps pointing to the source file.
 * @param {{ projectRoot: string, entry: string, external: string[] | 'packages', format?: 'esm' | 'cjs', replacements?: Record<string, string> }} options
 *   `external`: packages to leave outside, or all of them
 *   `replacements`: module sources by path relative to `generator/`
 * @returns {Promise<{ code: string, map: string, inputs: string[] }>} with its source map and all that it was made from, relative to `projectRoot`
 */
export async function bundleScript({ projectRoot, entry, external, format = 'esm', replacements = {} }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    bundle: true,
    write: false,
    // Places in it are relative to the project.
    outfile: join(projectRoot, 'bundle.js'),
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    format,
    mainFields: ['module', 'main'],
    ...(external === 'packages' ? { packages: 'external' } : { external }),
    ...(format === 'esm' ? { banner: { js: REQUIRE } } : {}),
    logLevel: 'error',
    tsconfigRaw: '{}',
    plugins: [replaceModules(projectRoot, replacements), keepSourceUrls()],
  });
  const find = (/** @type {string} */ end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { code: find('.js'), map: find('.map'), inputs: Object.keys(metafile.inputs) };
}

/**
 * Runs a module's source by way of a file that is gone afterwards.
 * @param {string} folder
 * @param {string} code
 * @returns {Promise<Record<string, unknown>>}
 */
export async function importCode(folder, code) {
  const path = join(folder, `run-${process.pid}-${Date.now()}.mjs`);
  writeAtomically(path, code);
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} projectRoot
 * @param {Record<string, string>} replacements
 * @returns {import('esbuild').Plugin}
 */
function replaceModules(projectRoot, replacements) {
  return {
    name: 'replace-modules',
    setup(builder) {
      for (const [path, contents] of Object.entries(replacements)) {
        const filter = new RegExp(`${path.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
        builder.onLoad({ filter }, ({ path: loaded }) => {
          if (loaded !== join(projectRoot, 'generator', path)) return undefined;
          return { contents, loader: 'js', resolveDir: projectRoot };
        });
      }
    },
  };
}

/** @returns {import('esbuild').Plugin} */
function keepSourceUrls() {
  return {
    name: 'keep-source-urls',
    setup(builder) {
      builder.onLoad({ filter: /[\\/](?:generator|handlers|scripts|test)[\\/].*\.m?[tj]s$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes('import.meta.')) return undefined;
        const folder = JSON.stringify(path.slice(0, path.lastIndexOf(sep)));
        const contents = source
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', folder);
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
}
