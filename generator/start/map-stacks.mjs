// Maps stack traces to the sources and their lines. `process.setSourceMapsEnabled` would read every map at every start,
// which takes longer than loading the bundle; this file reads a map when a stack is formatted.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

/**
 * Maps the stacks of errors that are thrown from now on.
 * @param {string} folder of the bundle; places in other files stay unchanged
 */
export function mapStacks(folder) {
  Error.prepareStackTrace = (error, frames) =>
    [describe(error), ...frames.map((frame) => `    at ${mapPlace(String(frame), folder)}`)].join('\n');
}

/** @param {Error} error */
function describe(error) {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

/**
 * @param {string} frame such as `run (file:///…/cli.mjs:1:2)`
 * @param {string} folder
 */
function mapPlace(frame, folder) {
  return frame.replace(/(file:\/\/\S+?\.mjs):(\d+):(\d+)/, (place, url, line, column) => {
    const path = fileURLToPath(url);
    if (dirname(path) !== folder) return place;
    if (!maps.has(path)) maps.set(path, readMap(path));
    const entry = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return place;
    return `${resolve(folder, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

/** @param {string} path of a bundle's file */
function readMap(path) {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')));
  } catch {
    // Falls back to the bundle's own lines.
    return undefined;
  }
}
