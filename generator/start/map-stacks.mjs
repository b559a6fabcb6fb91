// Maps stack traces to the sources and their lines. `process.setSourceMapsEnabled` would read the map at every start,
// which takes longer than loading the bundle; this file reads it when a stack is formatted.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Maps the stacks of errors that are thrown from now on.
 * @param {string} bundle its path; places in other files stay unchanged
 */
export function mapStacks(bundle) {
  /** @type {SourceMap | undefined} */
  let map;
  /** @param {string} frame such as `run (file:///…/cli.cjs:1:2)` */
  const mapPlace = (frame) =>
    frame.replace(/(file:\/\/\S+?\.[cm]js):(\d+):(\d+)/, (place, url, line, column) => {
      if (fileURLToPath(url) !== bundle) return place;
      map ??= readMap(bundle);
      const entry = map?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return place;
      const source = resolve(dirname(bundle), entry.originalSource);
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
  Error.prepareStackTrace = (error, frames) =>
    [describe(error), ...frames.map((frame) => `    at ${mapPlace(String(frame))}`)].join('\n');
}

/** @param {Error} error */
function describe(error) {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

/** @param {string} bundle */
function readMap(bundle) {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  } catch {
    // Falls back to the bundle's own lines.
    return undefined;
  }
}
