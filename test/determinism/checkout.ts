// Copies the project's sources into a separate folder and runs the generator there as a separate process.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { execa } from 'execa';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = [
  ...['generator', 'handlers', 'schema', 'scripts', 'templates'],
  ...['package.json', 'package-lock.json'],
];

/** The differences between two machines. */
export interface Surroundings {
  /** Octal, such as `077`. */
  readonly umask: string;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds since 1970: when the sources were checked out. */
  readonly checkedOutAt: number;
}

/** Copied, not linked: their code is in the zips and their paths in source maps. */
const BUNDLED_SCOPES = ['@aws', '@aws-lambda-powertools', '@aws-sdk', '@smithy'];

/** The sources without their tests, and the packages. */
export function createCheckout(folder: string, { checkedOutAt, umask }: Surroundings): void {
  for (const source of SOURCES) {
    cpSync(join(PROJECT_ROOT, source), join(folder, source), {
      recursive: true,
      filter: (path) => !/testdata|\.test\.ts$/.test(path),
    });
  }
  mkdirSync(join(folder, 'node_modules'));
  const packages = readdirSync(join(PROJECT_ROOT, 'node_modules')).filter((name) => !name.startsWith('.'));
  for (const name of packages) {
    const [from, to] = [PROJECT_ROOT, folder].map((root) => join(root, 'node_modules', name)) as [
      string,
      string,
    ];
    if (BUNDLED_SCOPES.includes(name))
      cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
    else symlinkSync(from, to);
  }
  const mode = 0o666 & ~Number.parseInt(umask, 8);
  for (const path of listFiles(folder)) {
    chmodSync(path, mode);
    utimesSync(path, checkedOutAt, checkedOutAt);
  }
}

/** Path, `/`-separated, relative to the checkout -> contents of every file that the generator wrote. */
export async function generateIn(
  folder: string,
  spec: string,
  { umask, env }: Surroundings,
): Promise<ReadonlyMap<string, Buffer>> {
  writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);
  await runIn(folder, { umask, env }, ['generator/main.mjs', 'generate']);
  const files = ['out', '.github'].flatMap((root) => listFiles(join(folder, root)));
  return new Map(
    files.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)] as const),
  );
}

/** Runs `node` there. Returns standard output. */
export async function runIn(
  folder: string,
  { umask, env }: Pick<Surroundings, 'umask' | 'env'>,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await execa(
    'sh',
    ['-c', 'umask "$1"; shift; exec "$@"', 'sh', umask, process.execPath, ...args],
    {
      cwd: folder,
      env,
    },
  );
  return stdout;
}

/** The paths whose contents differ, or that exist in only one of them. */
export function listDifferences(a: ReadonlyMap<string, Buffer>, b: ReadonlyMap<string, Buffer>): string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  return paths.filter((path) => {
    const [left, right] = [a.get(path), b.get(path)];
    return left === undefined || right === undefined || !left.equals(right);
  });
}

function listFiles(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
