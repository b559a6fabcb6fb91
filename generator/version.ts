// The version of this package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function readVersion(projectRoot: string): string {
  const manifest = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
