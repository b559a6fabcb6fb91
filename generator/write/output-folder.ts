// Checks the folder of --out. A mistake, such as an unset variable in a script, must not write forty files into a home
// folder or a repository.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { MANIFEST_PATH } from './output-path.ts';

export interface OutputPlace {
  /** Base of relative paths. */
  readonly workingDir: string;
  /** Holds the generator itself. */
  readonly projectRoot: string;
  /** The spec's path as the user wrote it. */
  readonly specFile: string;
}

/** SONO511 if `out` (as the user wrote it) cannot be the folder of a tree. */
export function findMisplacedOutput(out: string, place: OutputPlace): Diagnostic | undefined {
  const reason = findReason(resolve(place.workingDir, out), place);
  if (reason === undefined) return undefined;
  return {
    code: 'SONO511',
    severity: 'error',
    what: `--out ${JSON.stringify(out)} ${reason}`,
    path: '',
    fix: 'name a folder of its own, such as `--out out`',
  };
}

function findReason(named: string, { workingDir, projectRoot, specFile }: OutputPlace): string | undefined {
  // A trial run must not follow a link, either.
  const folder = existsSync(named) ? realpathSync(named) : named;
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) return 'is not a folder';
  if (dirname(folder) === folder) return 'is the root of the disk';
  if (isWithin(homedir(), folder)) return 'is the home folder, or a parent of it';
  if (isWithin(resolve(workingDir), folder)) return 'is the current folder, or a parent of it';
  if (isWithin(dirname(resolve(workingDir, specFile)), folder))
    return 'is the folder of the spec, or a parent of it';
  if (isWithin(projectRoot, folder)) return 'holds the generator';
  if (existsSync(join(folder, '.git'))) return 'is a repository';
  if (/(?:^|[\\/])\.(?:git|github)(?:[\\/]|$)/.test(folder)) return 'belongs to git or GitHub';
  const [own = ''] = isWithin(folder, projectRoot) ? relative(projectRoot, folder).split(sep) : [];
  if (OWN_FOLDERS.has(own)) return `is in ${own}/, which is part of the generator`;
  const isOfSystem = dirname(dirname(folder)) === dirname(folder);
  if (isOfSystem && holdsOthers(folder)) return 'is a system folder';
  return undefined;
}

const OWN_FOLDERS = new Set(
  '.ci .vscode docs generator handlers node_modules schema scripts templates test'.split(' '),
);

/** Whether the folder has files and no tree. */
function holdsOthers(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, MANIFEST_PATH));
}

/** Whether `path` is `folder`, or below it. */
function isWithin(path: string, folder: string): boolean {
  const real = existsSync(path) ? realpathSync(path) : path;
  const way = relative(folder, real);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === real);
}
