// How esbuild is to bundle the functions. Plain JavaScript: the launcher starts esbuild with it before the generator
// is loaded.
import { createTrimSdkPlugin } from './trim-sdk.mjs';

/** The Lambda functions, each a folder under `handlers/` whose `index.ts` exports `handler`. */
export const FUNCTION_NAMES = /** @type {const} */ (['webhook_handler', 'audio_processor']);

/**
 * The settings that make the bundles small, quick to load and reproducible.
 * @param {import('./bundle-handlers.ts').BundleOptions} options
 */
export function createBuildOptions({ projectRoot, runtime, sourceMaps }) {
  return /** @satisfies {import('esbuild').BuildOptions} */ ({
    absWorkingDir: projectRoot,
    entryPoints: Object.fromEntries(
      FUNCTION_NAMES.map((name) => [`${name}/index`, `handlers/${name}/index.ts`]),
    ),
    outdir: 'out/lambda',
    bundle: true,
    write: /** @type {const} */ (false),
    metafile: /** @type {const} */ (true),
    minify: true,
    charset: 'utf8',
    platform: 'node',
    // CommonJS loads faster than ESM here, and finds the runtime's own SDK (see runtime/credential-provider.ts).
    format: 'cjs',
    target: runtime.replace(/^nodejs(\d+)\.x$/, 'node$1'),
    // The SDK's ES modules can be tree-shaken; `main` points to CommonJS, a third larger.
    mainFields: ['module', 'main'],
    // The packages' licence files travel in the zip instead.
    legalComments: 'none',
    logLevel: 'silent',
    sourcemap: sourceMaps ? 'linked' : false,
    // Nothing outside the handlers may change the bytes.
    tsconfigRaw: '{}',
    plugins: [createTrimSdkPlugin(projectRoot)],
  });
}
