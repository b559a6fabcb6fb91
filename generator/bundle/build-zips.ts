// Bundles the handlers' sources into zips and lists all their input files. Throws esbuild's `BuildFailure`.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import type { BuildResult, Message } from 'esbuild';
import { createBuildOptions } from './build-options.ts';
import { type BundleOptions, type BundleReport, FUNCTION_NAMES, findBuildRoot } from './bundle-report.ts';
import { collectThirdPartyNotices, listNoticeFiles } from './third-party-notices.ts';
import { createZip, type ZipEntry } from './zip.ts';

export interface ZipBuild {
  readonly report: BundleReport;
  /** Relative to the build's root, `/`-separated. */
  readonly inputs: readonly string[];
  readonly warnings: readonly Message[];
}

/** Neither the generator nor the project of the handlers has esbuild. */
export class MissingEsbuild extends Error {}

type HandlersBuild = BuildResult<ReturnType<typeof createBuildOptions>>;

/** Bundles both functions in one esbuild run and zips them. */
export async function buildZips(options: BundleOptions): Promise<ZipBuild> {
  const root = findBuildRoot(options);
  const { build } = loadEsbuild(options);
  const result = await build(createBuildOptions(options));
  return {
    report: createReport(root, result),
    inputs: listInputs(options, result),
    warnings: result.warnings,
  };
}

/**
 * A clone has its own; beside the npm package, the project of the handlers installs it. By its file: a running process
 * does not find the name of a package that was installed after it first looked.
 */
function loadEsbuild(options: BundleOptions): typeof import('esbuild') {
  for (const folder of [options.projectRoot, findBuildRoot(options)]) {
    const requireFrom = createRequire(join(folder, 'package.json'));
    try {
      return requireFrom(requireFrom.resolve('esbuild/lib/main.js'));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  throw new MissingEsbuild();
}

function createReport(root: string, result: HandlersBuild): BundleReport {
  const built = FUNCTION_NAMES.map((name) => {
    const entries = readOutputs(result, name);
    const zip = createZip([...entries, createNoticeEntry(root, result, name)]);
    const code = entries.find((entry) => entry.name === 'index.js');
    return {
      file: { path: `lambda/${name}.zip`, contents: zip },
      function: { name, zipBytes: zip.length, sourceBytes: code?.contents.length ?? 0 },
    };
  });
  return { files: built.map(({ file }) => file), functions: built.map((entry) => entry.function) };
}

function readOutputs(result: HandlersBuild, name: string): ZipEntry[] {
  const folder = `/${name}/`;
  return result.outputFiles
    .map(({ path, contents }) => ({ path: toSlashes(path), contents }))
    .filter(({ path }) => path.includes(folder))
    .map(({ path, contents }) => ({ name: path.slice(path.lastIndexOf('/') + 1), contents }));
}

function createNoticeEntry(root: string, result: HandlersBuild, name: string): ZipEntry {
  const modules = Object.keys(result.metafile.outputs[`out/lambda/${name}/index.js`]?.inputs ?? {});
  const text = collectThirdPartyNotices(root, modules);
  return { name: 'THIRD-PARTY-NOTICES.txt', contents: Buffer.from(text) };
}

function listInputs(options: BundleOptions, { metafile }: HandlersBuild): string[] {
  const root = findBuildRoot(options);
  const modules = Object.keys(metafile.inputs).map(toSlashes);
  // The npm package has no sources; its version is in its package.json.
  const path = toSlashes(relative(root, options.projectRoot));
  const generator = path === '' ? '' : `${path}/`;
  const bundler = join(options.projectRoot, 'generator', 'bundle');
  const sources = existsSync(bundler) ? readdirSync(bundler) : [];
  // The version of each package, esbuild and pako among them; npm writes the file beside what it installs.
  const installed = 'node_modules/.package-lock.json';
  return [
    ...new Set([
      ...['package.json', installed, `${generator}package.json`],
      ...sources.map((name) => `${generator}generator/bundle/${name}`),
      ...modules,
      ...listNoticeFiles(root, modules),
    ]),
  ];
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
