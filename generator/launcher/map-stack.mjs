// The places of a stack trace in the sources: what runs is bundled, and its lines are nobody's. The map lies beside the
// bundle and is read when something has failed, not before.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WRAPPER } from './code-cache.mjs';

/**
 * The stack with `file.ts:line:column` wherever a map knows it.
 * @param {string} stack
 * @param {string} projectRoot
 * @returns {string}
 */
export function mapStack(stack, projectRoot) {
  /** @type {Map<string, SourceMap | undefined>} */
  const maps = new Map();
  return stack.replace(/((?:file:\/\/)?\/[^\s():]+\.[cm]js):(\d+):(\d+)/g, (place, file, line, column) => {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    if (!maps.has(path)) maps.set(path, readMap(path));
    const shift = path.endsWith('.cjs') && line === '1' ? WRAPPER.length : 0;
    const entry = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1 - shift);
    if (entry === undefined || !('originalSource' in entry)) return place;
    return `${resolve(projectRoot, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

/** @param {string} path of a bundle */
function readMap(path) {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')));
  } catch {
    // Not a bundle of ours, or its map is gone: the bundle's own lines are better than nothing.
    return undefined;
  }
}
