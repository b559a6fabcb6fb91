// Builds the page: one HTML file, one script, one style sheet, one icon. The package contains them; a clone builds them
// when a command serves the page, which takes a fraction of a second.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PAGE_FILES, PAGE_SOURCES, type PageFile } from './page-files.ts';

export interface BuiltPage {
  readonly files: readonly PageFile[];
  /** The modules in it, relative to the project: their licences belong to the package. */
  readonly modules: readonly string[];
}

export async function buildPage(projectRoot: string): Promise<BuiltPage> {
  const folder = join(projectRoot, PAGE_SOURCES);
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [
      { in: join(folder, 'main.tsx'), out: 'page' },
      { in: join(folder, 'page.css'), out: 'page' },
    ],
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  });
  const built = new Map(outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents]));
  const files = PAGE_FILES.map(async ({ path, contentType }) => ({
    path,
    contentType,
    contents: built.get(path) ?? (await readFile(join(folder, path))),
  }));
  return { files: await Promise.all(files), modules: Object.keys(metafile.inputs) };
}
