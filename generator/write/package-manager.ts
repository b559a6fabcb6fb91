// The commands of the package manager that a project uses, for fixes that can be pasted. Its lock file shows which one it is.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PackageManager {
  /** Installs the packages of package.json. */
  readonly install: string;
  /** Adds packages, which follow, in exactly their versions and for development. */
  readonly add: string;
}

const NPM: PackageManager = { install: 'npm install', add: 'npm install --save-dev --save-exact' };
const BUN: PackageManager = { install: 'bun install', add: 'bun add --dev --exact' };

const BY_LOCK_FILE: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': NPM,
  'pnpm-lock.yaml': { install: 'pnpm install', add: 'pnpm add --save-dev --save-exact' },
  'yarn.lock': { install: 'yarn install', add: 'yarn add --dev --exact' },
  'bun.lock': BUN,
  'bun.lockb': BUN,
};

/** That of the nearest lock file, in `folder` (absolute) or above it; npm without one. */
export function findPackageManager(folder: string): PackageManager {
  const found = Object.entries(BY_LOCK_FILE).find(([name]) => existsSync(join(folder, name)));
  if (found !== undefined) return found[1];
  const parent = dirname(folder);
  return parent === folder ? NPM : findPackageManager(parent);
}
