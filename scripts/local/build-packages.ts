// The functions' packages, as `npx sonotheia generate` builds them.
import { bundleHandlers } from '../../generator/bundle/bundle-handlers.ts';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import type { CommandContext } from '../../generator/command-line/command.ts';
import { printDiagnostics } from '../../generator/command-line/print-diagnostics.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { Packages } from './engine/local-system.ts';

/** Prints warnings. @throws Problem when a source has a mistake */
export async function buildPackages(
  { runtime, sourceMaps }: ResolvedSpec,
  ownHandlers: OwnHandlers | undefined,
  context: CommandContext,
): Promise<Packages> {
  const { projectRoot } = context;
  const bundle = await bundleHandlers({ projectRoot, ownHandlers, runtime, sourceMaps });
  if (!bundle.ok)
    throw new Problem({ what: 'The functions cannot be packaged.', diagnostics: bundle.diagnostics });
  printDiagnostics(bundle.warnings, 'text', context);
  const find = (name: string): Uint8Array => {
    const file = bundle.value.files.find(({ path }) => path === `lambda/${name}.zip`);
    if (file === undefined) throw new Error(`no package ${name}`);
    return Buffer.from(file.contents);
  };
  return { webhook_handler: find('webhook_handler'), audio_processor: find('audio_processor') };
}
