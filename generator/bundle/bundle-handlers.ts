// Bundles the handlers' sources for a runtime into one zip for each Lambda function, in memory, with the same bytes on
// every machine. Build errors are located diagnostics.

import { sep } from 'node:path';
import type { Message } from 'esbuild';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import type { BundleOptions, BundleReport } from './bundle-report.ts';
import {
  describeInstall,
  describeMissingEsbuild,
  findMissingHandler,
  findOutdatedHandlers,
} from './own-handlers.ts';
import { cacheZips, readCachedZips } from './zip-cache.ts';

/** Both functions as `lambda/<function>.zip`, from the cache if their inputs are unchanged. */
export async function bundleHandlers(options: BundleOptions): Promise<Result<BundleReport>> {
  const missing = findMissingHandler(options);
  if (missing !== undefined) return { ok: false, diagnostics: [missing] };
  const outdated = findOutdatedHandlers(options);
  const cached = readCachedZips(options);
  if (cached !== undefined) return { ok: true, value: cached, warnings: outdated };
  const startedMs = Date.now();
  // Loaded lazily: esbuild and pako are slow to load.
  const { buildZips, MissingEsbuild } = await import('./build-zips.ts');
  try {
    const { report, inputs, warnings } = await buildZips(options);
    // A build with warnings is not cached, so that the next run shows them again.
    if (warnings.length === 0) cacheZips(options, report, inputs, startedMs);
    const diagnostics = warnings.map((message) => describeMessage(message, 'warning', options));
    return { ok: true, value: report, warnings: [...outdated, ...diagnostics] };
  } catch (error) {
    if (error instanceof MissingEsbuild) return { ok: false, diagnostics: [describeMissingEsbuild(options)] };
    const messages = readBuildErrors(error);
    if (messages === undefined) throw error;
    return {
      ok: false,
      diagnostics: dropRepeated(messages).map((message) => describeMessage(message, 'error', options)),
    };
  }
}

/** A package that is not installed is one problem, however many files import it. */
function dropRepeated(messages: readonly Message[]): readonly Message[] {
  return messages.filter(
    ({ text }, index) =>
      findUnresolved(text) === undefined || messages.findIndex((other) => other.text === text) === index,
  );
}

/** The name of a package that is not installed. */
function findUnresolved(text: string): string | undefined {
  return /^Could not resolve "([^./"][^"]*)"$/.exec(text)?.[1];
}

function readBuildErrors(error: unknown): readonly Message[] | undefined {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return undefined;
  return error.errors;
}

function describeMessage(
  { text, location, notes }: Message,
  severity: Diagnostic['severity'],
  options: BundleOptions,
): Diagnostic {
  const unresolved = findUnresolved(text);
  const fix =
    unresolved === undefined
      ? notes.map((note) => note.text).join(' ')
      : describeInstall(unresolved, options);
  return {
    code: severity === 'error' ? 'SONO401' : 'SONO402',
    severity,
    what: text,
    path: '',
    ...(location === null ? {} : { location: locate(location) }),
    ...(fix === '' ? {} : { fix }),
  };
}

function locate({ file, line, column, length, lineText }: NonNullable<Message['location']>) {
  // esbuild counts bytes from 0, diagnostics count UTF-16 units from 1.
  const bytes = Buffer.from(lineText);
  const countUnits = (end: number): number => bytes.subarray(0, end).toString('utf8').length;
  return {
    file: sep === '/' ? file : file.replaceAll(sep, '/'),
    line,
    column: countUnits(column) + 1,
    endLine: line,
    endColumn: countUnits(column + length) + 1,
  };
}
