// Records in the generated folder whether an environment is deployed, so that the next generation knows it on every machine.
import { join, relative } from 'node:path';
import type { Terminal } from '../../generator/command-line/terminal.ts';
import { formatRecord } from '../../generator/lifecycle/build-record.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { parseRecord } from '../../generator/lifecycle/parse-record.ts';
import { RECORD_PATH } from '../../generator/write/output-path.ts';
import { rewriteFile } from '../../generator/write/write-tree.ts';

export interface SeenDeployment {
  readonly outDir: string;
  readonly environment: string;
  readonly isDeployed: boolean;
}

/** A failed write is reported with its reason, and does not fail the command, whose work is done. */
export function recordDeployment(
  { outDir, environment, isDeployed }: SeenDeployment,
  terminal: Terminal,
): void {
  const file = join(relative('', outDir), RECORD_PATH);
  let isChanged = false;
  const edit = (contents: Uint8Array): Uint8Array | undefined => {
    const record = parseRecord(contents, file);
    if (!record.ok) return undefined;
    const marked = setDeployed(record.value, isDeployed ? 'yes' : 'no', environment);
    const edited = Buffer.from(formatRecord(marked));
    isChanged = Buffer.compare(contents, edited) !== 0;
    return edited;
  };
  const what = `${environment} is ${isDeployed ? '' : 'not '}deployed`;
  try {
    if (!rewriteFile(outDir, RECORD_PATH, edit))
      terminal.note(`${file} does not say that ${what}, because it was changed by hand.`);
    else if (isChanged) terminal.note(`${file} now says that ${what}. Commit it: it guards your data.`);
  } catch (error) {
    terminal.note(`${file} does not say that ${what}: ${error instanceof Error ? error.message : error}`);
  }
}
