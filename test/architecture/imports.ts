// The imports between files, and violations of their rules. Reads the source text, because imports of types count, too,
// and esbuild drops those.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { findLayer } from './layers.ts';

/** Every file -> the files that it imports; paths are relative to the project. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const CODE = /\.(?:tsx?|mjs)$/;
/** `import … from`, `export … from` and `import '…'` begin a line; `import('…')` also occurs in comments with types. */
const IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

export function readSources(projectRoot: string, folders: readonly string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => CODE.test(path) && !/(?:^|\/)(?:node_modules|testdata)\//.test(path))
      .map((path) => posix.join(folder, path)),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(projectRoot, path), 'utf8')]));
}

export function parseImports(sources: ReadonlyMap<string, string>): Imports {
  return new Map(
    [...sources].map(([path, text]) => {
      const specifiers = [...text.matchAll(IMPORT)].map(([, from, bare, call]) => from ?? bare ?? call ?? '');
      return [path, specifiers.map((specifier) => posix.join(posix.dirname(path), specifier))];
    }),
  );
}

/** Imports from a later layer, and files without a layer. Tests are exempt. */
export function findWrongWays(imports: Imports): string[] {
  return [...imports]
    .filter(([path]) => !isTest(path))
    .flatMap(([path, targets]) => {
      const layer = findLayer(path);
      if (layer === -1) return [`${path} is in none of the layers`];
      return targets
        .filter((target) => findLayer(target) > layer)
        .map((target) => `${path} imports ${target} from a later layer`);
    });
}

/** Imports of tests, their support or their data by other files. */
export function findImportsOfTests(imports: Imports): string[] {
  return [...imports]
    .filter(([path]) => !isTest(path) && !path.startsWith('test/'))
    .flatMap(([path, targets]) =>
      targets
        .filter(
          (target) => isTest(target) || target.startsWith('test/') || target.split('/').includes('testdata'),
        )
        .map((target) => `${path} imports ${target}`),
    );
}

/** Circular imports: Tarjan's strongly connected components. */
export function findCycles(imports: Imports): string[][] {
  const visits = new Map<string, { readonly index: number; low: number; isOpen: boolean }>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): { low: number; isOpen: boolean } => {
    const own = { index: visits.size, low: visits.size, isOpen: true };
    visits.set(path, own);
    open.push(path);
    for (const target of imports.get(path) ?? []) {
      const other = visits.get(target) ?? visit(target);
      if (other.isOpen) own.low = Math.min(own.low, other.low);
    }
    if (own.low === own.index) {
      const group = open.splice(open.indexOf(path));
      for (const member of group) Object.assign(visits.get(member) ?? {}, { isOpen: false });
      if (group.length > 1 || imports.get(path)?.includes(path)) cycles.push(group.sort());
    }
    return own;
  };
  for (const path of imports.keys()) if (!visits.has(path)) visit(path);
  return cycles.sort();
}

function isTest(path: string): boolean {
  return /\.test\.ts$/.test(path);
}
