// Watches the functions' sources: the user's own, or those of a clone. The npm package has finished zips.
import { watch } from 'node:fs';
import { join } from 'node:path';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { isClone } from '../../generator/cache.mjs';

/** Editors save in several steps. */
const QUIET_MS = 100;

/** Calls `onSave` with the path of a saved file, one call at a time. Returns a function that ends it. */
export function watchPackages(
  projectRoot: string,
  ownHandlers: OwnHandlers | undefined,
  onSave: (path: string) => Promise<void>,
): () => void {
  if (ownHandlers === undefined && !isClone(projectRoot)) return () => {};
  const { root, folder: name } = ownHandlers ?? { root: projectRoot, folder: 'handlers' };
  const folder = join(root, name);
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watcher = watch(folder, { recursive: true }, (_event, path) => {
    if (path === null || !/\.(?:ts|json)$/.test(path) || path.endsWith('.test.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => onSave(join(name, path)));
    }, QUIET_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
