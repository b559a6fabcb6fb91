// Checks that the generated tree, zips included, matches the spec: otherwise the deployment would differ from the review.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../generator/command-line/command.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import { generateTree } from '../../generator/generate.ts';
import { type CheckReport, describeCheck, describeExtraFiles } from '../../generator/write/check-tree.ts';
import { findMisplacedOutput } from '../../generator/write/output-folder.ts';
import { checkTrees, locateTrees } from '../../generator/write/workflow-tree.ts';

const PACKAGES = ['webhook_handler.zip', 'audio_processor.zip'];

export interface GeneratedFolder {
  readonly config: string;
  readonly outDir: string;
}

/** Throws a `Problem` if the folder is stale. Ignores warnings: the generator printed them when it wrote the folder. */
export async function checkGenerated(
  { config, outDir }: GeneratedFolder,
  context: Pick<CommandContext, 'terminal' | 'projectRoot' | 'workingDir'>,
): Promise<void> {
  const { report, diagnostics } = await compareFolder({ config, outDir }, context);
  if (report === undefined || report.isStale)
    throw new Problem({
      what: `${outDir} does not match ${config}. Nothing was changed.`,
      diagnostics,
      why: report === undefined ? undefined : describeCheck(report).join('\n'),
      fix: diagnostics.some(({ code }) => code === 'SONO510' || code === 'SONO512')
        ? 'as the hint says: every file that Terraform reads is generated, or named in the spec and there'
        : 'run `npx sonotheia generate`, look at the diff, commit it',
    });
  context.terminal.note(describeExtraFiles(report.extraFiles));
  const missing = PACKAGES.filter((name) => !existsSync(join(outDir, 'lambda', name)));
  if (missing.length > 0)
    throw new Problem({
      what: `${missing.join(' and ')} of ${outDir}/lambda ${missing.length === 1 ? 'is' : 'are'} not built on this machine.`,
      fix: 'run `npx sonotheia generate`: packages are not committed',
    });
}

interface Comparison {
  /** Undefined if there is no tree to compare. */
  readonly report: CheckReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares like `generate --check`. */
async function compareFolder(
  { config, outDir }: GeneratedFolder,
  { projectRoot, workingDir }: Pick<CommandContext, 'projectRoot' | 'workingDir'>,
): Promise<Comparison> {
  const misplaced = findMisplacedOutput(outDir, { workingDir, projectRoot, specFile: config });
  if (misplaced !== undefined) return { report: undefined, diagnostics: [misplaced] };
  const tree = await generateTree({
    specFile: config,
    workingDir,
    projectRoot,
    outDir,
    dropRegions: [],
    allowReplace: false,
    isFresh: false,
    isCheck: true,
  });
  if (!tree.ok) return { report: undefined, diagnostics: tree.diagnostics };
  const report = checkTrees(locateTrees(tree.value, { config, out: outDir }));
  return { report, diagnostics: [...report.conflicts, ...report.warnings] };
}
