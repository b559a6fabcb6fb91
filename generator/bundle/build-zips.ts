// Bundles the handlers' sources into zips and lists all their input files. Throws esbuild's `BuildFailure`.
import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { type BuildResult, build, type Message } from 'esbuild';
import { createBuildOptions } from './build-options.ts';
import { type BundleOptions, type BundleReport, FUNCTION_NAMES } from './bundle-report.ts';
import { collectThirdPartyNotices, listNoticeFiles } from './third-party-notices.ts';
import { createZip, type ZipEntry } from './zip.ts';

export interface ZipBuild {
  readonly report: BundleReport;
  /** Relative to the project root, `/`-separated. */
  readonly inputs: readonly string[];
  readonly warnings: readonly Message[];
}

type HandlersBuild = BuildResult<ReturnType<typeof createBuildOptions>>;

/** Bundles both functions in one esbuild run and zips them. */
export async function buildZips(options: BundleOptions): Promise<ZipBuild> {
  const result = await build(createBuildOptions(options));
  return {
    report: createReport(options.projectRoot, result),
    inputs: listInputs(options.projectRoot, result),
    warnings: result.warnings,
  };
}

function createReport(projectRoot: string, result: HandlersBuild): BundleReport {
  const built = FUNCTION_NAMES.map((name) => {
    const entries = readOutputs(result, name);
    const zip = createZip([...entries, createNoticeEntry(projectRoot, result, name)]);
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

function createNoticeEntry(projectRoot: string, result: HandlersBuild, name: string): ZipEntry {
  const modules = Object.keys(result.metafile.outputs[`out/lambda/${name}/index.js`]?.inputs ?? {});
  const text = collectThirdPartyNotices(projectRoot, modules);
  return { name: 'THIRD-PARTY-NOTICES.txt', contents: Buffer.from(text) };
}

function listInputs(projectRoot: string, { metafile }: HandlersBuild): string[] {
  const modules = Object.keys(metafile.inputs).map(toSlashes);
  const bundler = readdirSync(`${projectRoot}/generator/bundle`).map((name) => `generator/bundle/${name}`);
  // The version of each package, esbuild and pako among them; npm writes the file beside what it installs.
  const installed = 'node_modules/.package-lock.json';
  return [
    ...new Set([
      ...['package.json', installed],
      ...bundler,
      ...modules,
      ...listNoticeFiles(projectRoot, modules),
    ]),
  ];
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
