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

/** By path, such as `node_modules/a/node_modules/b`; without the project's own packages. `folder` holds the lock file. */
export function readLockedPackages(folder = '.'): ReadonlyMap<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage & { readonly link?: boolean }>;
  };
  const foreign = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );
  return new Map(foreign);
}

/** Name -> version as the manifests of the project and of the editors' tests have it. */
export function readDirectDependencies(): ReadonlyMap<string, string> {
  const all = ['.', 'test/editors'].map(readManifest).flatMap((manifest) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  });
  // `npm:<name>@<version>`: another name for one of several versions.
  return new Map(all.map(([name, version]) => [name, version.replace(/^npm:.*@/, '')]));
}

type Manifest = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** The package.json of a folder of the project. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}
