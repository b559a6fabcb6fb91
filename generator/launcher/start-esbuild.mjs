// Starts esbuild's process, which takes a while, before there is work for it.

/** @type {Promise<void> | undefined} */
let start;

/**
 * Resolves when esbuild is ready; further calls return the same promise.
 * @returns {Promise<void>}
 */
export function startEsbuild() {
  start ??= spawnEsbuild();
  return start;
}

async function spawnEsbuild() {
  const { initialize } = await import('esbuild');
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
