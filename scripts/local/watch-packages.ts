// Watches the functions' sources, in a clone: the npm package has the finished zips.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { isClone } from '../../generator/cache.mjs';

/** Editors save in several steps. */
const QUIET_MS = 100;

/** Calls `onSave` with the path of a saved file, one call at a time. Returns a function that ends it. */
export function watchPackages(projectRoot: string, onSave: (path: string) => Promise<void>): () => void {
  if (!isClone(projectRoot)) return () => {};
  const folder = join(projectRoot, 'handlers');
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || !/\.(?:ts|json)$/.test(name) || name.endsWith('.test.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => onSave(join('handlers', name)));
    }, QUIET_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
