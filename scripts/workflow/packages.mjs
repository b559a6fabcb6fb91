// Checks that the zips built in another job match the repository's manifest.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { printInert } from './runner.mjs';

const MANIFEST = '.sonotheia-manifest.json';

/**
 * Runs in the output folder; throws if a zip is missing or its hash differs from the reviewed manifest.
 * @returns {number} the exit code
 */
export function verifyPackages() {
  /** @type {{ sha256: Record<string, string> }} */
  const { sha256 } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const packages = Object.entries(sha256).filter(([path]) => path.endsWith('.zip'));
  if (packages.length === 0) throw new Error(`${MANIFEST} names no packages`);
  for (const [path, expected] of packages) {
    const actual = createHash('sha256').update(readFileSync(path)).digest('hex');
    if (actual !== expected) throw new Error(`${path} is not the package that ${MANIFEST} names`);
    printInert(`${path} is as reviewed`);
  }
  return 0;
}
