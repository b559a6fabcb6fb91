// Receives the handlers' sources and a runtime, promises one zip per Lambda function, the same bytes on every
// machine, held in memory. Refuses sources that do not build, saying where.

import { sep } from 'node:path';
import type { Message } from 'esbuild';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { takeBuild } from '../launcher/start-build.mjs';
import { FUNCTION_NAMES } from './build-options.mjs';
import { collectThirdPartyNotices } from './third-party-notices.ts';
import { createZip, type ZipEntry } from './zip.ts';

/** What to bundle and for which runtime. */
export interface BundleOptions {
  /** Absolute; holds `handlers/`, `generator/` and `node_modules/`. */
  readonly projectRoot: string;
  /** A Lambda runtime identifier such as `nodejs22.x`. */
  readonly runtime: string;
  /** Puts `index.js.map` beside the code, with the sources in it. */
  readonly sourceMaps: boolean;
}

/** One bundled function; sizes in bytes. */
export interface BundledFunction {
  readonly name: (typeof FUNCTION_NAMES)[number];
  readonly zipBytes: number;
  /** The minified code before compression. */
  readonly sourceBytes: number;
}

/** The zips and their sizes, and every file that they were made from. */
export interface BundleReport {
  readonly files: readonly GeneratedFile[];
  readonly functions: readonly BundledFunction[];
  /** Relative to the project root, `/`-separated, sorted. */
  readonly inputs: readonly string[];
}

/** Bundles both functions in one esbuild run and zips them as `lambda/<function>.zip`. */
export async function bundleHandlers(options: BundleOptions): Promise<Result<BundleReport>> {
  try {
    const result = await takeBuild(options);
    return {
      ok: true,
      value: createReport(options.projectRoot, result),
      warnings: result.warnings.map((message) => describeMessage(message, 'warning')),
    };
  } catch (error) {
    const messages = readBuildErrors(error);
    if (messages === undefined) throw error;
    return { ok: false, diagnostics: messages.map((message) => describeMessage(message, 'error')) };
  }
}

type HandlersBuild = Awaited<ReturnType<typeof takeBuild>>;

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
  return {
    files: built.map(({ file }) => file),
    functions: built.map((entry) => entry.function),
    inputs: Object.keys(result.metafile.inputs).map(toSlashes).sort(),
  };
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

function readBuildErrors(error: unknown): readonly Message[] | undefined {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return undefined;
  return error.errors;
}

function describeMessage({ text, location, notes }: Message, severity: Diagnostic['severity']): Diagnostic {
  const hint = notes.map((note) => note.text).join(' ');
  return {
    code: severity === 'error' ? 'SONO401' : 'SONO402',
    severity,
    message: text,
    path: '',
    ...(location === null ? {} : { location: locate(location) }),
    ...(hint === '' ? {} : { hint }),
  };
}

function locate({ file, line, column, length, lineText }: NonNullable<Message['location']>) {
  // esbuild counts bytes from 0, diagnostics count UTF-16 units from 1.
  const bytes = Buffer.from(lineText);
  const countUnits = (end: number): number => bytes.subarray(0, end).toString('utf8').length;
  return {
    file: toSlashes(file),
    line,
    column: countUnits(column) + 1,
    endLine: line,
    endColumn: countUnits(column + length) + 1,
  };
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
