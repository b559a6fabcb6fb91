// Runs a bundled script with what V8 made of it the last time: compiling the generator takes longer than running it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { writeAtomically } from './files.mjs';

/** Makes a function of a script; all on its first line. */
export const WRAPPER = '(function (exports, require, module) {';
const CHECKSUM_BYTES = 4;

/**
 * @template Exports
 * @typedef {object} LoadedScript
 * @property {Exports} exports
 * @property {() => void} remember keeps what V8 knows by now for the next time, unless that had it already
 */

/**
 * Runs a CommonJS script of ASCII text from a file.
 * @template Exports
 * @param {string} path what V8 made of it is kept beside it
 * @returns {LoadedScript<Exports>}
 */
export function loadScript(path) {
  const cachePath = `${path}.v8`;
  const cachedData = readCache(cachePath);
  const code = `${WRAPPER}${readFileSync(path, 'latin1')}\n})`;
  const script = new Script(code, { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
  const module = { exports: /** @type {Exports} */ ({}) };
  script.runInThisContext()(module.exports, createRequire(path), module);
  // Another version of Node.js made it, or other options are set.
  const isCached = cachedData !== undefined && script.cachedDataRejected === false;
  return {
    exports: module.exports,
    remember: () => {
      if (!isCached) writeCache(cachePath, script.createCachedData());
    },
  };
}

/**
 * @param {string} path
 * @returns {Buffer | undefined}
 */
function readCache(path) {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(CHECKSUM_BYTES);
    // V8 believes what it is given.
    return crc32(data) === bytes.readUInt32LE(0) ? data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @param {Buffer} data
 */
function writeCache(path, data) {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(data));
  try {
    writeAtomically(path, Buffer.concat([checksum, data]));
  } catch {
    // A full disk or a read-only cache: the next run compiles again.
  }
}
