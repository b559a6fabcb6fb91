// Watches the spec and the functions' sources: the user's own, or those of a clone. The npm package has finished zips.
import { join } from 'node:path';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { isClone } from '../../generator/cache.mjs';
import { watchPath } from '../../generator/watch-path.ts';

export interface WatchedSources {
  readonly projectRoot: string;
  /** Absolute. */
  readonly specFile: string;
  readonly ownHandlers: OwnHandlers | undefined;
}

/** Editors save in several steps. */
const QUIET_MS = 100;

/** Calls `onSave` with the path of a saved file, one call at a time. Returns a function that ends it. */
export function watchPackages(sources: WatchedSources, onSave: (path: string) => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const note = (path: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => onSave(path));
    }, QUIET_MS);
  };
  const noteSource = (path: string): void => {
    if (/\.(?:ts|json)$/.test(path) && !path.endsWith('.test.ts')) note(path);
  };
  const stops = [
    watchPath(sources.specFile, note),
    ...findFolders(sources).map((folder) => watchPath(folder, noteSource)),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function findFolders({ projectRoot, ownHandlers }: WatchedSources): string[] {
  if (ownHandlers !== undefined) return [join(ownHandlers.root, ownHandlers.folder)];
  return isClone(projectRoot) ? [join(projectRoot, 'handlers')] : [];
}
