// The workflow is a second tree with its own manifest, in `.github/` beside the spec, because GitHub reads workflows
// only from there. Both trees are compared before either is written. If a run dies between the two writes, `--check`
// reports it and the next run finishes.
import { dirname, join, resolve } from 'node:path';
import type { Result } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import type { ChangePlan } from './change-plan.ts';
import { type CheckReport, checkTree } from './check-tree.ts';
import { compareTree } from './compare-tree.ts';
import { nodeFileSystem } from './file-system.ts';
import { MANIFEST_PATH, STAGING_FOLDER } from './output-path.ts';
import { writeTree } from './write-tree.ts';

/** Path from the output folder to the workflow's tree, for reports. */
const FROM_OUT = '../.github';
/** The workflow's steps use this folder; a run with another `--out` is a trial and does not change the workflow. */
const DEPLOYED_FOLDER = 'out';

export interface Trees {
  readonly files: readonly GeneratedFile[];
  /** Relative to `.github/`. */
  readonly workflowFiles: readonly GeneratedFile[];
  /** The spec's own files, relative to the output folder. */
  readonly extraFiles: readonly string[];
  /** Absolute. */
  readonly outDir: string;
  /** `.github` beside the spec; undefined if this run must not change it. */
  readonly workflowDir: string | undefined;
}

/** Locates the trees of a run. `config` and `out` are as the user wrote them. */
export function locateTrees(
  generated: Pick<Trees, 'files' | 'workflowFiles' | 'extraFiles'>,
  { config, out }: { readonly config: string; readonly out: string },
): Trees {
  const { files, workflowFiles, extraFiles } = generated;
  const specDir = dirname(resolve(config));
  const outDir = resolve(out);
  const workflowDir = join(specDir, '.github');
  // A spec without a workflow removes the files of an earlier run, if there are any.
  const hasTrace = [MANIFEST_PATH, STAGING_FOLDER].some(
    (name) => nodeFileSystem.kindOf(join(workflowDir, name)) !== 'absent',
  );
  const hasWork = workflowFiles.length > 0 || hasTrace;
  return {
    files,
    workflowFiles,
    extraFiles,
    outDir,
    workflowDir: isDeployedFolder(outDir, specDir) && hasWork ? workflowDir : undefined,
  };
}

/** Whether a run with this output folder writes the workflow. */
export function isDeployedFolder(outDir: string, specDir: string): boolean {
  return outDir === join(specDir, DEPLOYED_FOLDER);
}

/** Writes both trees, or neither if one has a conflict; returns the combined plan. */
export function writeTrees({ files, workflowFiles, outDir, workflowDir }: Trees): Result<ChangePlan> {
  const plan = compareTree(files, outDir);
  if (workflowDir === undefined) return writeTree(plan, outDir);
  const workflowPlan = compareTree(workflowFiles, workflowDir);
  const conflicts = [...plan.conflicts, ...workflowPlan.conflicts];
  if (conflicts.length > 0) return { ok: false, diagnostics: conflicts };
  const written = writeTree(plan, outDir);
  if (!written.ok) return written;
  const workflowWritten = writeTree(workflowPlan, workflowDir);
  if (!workflowWritten.ok) return workflowWritten;
  return {
    ok: true,
    value: joinPlans(written.value, workflowWritten.value),
    warnings: [...written.warnings, ...workflowWritten.warnings],
  };
}

/** The combined change plan, with its conflicts. */
export function compareTrees({ files, workflowFiles, outDir, workflowDir }: Trees): ChangePlan {
  const plan = compareTree(files, outDir);
  if (workflowDir === undefined) return plan;
  const workflowPlan = compareTree(workflowFiles, workflowDir);
  return {
    ...joinPlans(plan, workflowPlan),
    conflicts: [...plan.conflicts, ...workflowPlan.conflicts],
    warnings: [...plan.warnings, ...workflowPlan.warnings],
  };
}

/** Checks whether both trees are up to date. Never writes. */
export function checkTrees({ files, workflowFiles, extraFiles, outDir, workflowDir }: Trees): CheckReport {
  const report = checkTree(files, outDir, { extraFiles });
  if (workflowDir === undefined) return report;
  const workflow = checkTree(workflowFiles, workflowDir);
  return {
    isStale: report.isStale || workflow.isStale,
    differences: [...report.differences, ...workflow.differences.map(inWorkflow)],
    notBuiltHere: report.notBuiltHere,
    extraFiles: report.extraFiles,
    conflicts: [...report.conflicts, ...workflow.conflicts],
    warnings: [...report.warnings, ...workflow.warnings],
  };
}

function joinPlans(plan: ChangePlan, workflow: ChangePlan): ChangePlan {
  return {
    ...plan,
    files: [...plan.files, ...workflow.files.map(inWorkflow)],
    create: [...plan.create, ...workflow.create.map(inWorkflow)],
    change: [...plan.change, ...workflow.change.map(inWorkflow)],
    delete: [...plan.delete, ...workflow.delete.map(inWorkflow)],
    same: [...plan.same, ...workflow.same.map((path) => `${FROM_OUT}/${path}`)],
    interrupted: plan.interrupted || workflow.interrupted,
  };
}

function inWorkflow<Item extends { readonly path: string }>(item: Item): Item {
  return { ...item, path: `${FROM_OUT}/${item.path}` };
}
