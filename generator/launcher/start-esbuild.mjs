// Starts esbuild's process, which takes a while, before there is work for it.
import { createRequire } from 'node:module';

// The launcher and the bundled generator each hold a copy of this module, but there is one esbuild.
const KEY = Symbol.for('sonotheia-terraform.esbuild');
const shared = /** @type {Record<symbol, Promise<void> | undefined>} */ (/** @type {unknown} */ (globalThis));

/**
 * Resolves when esbuild is ready; further calls return the same promise.
 * @returns {Promise<void>}
 */
export function startEsbuild() {
  const start = shared[KEY] ?? spawnEsbuild();
  shared[KEY] = start;
  return start;
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
  if (shared[KEY] === undefined) return;
  shared[KEY] = undefined;
  loadEsbuild().stop();
}

async function spawnEsbuild() {
  const { initialize } = loadEsbuild();
  // esbuild is a short-lived Go program: without garbage collection it takes a quarter less CPU. The limit turns
  // the collection back on should it ever need as much memory. It reads both when it starts, which is now.
  const { GOGC, GOMEMLIMIT } = process.env;
  process.env.GOGC = GOGC ?? 'off';
  process.env.GOMEMLIMIT = GOMEMLIMIT ?? '1GiB';
  const initialized = initialize({});
  restoreVariable('GOGC', GOGC);
  restoreVariable('GOMEMLIMIT', GOMEMLIMIT);
  return initialized;
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function restoreVariable(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
