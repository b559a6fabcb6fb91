// Input and output of bundling.
import type { SourceLocation } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';

/** The Lambda functions, each a folder under `handlers/` whose `index.ts` exports `handler`. */
export const FUNCTION_NAMES = ['webhook_handler', 'audio_processor'] as const;

/** Handlers that the user edits. */
export interface OwnHandlers {
  /** Absolute; the folder of the spec, whose `node_modules` has esbuild and the packages of the handlers. */
  readonly root: string;
  /** Relative to `root`. */
  readonly folder: string;
  /** Place of the setting. */
  readonly location?: SourceLocation;
}

/** The options of a bundle. */
export interface BundleOptions {
  /** Absolute; holds `handlers/`, `generator/` and `node_modules/`. */
  readonly projectRoot: string;
  /** `findOwnHandlers` of the spec; they take the place of `handlers/` in `projectRoot`. */
  readonly ownHandlers: OwnHandlers | undefined;
  /** A Lambda runtime identifier such as `nodejs22.x`. */
  readonly runtime: string;
  /** Adds `index.js.map` with the sources to the zip. */
  readonly sourceMaps: boolean;
}

/** The folder that esbuild's paths are relative to. */
export function findBuildRoot({ projectRoot, ownHandlers }: BundleOptions): string {
  return ownHandlers?.root ?? projectRoot;
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
