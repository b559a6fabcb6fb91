// Where a project finds this package: the package's folder, and its schema for editors.
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isClone } from '../cache.mjs';

const PACKAGE_FOLDER = join('node_modules', 'sonotheia-terraform');

export interface ProjectPlace {
  readonly workingDir: string;
  /** Root of this package. */
  readonly projectRoot: string;
}

/**
 * The package's folder, as a project refers to it: the nearest one, since npm installs the packages of a workspace beside
 * the outermost package.json. A package manager may have linked it there from another folder.
 */
export function locatePackage({ workingDir, projectRoot }: ProjectPlace): string {
  if (isClone(projectRoot)) return projectRoot;
  const own = join(workingDir, PACKAGE_FOLDER);
  for (let folder = workingDir; ; folder = dirname(folder)) {
    const installed = join(folder, PACKAGE_FOLDER);
    if (existsSync(installed)) return installed;
    if (folder === dirname(folder)) return own;
  }
}

/** Whether the project finds the package; not after `npx --package …` or from a global installation. */
export function isInstalled(place: ProjectPlace): boolean {
  // Yarn's Plug'n'Play has no node_modules.
  return process.versions.pnp !== undefined || existsSync(locatePackage(place));
}

/** Path of the schema relative to the spec, which is how editors resolve it. */
export function findSchemaPath(spec: string, packageFolder: string): string {
  const path = relative(dirname(spec), resolve(packageFolder, 'schema', 'sonotheia.config.schema.json'));
  const portable = path.split(sep).join('/');
  return portable.startsWith('.') ? portable : `./${portable}`;
}
