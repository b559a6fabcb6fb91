// How esbuild bundles the functions.
import type { BuildOptions } from 'esbuild';
import { type BundleOptions, FUNCTION_NAMES, findBuildRoot } from './bundle-report.ts';
import { createTrimSdkPlugin } from './trim-sdk.ts';

/** The settings that make the bundles small, quick to load and reproducible. */
export function createBuildOptions(options: BundleOptions) {
  const { projectRoot, ownHandlers, runtime, sourceMaps } = options;
  const folder = ownHandlers?.folder ?? 'handlers';
  return {
    absWorkingDir: findBuildRoot(options),
    entryPoints: Object.fromEntries(
      FUNCTION_NAMES.map((name) => [`${name}/index`, `${folder}/${name}/index.ts`]),
    ),
    outdir: 'out/lambda',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    charset: 'utf8',
    platform: 'node',
    // CommonJS loads faster than ESM here, and finds the runtime's own SDK (see runtime/credential-provider.ts).
    format: 'cjs',
    target: runtime.replace(/^nodejs(\d+)\.x$/, 'node$1'),
    // The SDK's ES modules can be tree-shaken; `main` points to CommonJS, a third larger.
    mainFields: ['module', 'main'],
    // The zip holds the packages' licences instead.
    legalComments: 'none',
    logLevel: 'silent',
    // esbuild exports getters that cannot be redefined; tracing layers wrap the handler by redefining it:
    // https://github.com/open-telemetry/opentelemetry-lambda/issues/1781
    footer: { js: 'module.exports={...module.exports};' },
    sourcemap: sourceMaps ? 'linked' : false,
    // Ignores tsconfig.json, so that only the handlers change the bytes.
    tsconfigRaw: '{}',
    // Own handlers may use parts of the SDK that the generator's do without.
    plugins: ownHandlers === undefined ? [createTrimSdkPlugin(projectRoot)] : [],
  } as const satisfies BuildOptions;
}
