// Starts the bundling of the functions before the spec has been checked: esbuild, in a process of its own, takes longer
// than everything else that a run does. What the spec will say of the bundles is guessed from its text; a wrong guess
// costs time and nothing else.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createBuildOptions } from '../bundle/build-options.mjs';
import { loadEsbuild, startEsbuild } from './start-esbuild.mjs';

/** @typedef {import('../bundle/bundle-handlers.ts').BundleOptions} BundleOptions */
/** @typedef {import('esbuild').BuildResult<ReturnType<typeof createBuildOptions>>} HandlersBuild */

// The launcher and the bundled generator each hold a copy of this module, but there is one build.
const KEY = Symbol.for('sonotheia-terraform.build');
const shared = /** @type {Record<symbol, { id: string, result: Promise<HandlersBuild> } | undefined>} */ (
  /** @type {unknown} */ (globalThis)
);

/** What the schema says when the spec does not. */
const DEFAULT_RUNTIME = 'nodejs22.x';

/**
 * Begins the build that the spec seems to ask for; `takeBuild` has its result, or its failure.
 * @param {string} projectRoot
 * @param {string} specFile the spec as it was named
 */
export function beginBuild(projectRoot, specFile) {
  const spec = readIfPresent(resolve(specFile));
  // The generator says what is wrong with it.
  if (spec === undefined) return;
  const options = { projectRoot, ...guessOptions(spec) };
  const result = build(options);
  // Whoever takes it hears of it. Nobody may: the spec may be refused.
  result.catch(() => {});
  shared[KEY] = { id: identify(options), result };
}

/**
 * The result of the build that was begun, if it is the one asked for and nobody has taken it, or of a new one. Rejects
 * with esbuild's `BuildFailure`.
 * @param {BundleOptions} options
 * @returns {Promise<HandlersBuild>}
 */
export function takeBuild(options) {
  const begun = shared[KEY];
  shared[KEY] = undefined;
  return begun?.id === identify(options) ? begun.result : build(options);
}

/**
 * @param {string} spec the text of a spec
 * @returns {Pick<BundleOptions, 'runtime' | 'sourceMaps'>}
 */
export function guessOptions(spec) {
  // Neither may look beyond its line: the time would grow with the square of the text.
  const runtime = /^[^#\n]*\bruntime["']?: *["']?(nodejs\d+\.x)\b/m.exec(spec)?.[1] ?? DEFAULT_RUNTIME;
  return { runtime, sourceMaps: /^[^#\n]*\bsource_maps["']?: *true\b/m.test(spec) };
}

/**
 * @param {BundleOptions} options
 * @returns {Promise<HandlersBuild>}
 */
async function build(options) {
  await startEsbuild();
  return loadEsbuild().build(createBuildOptions(options));
}

/** @param {BundleOptions} options */
function identify({ projectRoot, runtime, sourceMaps }) {
  return JSON.stringify([projectRoot, runtime, sourceMaps]);
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
