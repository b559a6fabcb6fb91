// The commands in the shell blocks of a document.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './deployment/generated-tree.ts';

export interface DocumentedCommand {
  /** The heading of the second level. */
  readonly section: string;
  /** The number of the block in its section. */
  readonly block: number;
  /** Without a comment. */
  readonly command: string;
}

export function listDocumentedCommands(path: string): DocumentedCommand[] {
  const sections = readFileSync(join(PROJECT_ROOT, path), 'utf8').split(/^## /m);
  return sections.flatMap((text) => {
    const section = text.slice(0, text.indexOf('\n'));
    const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```/gm)];
    return blocks.flatMap(([, lines = ''], block) =>
      lines
        .split('\n')
        .map((line) => line.replace(/ +#.*$/, ''))
        .filter((line) => line !== '')
        .map((command) => ({ section, block, command })),
    );
  });
}
