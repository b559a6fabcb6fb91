// Builds dist/, which turns a clone into the npm package: the bundle of the command line, the packages that it uses, the
// functions' zips for each runtime, the console's page, and the licences of all these packages.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { buildZips } from '../generator/bundle/build-zips.ts';
import { collectThirdPartyNotices } from '../generator/bundle/third-party-notices.ts';
import { createZipEntry, locateZips } from '../generator/bundle/zip-cache.ts';
import { RUNTIMES } from '../generator/spec/runtimes.ts';
import { createBundleOptions } from '../generator/start/make-bundle.mjs';
import { buildPage } from './console/build-page.ts';
import { PAGE_FOLDER } from './console/page-files.ts';

const CLI = 'generator/cli.ts';
/** The packages that the command line loads when a command needs them. */
const PACKAGES_FILE = './packages.cjs';
/** Only a clone runs it: the package contains the zips. */
const NOT_INCLUDED = ['esbuild'];

const projectRoot = join(import.meta.dirname, '..');
const dist = join(projectRoot, 'dist');
rmSync(dist, { recursive: true, force: true });
const modules = [...(await buildCli()), ...(await writePage())];
for (const runtime of Object.keys(RUNTIMES)) {
  for (const sourceMaps of [false, true])
    await buildZipEntry({ projectRoot, ownHandlers: undefined, runtime, sourceMaps });
}
writeFileSync(
  join(dist, 'THIRD-PARTY-NOTICES.txt'),
  collectThirdPartyNotices(projectRoot, modules, 'The files in this folder contain:'),
);

/** Returns the modules that it contains, relative to the project. */
async function buildCli(): Promise<string[]> {
  // As deep as the final folder: the bundle refers to files of the project relative to itself.
  const temporary = join(dist, 'bundle');
  const names = new Set<string>();
  const options = createBundleOptions(projectRoot, CLI, temporary);
  const cli = await build({
    ...options,
    external: NOT_INCLUDED,
    plugins: [redirectPackages(options.external, names), ...options.plugins],
  });
  const packages = await build(createPackagesOptions([...names].sort(), temporary));
  const hash = createHash('sha256');
  for (const file of ['cli.cjs', basename(PACKAGES_FILE)]) hash.update(readFileSync(join(temporary, file)));
  // The cache of compiled code has this name: a new bundle does not use the code of another one.
  const folder = `bundle-${hash.digest('hex').slice(0, 16)}`;
  renameSync(temporary, join(dist, folder));
  writeFileSync(join(dist, 'cli.json'), JSON.stringify({ file: `${folder}/cli.cjs`, sources: {} }));
  return [cli, packages].flatMap(({ metafile }) => listIncluded(metafile));
}

/** Returns the modules that it contains, relative to the project. */
async function writePage(): Promise<readonly string[]> {
  const { files, modules } = await buildPage(projectRoot);
  const folder = join(projectRoot, PAGE_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(folder, path), contents);
  return modules;
}

/** Makes the bundle load `externals` from PACKAGES_FILE; adds the imported ones to `names`. */
function redirectPackages(externals: readonly string[], names: Set<string>): Plugin {
  return {
    name: 'redirect-packages',
    setup(builder) {
      builder.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) => {
        const isExternal = externals.some((name) => path === name || path.startsWith(`${name}/`));
        if (kind === 'entry-point' || !isExternal || NOT_INCLUDED.includes(path)) return undefined;
        names.add(path);
        return { path, namespace: 'packages' };
      });
      builder.onResolve({ filter: /^\.\/packages\.cjs$/, namespace: 'packages' }, ({ path }) => ({
        path,
        external: true,
      }));
      builder.onLoad({ filter: /./, namespace: 'packages' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(PACKAGES_FILE)})[${JSON.stringify(path)}]();`,
      }));
    },
  };
}

/** One file, so that packages share their dependencies; each is initialized when a command needs it. */
function createPackagesOptions(names: readonly string[], outdir: string) {
  const entries = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`);
  return {
    absWorkingDir: projectRoot,
    stdin: { contents: `module.exports = {${entries.join(',\n')}};`, resolveDir: projectRoot },
    outfile: join(outdir, PACKAGES_FILE),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    metafile: true,
    tsconfigRaw: '{}',
  } as const satisfies BuildOptions;
}

function listIncluded({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

async function buildZipEntry(options: Parameters<typeof buildZips>[0]): Promise<void> {
  const { report, warnings } = await buildZips(options);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  mkdirSync(dist, { recursive: true });
  // Without inputs, the entry is always current.
  const entry = { ...createZipEntry(options, report, []), states: [] };
  writeFileSync(join(dist, basename(locateZips(options))), JSON.stringify(entry));
}
