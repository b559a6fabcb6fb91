// Which packages the project's own code imports.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['generator', 'handlers', 'scripts', 'test'];

/** The names of imported packages -> one file that imports each. */
export function findImportedPackages(): ReadonlyMap<string, string> {
  const files = FOLDERS.flatMap((folder) => listFiles(folder)).filter((path) =>
    /\.(?:ts|mjs|js)$/.test(path),
  );
  const config = readdirSync(PROJECT_ROOT).filter((path) => /\.config\.(?:ts|mjs|js)$/.test(path));
  return new Map(
    [...files, ...config].flatMap((file) =>
      listImports(readFileSync(join(PROJECT_ROOT, file), 'utf8')).map((name) => [name, file] as const),
    ),
  );
}

function listFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    });
}

/** Statements, `import()`, `require()` and `require.resolve()`; a comment or a string may look like one. */
function listImports(source: string): string[] {
  const specifiers = source.matchAll(
    /^(?:import|export|\} from)\b(?:[^'"\n]*\bfrom)?\s*['"]([^'"]+)['"]|\b(?:import|require(?:\.resolve)?)\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...specifiers]
    .map(([, statement, call]) => statement ?? call ?? '')
    .filter((specifier) => /^[@a-z]/.test(specifier) && !isBuiltin(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}
