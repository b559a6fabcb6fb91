// Builds the page: one HTML, one script, one style sheet. The package contains them; a clone builds them when the page is
// opened, which takes a fraction of a second.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface PageFile {
  /** `index.html`, `page.js`, … */
  readonly path: string;
  readonly contentType: string;
  readonly contents: Uint8Array;
}

/** The sources, relative to the project. */
const FOLDER = join('scripts', 'console', 'page');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export async function buildPage(projectRoot: string): Promise<readonly PageFile[]> {
  const folder = join(projectRoot, FOLDER);
  const { outputFiles } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [
      { in: join(folder, 'main.tsx'), out: 'page' },
      { in: join(folder, 'page.css'), out: 'page' },
    ],
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  });
  const built = outputFiles.map(({ path, contents }) => toFile(path.slice(folder.length + 1), contents));
  const fixed = ['index.html', 'icon.svg'].map(async (path) =>
    toFile(path, await readFile(join(folder, path))),
  );
  return [...(await Promise.all(fixed)), ...built];
}

/** Reads the files of `buildPage` from a folder. */
export async function readPage(folder: string): Promise<readonly PageFile[]> {
  const names = Object.keys(CONTENT_TYPES);
  return await Promise.all(names.map(async (path) => toFile(path, await readFile(join(folder, path)))));
}

function toFile(path: string, contents: Uint8Array): PageFile {
  const contentType = CONTENT_TYPES[path];
  if (contentType === undefined) throw new Error(`The page has an unexpected file ${path}`);
  return { path, contentType, contents };
}
