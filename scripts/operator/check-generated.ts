// The tree must be what the generator makes of the spec now, packages included: else something else is deployed than was
// reviewed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Problem } from '../../generator/command-line/problem.ts';
import type { Terminal } from '../../generator/command-line/terminal.ts';
import { EXTRA_FILE } from '../../generator/write/foreign-terraform.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const PACKAGES = ['webhook_handler.zip', 'audio_processor.zip'];

/** Throws a `Problem` where the folder is stale. What the generator warns of, it has said when it wrote the folder. */
export async function checkGenerated(
  { config, outDir }: { readonly config: string; readonly outDir: string },
  terminal: Terminal,
): Promise<void> {
  const generator = join(PROJECT_ROOT, 'generator', 'main.mjs');
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [generator, '--check', '--config', config, '--out', outDir],
    { reject: false, stdin: 'ignore' },
  );
  if (exitCode !== 0)
    throw new Problem({
      what: `${outDir} is not what the generator makes of ${config}. Nothing was changed.`,
      why: [stdout, stderr].filter((text) => text !== '').join('\n'),
      fix: stderr.includes('SONO510')
        ? 'as the hint says: what Terraform reads is generated, or named in the spec'
        : 'run `npm run generate`, look at the diff, commit it',
    });
  for (const line of stdout.split('\n').filter((text) => text.startsWith(EXTRA_FILE))) terminal.note(line);
  const missing = PACKAGES.filter((name) => !existsSync(join(outDir, 'lambda', name)));
  if (missing.length > 0)
    throw new Problem({
      what: `${missing.join(' and ')} of ${outDir}/lambda ${missing.length === 1 ? 'is' : 'are'} not built on this machine.`,
      fix: 'run `npm run generate`: packages are not committed',
    });
}
