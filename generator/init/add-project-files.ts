// Makes the folder of a new spec a project that uses the npm package.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isClone } from '../cache.mjs';
import { readVersion } from '../version.ts';
import { PROJECT_FILES } from './project-files.ts';

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

/**
 * Adds package.json, .gitignore, .gitattributes and README.md, or to them; returns a line for each change. A clone has them,
 * and a spec in another folder than the current one is one of several.
 */
export function addProjectFiles(spec: string, place: ProjectPlace): string[] {
  const { workingDir, projectRoot } = place;
  if (isClone(projectRoot) || dirname(spec) !== workingDir) return [];
  const version = readVersion(projectRoot);
  return PROJECT_FILES.flatMap(({ name, write }) => {
    const path = join(workingDir, name);
    try {
      const existing = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      const text = write(existing, version);
      if (text === undefined) return [];
      writeFileSync(path, text);
      return [existing === undefined ? `wrote ${name}` : `added to ${name}`];
    } catch (error) {
      return [`left ${name} unchanged: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
