// Makes the folder of a new spec a project that uses the npm package.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isClone } from '../cache.mjs';
import { readVersion } from '../version.ts';
import type { ProjectPlace } from '../write/locate-package.ts';
import { PROJECT_FILES } from './project-files.ts';

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
      return [`left ${name} unchanged: ${describeError(error)}`];
    }
  });
}

/** Comments in package.json are usual for other tools, but npm refuses them. */
function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return error instanceof SyntaxError ? `npm cannot read it either, it is not JSON: ${text}` : text;
}
