// Starts esbuild's process, which takes a while, before there is work for it.
import childProcess from 'node:child_process';
import { createRequire } from 'node:module';

/** @typedef {{ readonly ready: Promise<void>, readonly child: import('node:child_process').ChildProcess | undefined }} Esbuild */

// The launcher and the bundled generator each hold a copy of this module, but there is one esbuild.
const KEY = Symbol.for('sonotheia-terraform.esbuild');
const shared = /** @type {Record<symbol, Esbuild | undefined>} */ (/** @type {unknown} */ (globalThis));

/**
 * Resolves when esbuild is ready; further calls return the same promise.
 * @returns {Promise<void>}
 */
export function startEsbuild() {
  const esbuild = shared[KEY] ?? spawnEsbuild();
  shared[KEY] = esbuild;
  return esbuild.ready;
}

/**
 * esbuild's API. `import` would first search its CommonJS for the names of its exports, which takes 20 ms.
 * @returns {typeof import('esbuild')}
 */
export function loadEsbuild() {
  return createRequire(import.meta.url)('esbuild');
}

/** Ends esbuild's process, with whatever it is doing. */
export function stopEsbuild() {
  const esbuild = shared[KEY];
  if (esbuild === undefined) return;
  shared[KEY] = undefined;
  // Its library closes the pipe first, and a build that waits for an answer then complains of a deadlock.
  esbuild.child?.kill('SIGKILL');
  loadEsbuild().stop();
}

/** @returns {Esbuild} */
function spawnEsbuild() {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const { spawn } = childProcess;
  // An async function, so that an esbuild that is not installed for this system is a rejection for who waits for it.
  const initialize = async () => {
    // esbuild is a short-lived Go program: without garbage collection it takes a quarter less CPU. The limit turns
    // the collection back on should it ever need as much memory. It reads both when it starts, which is now.
    const { GOGC, GOMEMLIMIT } = process.env;
    process.env.GOGC = GOGC ?? 'off';
    process.env.GOMEMLIMIT = GOMEMLIMIT ?? '1GiB';
    // Its library keeps the process to itself.
    childProcess.spawn = /** @type {typeof spawn} */ (
      (/** @type {Parameters<typeof spawn>} */ ...parameters) => {
        child = spawn(...parameters);
        return child;
      }
    );
    try {
      return loadEsbuild().initialize({});
    } finally {
      childProcess.spawn = spawn;
      restoreVariable('GOGC', GOGC);
      restoreVariable('GOMEMLIMIT', GOMEMLIMIT);
    }
  };
  const ready = initialize();
  return { ready, child };
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function restoreVariable(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
