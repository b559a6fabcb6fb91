// The pipeline: from a spec on disk to the output tree. Only the first stages (spec, record of the last generation) and
// the bundler read. Only the last stage writes, after all others have succeeded.
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { bundleHandlers } from './bundle/bundle-handlers.ts';
import type { BundledFunction } from './bundle/bundle-report.ts';
import { findOwnHandlers } from './bundle/own-handlers.ts';
import { compileSpec } from './compile-spec.ts';
import type { Result, SourceLocation } from './diagnostics/diagnostic.ts';
import type { GeneratedFile } from './generated-file.ts';
import { readStackRecord } from './lifecycle/read-record.ts';
import { readLocalStates } from './lifecycle/read-states.ts';
import { buildModel } from './model/build-model.ts';
import { renderTree } from './render/render-tree.ts';
import { renderWorkflow, renderWorkflowSteps } from './render/render-workflow.ts';
import { locateSetting } from './spec/locate-setting.ts';
import type { SpecPath } from './spec/path-text.ts';
import { readSpec } from './spec/read-spec.ts';
import { findIgnoredWorkflow, findMissingSchema } from './write/check-place.ts';
import { findClaimedFiles, findMissingFiles } from './write/foreign-terraform.ts';

export interface GenerateOptions {
  /** The spec's path as the user wrote it; diagnostics show it. */
  readonly specFile: string;
  /** The folder that `specFile` is relative to. */
  readonly workingDir: string;
  /** Holds `handlers/` and `node_modules/`. */
  readonly projectRoot: string;
  /** The output folder as the user wrote it; it holds the record of the last generation. */
  readonly outDir: string;
  /** Retiring regions to drop. */
  readonly dropRegions: readonly string[];
  /** Whether a change may destroy data; see docs/environments.md. */
  readonly allowReplace: boolean;
  /** Whether to treat every environment as not deployed. */
  readonly isFresh: boolean;
  /** Whether the tree is only compared with the folder. */
  readonly isCheck: boolean;
  /** Called at the start of each stage. */
  readonly onStage?: (name: string) => void;
}

/** The whole tree in memory. */
export interface GeneratedTree {
  readonly files: readonly GeneratedFile[];
  /** Relative to `.github/` beside the spec. */
  readonly workflowFiles: readonly GeneratedFile[];
  /** The user's own Terraform files that the spec names, relative to the output folder. */
  readonly extraFiles: readonly string[];
  readonly functions: readonly BundledFunction[];
}

/** Runs every stage except the writing. Returns problems of the spec and of the handlers as diagnostics. */
export async function generateTree(options: GenerateOptions): Promise<Result<GeneratedTree>> {
  const { specFile, workingDir, projectRoot, outDir, onStage } = options;
  onStage?.('checking the spec');
  const bytes = readSpec(resolve(workingDir, specFile), specFile);
  if (!bytes.ok) return bytes;
  const record = await readStackRecord(resolve(workingDir, outDir), outDir, options.isFresh);
  if (!record.ok) return record;
  const folder = { outDir: resolve(workingDir, outDir), shownDir: outDir };
  const states = await readLocalStates(folder, record.value);
  const continuation = { ...options, previous: record.value, states };
  const spec = compileSpec(specFile, bytes.value, continuation);
  if (!spec.ok) return spec;
  const { runtime, sourceMaps, extraFiles } = spec.value;
  const locate = (path: SpecPath): SourceLocation => locateSetting(specFile, bytes.value, path);
  const missing = findMissingFiles({ ...folder, isCheck: options.isCheck }, extraFiles, locate);
  if (options.isCheck && missing.length > 0)
    return { ok: false, diagnostics: [...missing, ...spec.warnings] };
  onStage?.('bundling the functions');
  // esbuild runs in its own process while the HCL is rendered. The steps below yield to its plugin in between.
  const ownHandlers = findOwnHandlers(
    spec.value,
    resolve(workingDir, specFile),
    locate(['build', 'handlers']),
  );
  const bundling = bundleHandlers({ projectRoot, ownHandlers, runtime, sourceMaps });
  // Avoid an unhandled rejection if another step fails first.
  bundling.catch(() => {});
  await setImmediate();
  const model = buildModel(spec.value);
  await setImmediate();
  const hcl = renderTree(model);
  await setImmediate();
  const workflow = renderWorkflow(model);
  const bundle = await bundling;
  if (!bundle.ok) return bundle;
  const { functions } = bundle.value;
  const files = [...hcl, ...bundle.value.files];
  const paths = files.map(({ path }) => path);
  const claimed = findClaimedFiles(extraFiles, paths, locate);
  if (claimed.length > 0) return { ok: false, diagnostics: [...claimed, ...spec.warnings] };
  const ignored = workflow.length === 0 ? [] : findIgnoredWorkflow(options, locate(['workflow']));
  const misplaced = [...ignored, ...findMissingSchema(options, bytes.value)];
  return {
    ok: true,
    value: {
      files,
      workflowFiles: workflow.length === 0 ? [] : [...workflow, ...renderWorkflowSteps()],
      extraFiles,
      functions,
    },
    warnings: [...spec.warnings, ...missing, ...misplaced, ...bundle.warnings],
  };
}
