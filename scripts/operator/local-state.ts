// Detects a local state that a killed Terraform left incomplete: it truncates the file before writing it, and treats an empty
// file as no state.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../generator/command-line/problem.ts';
import { isJson } from './is-json.ts';
import { type Place, quote } from './terraform-command.ts';

/** Throws a `Problem` with the command that restores the state from before that run. */
export function refuseTornState({ spec, outDir }: Pick<Place, 'spec' | 'outDir'>, workspace: string): void {
  if (spec.backend !== 'local') return;
  const folder = workspace === 'default' ? outDir : join(outDir, 'terraform.tfstate.d', workspace);
  const file = join(folder, 'terraform.tfstate');
  if (!existsSync(file) || isJson(readFileSync(file, 'utf8'))) return;
  const backup = `${file}.backup`;
  throw new Problem({
    what: `The state ${file} is broken. Nothing was changed.`,
    why: 'Terraform was killed while it wrote the file.',
    fix: existsSync(backup)
      ? `cp ${quote(backup)} ${quote(file)}, the state from before that run; then run this again: it finds later changes in AWS`
      : `it was the first run: rm ${quote(file)}, then npx sonotheia deploy lists what AWS has, with a command for each`,
  });
}
