// Input and output of bundling.
import type { GeneratedFile } from '../generated-file.ts';

/** The Lambda functions, each a folder under `handlers/` whose `index.ts` exports `handler`. */
export const FUNCTION_NAMES = ['webhook_handler', 'audio_processor'] as const;

/** The options of a bundle. */
export interface BundleOptions {
  /** Absolute; holds `handlers/`, `generator/` and `node_modules/`. */
  readonly projectRoot: string;
  /** A Lambda runtime identifier such as `nodejs22.x`. */
  readonly runtime: string;
  /** Adds `index.js.map` with the sources to the zip. */
  readonly sourceMaps: boolean;
}

/** One bundled function; sizes in bytes. */
export interface BundledFunction {
  readonly name: (typeof FUNCTION_NAMES)[number];
  readonly zipBytes: number;
  /** The minified code before compression. */
  readonly sourceBytes: number;
}

/** The zips and their sizes. */
export interface BundleReport {
  readonly files: readonly GeneratedFile[];
  readonly functions: readonly BundledFunction[];
}
