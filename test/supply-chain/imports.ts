// Lists the packages that the project's own code imports.
import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['generator', 'handlers', 'scripts', 'test'];

/**
 * The names of imported packages -> one file that imports each. Imports of types only are left out:
 * `tsc` refuses missing packages.
 */
export async function findImportedPackages(): Promise<ReadonlyMap<string, string>> {
  const files = FOLDERS.flatMap((folder) => listFiles(folder)).filter((path) => isCode(path));
  const configs = readdirSync(PROJECT_ROOT).filter((path) => /\.config\.(?:ts|mjs|js)$/.test(path));
  const found = new Map<string, string>();
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [...files, ...configs],
    bundle: true,
    write: false,
    outdir: 'unwritten',
    format: 'esm',
    logLevel: 'error',
    platform: 'node',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [
      {
        name: 'imports',
        setup(esbuild) {
          esbuild.onResolve({ filter: /./ }, ({ kind, path, importer }) => {
            if (kind === 'entry-point') return undefined;
            if (/^[@a-z]/.test(path) && !isBuiltin(path)) {
              found.set(nameOfPackage(path), relative(PROJECT_ROOT, importer));
            }
            return { path, external: true };
          });
        },
      },
    ],
  });
  return found;
}

function isCode(path: string): boolean {
  return /\.(?:tsx?|mjs|js)$/.test(path) && !path.endsWith('.d.ts');
}

function listFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    });
}

function nameOfPackage(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
