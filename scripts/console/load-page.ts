// Finds the page: built in the package, from its sources in a clone.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_FILES, PAGE_FOLDER, PAGE_SOURCES, type PageFile } from './page-files.ts';

/** Reads the built page of the package; builds that of a clone. */
export async function loadPage(projectRoot: string): Promise<readonly PageFile[]> {
  if (existsSync(join(projectRoot, PAGE_SOURCES))) {
    const { buildPage } = await import('./build-page.ts');
    return (await buildPage(projectRoot)).files;
  }
  const read = async ({ path, contentType }: (typeof PAGE_FILES)[number]): Promise<PageFile> => ({
    path,
    contentType,
    contents: await readFile(join(projectRoot, PAGE_FOLDER, path)),
  });
  return await Promise.all(PAGE_FILES.map(read));
}
