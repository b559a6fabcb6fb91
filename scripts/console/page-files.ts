// The files of the page.
import { join } from 'node:path';

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly contents: Uint8Array;
}

/** Relative to the project; the package does not contain them. */
export const PAGE_SOURCES = join('scripts', 'console', 'page');
/** The folder of the built files in the package. */
export const PAGE_FOLDER = join('dist', 'page');

export const PAGE_FILES = [
  { path: 'index.html', contentType: 'text/html; charset=utf-8' },
  { path: 'page.js', contentType: 'text/javascript; charset=utf-8' },
  { path: 'page.css', contentType: 'text/css; charset=utf-8' },
  { path: 'icon.svg', contentType: 'image/svg+xml' },
] as const;
