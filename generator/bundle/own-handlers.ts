// Problems with the user's own handlers (`build.handlers`) that the bundler itself does not find.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { findPackageManager } from '../write/package-manager.ts';
import { type BundleOptions, FUNCTION_NAMES, type OwnHandlers } from './bundle-report.ts';
import { findOlderVersion } from './handler-sources.ts';

/**
 * The handlers that a spec names.
 * @param specFile absolute
 */
export function findOwnHandlers(
  { handlers }: Pick<ResolvedSpec, 'handlers'>,
  specFile: string,
  location?: SourceLocation,
): OwnHandlers | undefined {
  if (handlers === null) return undefined;
  return { root: dirname(specFile), folder: handlers, ...(location === undefined ? {} : { location }) };
}

/** SONO403: a function without its source. */
export function findMissingHandler(options: BundleOptions): Diagnostic | undefined {
  if (options.ownHandlers === undefined) return undefined;
  const { root, folder } = options.ownHandlers;
  const missing = FUNCTION_NAMES.map((name) => `${folder}/${name}/index.ts`).find(
    (file) => !existsSync(join(root, file)),
  );
  if (missing === undefined) return undefined;
  return describe(options, {
    code: 'SONO403',
    severity: 'error',
    what: `there is no ${missing}`,
    fix: 'restore it, or remove `build.handlers` to build the handlers of the generator; `npx sonotheia eject` copies those',
  });
}

/** The fix for a package that is missing. */
export function describeInstall(name: string, { projectRoot, ownHandlers }: BundleOptions): string {
  const { install, add } = findPackageManager(ownHandlers?.root ?? projectRoot);
  return `\`${install}\`, if package.json has it; otherwise \`${add} ${name}\``;
}

/** SONO404: neither the generator nor the project has the compiler. */
export function describeMissingEsbuild(options: BundleOptions): Diagnostic {
  return describe(options, {
    code: 'SONO404',
    severity: 'error',
    what: 'esbuild, which builds your own handlers, is not installed',
    fix: describeInstall('esbuild', options),
  });
}

/** SONO405: this version of the generator has other handlers than those that were copied. */
export function findOutdatedHandlers(options: BundleOptions): Diagnostic[] {
  if (options.ownHandlers === undefined) return [];
  const { root, folder } = options.ownHandlers;
  const version = findOlderVersion(options.projectRoot, join(root, folder));
  if (version === undefined) return [];
  return [
    describe(options, {
      code: 'SONO405',
      severity: 'warning',
      what: `${folder} was copied from version ${version}, and this version has other handlers`,
      fix: '`npx sonotheia eject --diff` shows the changes, `--update` brings them into your handlers',
    }),
  ];
}

function describe(
  { ownHandlers }: BundleOptions,
  diagnostic: Omit<Diagnostic, 'path' | 'location'>,
): Diagnostic {
  const location = ownHandlers?.location;
  return { ...diagnostic, path: 'build.handlers', ...(location === undefined ? {} : { location }) };
}
