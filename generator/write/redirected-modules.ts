// Finds lists of installed modules (`.terraform/modules`) that lead to other folders than the configuration.
import { join, posix } from 'node:path';
import { type FileSystem, readErrorCode } from './file-system.ts';

const DATA_FOLDER = '.terraform';
const LIST = 'modules/modules.json';

interface InstalledModule {
  readonly Key?: unknown;
  readonly Source?: unknown;
  readonly Dir?: unknown;
}

/**
 * `terraform init` loads a module from the folder in this list while the source is unchanged, so a committed list can
 * replace the tree's configuration by another one. Paths relative to `outDir`.
 */
export function findRedirectedModules(outDir: string, fileSystem: FileSystem): string[] {
  const names = unlessMissing(() => fileSystem.list(join(outDir, DATA_FOLDER))) ?? [];
  // An environment with its own state bucket has its own data folder below. Follows links, as Terraform does.
  return [DATA_FOLDER, ...names.map((name) => `${DATA_FOLDER}/${name}`)]
    .map((folder) => `${folder}/${LIST}`)
    .filter((path) => {
      const bytes = unlessMissing(() => fileSystem.read(join(outDir, path)));
      return bytes !== undefined && isRedirected(readModules(bytes));
    });
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(readErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** A module with a local source must be in that folder, relative to the calling module. */
function isRedirected(modules: readonly InstalledModule[] | undefined): boolean {
  if (modules === undefined) return true;
  const folders = new Map(modules.map(({ Key, Dir }) => [Key, String(Dir)]));
  return modules.some(({ Key, Source, Dir }) => {
    if (typeof Source !== 'string' || !/^\.\.?\//.test(Source)) return Key === '' && Dir !== '.';
    const caller = folders.get(String(Key).split('.').slice(0, -1).join('.')) ?? '.';
    return Dir !== posix.normalize(posix.join(caller, Source));
  });
}

/** Undefined for a list that Terraform did not write. */
function readModules(bytes: Uint8Array): readonly InstalledModule[] | undefined {
  try {
    const { Modules } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return Array.isArray(Modules) ? Modules : undefined;
  } catch {
    return undefined;
  }
}
