// Finds the options of all commands, in their sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** The names of all options of a type, without `--help`. */
export function findOptions(type: 'string' | 'boolean'): string[] {
  const sources = ['generator/commands', 'scripts', 'test/bench'].flatMap((root) =>
    readdirSync(join(PROJECT_ROOT, root), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(PROJECT_ROOT, root, path), 'utf8')),
  );
  const pattern = new RegExp(String.raw`'?([a-z][\w-]*)'?: \{\s*type: '${type}'`, 'g');
  const found = sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(found)].filter((name) => name !== 'help');
}
