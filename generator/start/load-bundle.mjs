// Loads the bundle with the code that V8 compiled for an earlier run: compiling takes a third of a run, and Node.js 20 has
// no `module.enableCompileCache`.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { writeAtomically } from '../cache.mjs';

/** Bytes of the digest before the code: V8 crashes on damaged code. */
const DIGEST_LENGTH = 32;

/**
 * @param {string} path of a CommonJS bundle
 * @param {string} cacheFolder may be read-only
 * @returns {{ exports: any, cacheCode: () => void }} what the bundle exports; `cacheCode` caches the code compiled so far
 */
export function loadBundle(path, cacheFolder) {
  // The folder's name changes with the bundle.
  const codeFile = join(cacheFolder, basename(dirname(path)), nameCode());
  const cachedData = readCode(codeFile);
  // On the bundle's first line, so that its lines keep their numbers.
  const source = `(function (exports, require, module, __dirname) { ${readFileSync(path, 'utf8')}\n})`;
  const script = new Script(source, {
    filename: pathToFileURL(path).href,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, dirname(path));
  const cacheCode = () => {
    if (script.cachedDataRejected !== false) writeCode(codeFile, script.createCachedData());
  };
  return { exports: module.exports, cacheCode };
}

/**
 * A name for each build of Node.js: V8 crashes on code of another build, even of the same V8 version (Node.js 20.19 and
 * 20.20), and a folder may be shared with a container that has another build of the same Node.js version.
 */
function nameCode() {
  const { size, mtimeMs } = statSync(process.execPath, { throwIfNoEntry: false }) ?? {};
  // The tag changes with V8, its flags and the processor.
  const build = [process.version, process.arch, size, mtimeMs, cachedDataVersionTag()];
  return `code-${digest(build.join(' ')).toString('hex').slice(0, 16)}.v8`;
}

/**
 * @param {string} file
 * @returns {Buffer | undefined} undefined if the file is missing or damaged
 */
function readCode(file) {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(DIGEST_LENGTH);
    return digest(code).equals(bytes.subarray(0, DIGEST_LENGTH)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {Buffer} code
 */
function writeCode(file, code) {
  try {
    writeAtomically(file, Buffer.concat([digest(code), code]));
  } catch {
    // Ignore a full disk or a read-only folder: the next run compiles again.
  }
}

/** @param {Buffer | string} data */
function digest(data) {
  return createHash('sha256').update(data).digest();
}
