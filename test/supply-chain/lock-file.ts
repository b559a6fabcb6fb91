// Reads package.json and package-lock.json for the tests of the supply chain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

export interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

/** By path, such as `node_modules/a/node_modules/b`; without the project itself. `folder` holds the lock file. */
export function readLockedPackages(folder = '.'): ReadonlyMap<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}

/** Name -> version as package.json has it. */
export function readDirectDependencies(): ReadonlyMap<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  // `npm:<name>@<version>`: another name for one of several versions.
  return new Map(Object.entries(all).map(([name, version]) => [name, version.replace(/^npm:.*@/, '')]));
}
