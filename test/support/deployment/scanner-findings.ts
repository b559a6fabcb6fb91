// The tables of docs/security.md, so that document and tree cannot drift apart.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from './generated-tree.ts';

export interface ListedFindings {
  /** `CKV_AWS_59 aws_api_gateway_method.route`, each with a reason, sorted. */
  readonly accepted: readonly string[];
  /** In the same form: what Checkov reports although the tree meets it. */
  readonly reportedThoughMet: readonly string[];
  /** Ids that the default profile leaves out, sorted. */
  readonly leftOut: readonly string[];
}

/** Reads `| id | … |` rows below the two headings; throws where an accepted row gives no reason. */
export async function readListedFindings(): Promise<ListedFindings> {
  const text = await readFile(join(PROJECT_ROOT, 'docs/security.md'), 'utf8');
  const readFindings = (heading: string): string[] =>
    readRows(text, heading).flatMap(([id = '', resources = '', reason = '']) => {
      if (reason.length < 20) throw new Error(`docs/security.md gives no reason for ${id}`);
      return [...resources.matchAll(/`([^`]+)`/g)].map(([, address]) => `${id} ${address}`);
    });
  const accepted = readFindings('Accepted findings');
  const reportedThoughMet = readFindings('Reported although met').sort();
  const leftOut = readRows(text, 'What the default profile leaves out').map(([id = '']) => id);
  return { accepted: accepted.sort(), reportedThoughMet, leftOut: leftOut.sort() };
}

function readRows(text: string, heading: string): string[][] {
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| CKV'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
