// Texts name a page of the documents as docs/<page>.md, where a clone has it.
import { join, relative, sep } from 'node:path';
import { isClone } from '../cache.mjs';

/** A page, not after a folder: `docs/` is part of many addresses. */
const PAGE = /(?<![\w/.-])docs(?=\/[a-z-]+\.md\b)/g;

/** The folder of the documents, as the user's folder refers to it. `projectRoot`: root of this package. */
export function locateDocuments(projectRoot: string, workingDir: string): string {
  if (isClone(projectRoot)) return 'docs';
  return relative(workingDir, join(projectRoot, 'docs')).split(sep).join('/');
}

/** Names the pages in `folder` instead. */
export function nameDocuments(text: string, folder: string): string {
  return text.replace(PAGE, () => folder);
}
