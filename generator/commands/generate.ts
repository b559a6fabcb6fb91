// generate: turns the spec into the output tree, or previews the changes.
import { dirname, resolve } from 'node:path';
import {
  type CommandContext,
  defineCommand,
  EXIT_DONE,
  EXIT_PROBLEM,
  type Values,
} from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { Problem } from '../command-line/problem.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type GeneratedTree, type GenerateOptions, generateTree } from '../generate.ts';
import { showStages } from '../report/show-stages.ts';
import { describePlan } from '../write/change-plan.ts';
import { describeCheck } from '../write/check-tree.ts';
import { readChanges } from '../write/file-changes.ts';
import { findMisplacedOutput } from '../write/output-folder.ts';
import { checkTrees, compareTrees, locateTrees, writeTrees } from '../write/workflow-tree.ts';
import { CONFIG_OPTION, FORMAT_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

const OPTIONS = {
  config: CONFIG_OPTION,
  out: { type: 'string', value: 'folder', default: 'out', description: 'the folder to write' },
  check: {
    type: 'boolean',
    description: 'write nothing; exit with 1 when the folder is stale, and say what differs',
  },
  'dry-run': { type: 'boolean', description: 'write nothing; say which files would change' },
  diff: { type: 'boolean', description: 'write nothing; show what would change as a unified diff' },
  watch: {
    type: 'boolean',
    description: 'run again whenever the spec, the handlers or the generator change',
  },
  'drop-region': {
    type: 'string',
    value: 'region',
    multiple: true,
    description: 'drop a retiring region for good, once nothing is deployed there',
  },
  'allow-replace': {
    type: 'boolean',
    description: 'continue even if a change would destroy a bucket or a table',
  },
  fresh: {
    type: 'boolean',
    description: 'declare that nothing is deployed (never, or all destroyed): skips the guards',
  },
  format: FORMAT_OPTION,
} as const;

type Arguments = Values<typeof OPTIONS>;

export const generate = defineCommand({
  name: 'generate',
  text: 'Checks the spec and writes Terraform and the two Lambda packages.',
  options: OPTIONS,
  run: (values, context) => (values.watch ? watch(values, context) : runOnce(values, context)),
});

async function runOnce(values: Arguments, context: CommandContext): Promise<number> {
  const { config, out, format } = values;
  const { projectRoot, workingDir } = context;
  const misplaced = findMisplacedOutput(out, { workingDir, projectRoot, specFile: config });
  if (misplaced !== undefined) return refuse([misplaced], 'nothing was written', format, context);
  const stages = showStages(context.terminal);
  const options: GenerateOptions = {
    specFile: config,
    workingDir,
    projectRoot,
    outDir: out,
    dropRegions: values['drop-region'],
    allowReplace: values['allow-replace'],
    isFresh: values.fresh,
    isCheck: values.check,
    onStage: stages.begin,
  };
  const tree = await generateTree(options).finally(stages.end);
  if (!tree.ok) return refuse(tree.diagnostics, `nothing in ${out} was changed`, format, context);
  const run = { tree: tree.value, warnings: tree.warnings, values, context };
  if (values.check) return reportCheck(run);
  if (values.diff || values['dry-run']) return preview(run);
  return write(run);
}

/** A tree that is ready to be written, and how to report it. */
interface Run {
  readonly tree: GeneratedTree;
  readonly warnings: readonly Diagnostic[];
  readonly values: Arguments;
  readonly context: CommandContext;
}

/** With `--format json`, stdout carries only JSON. */
function report({ values, context: { terminal } }: Run, lines: readonly string[]): void {
  if (values.format === 'json') terminal.note(lines);
  else terminal.print(lines);
}

function write(run: Run): number {
  const { tree, values, context } = run;
  const { out, format } = values;
  const written = writeTrees(locateTrees(tree, values));
  if (!written.ok)
    return refuse([...run.warnings, ...written.diagnostics], `${out} was not generated`, format, context);
  printDiagnostics([...run.warnings, ...written.warnings], format, context);
  const sizes = tree.functions.map(({ name, zipBytes }) => `lambda/${name}.zip: ${formatSize(zipBytes)}`);
  report(run, [...describePlan(written.value), ...sizes]);
  return EXIT_DONE;
}

/** Prints the changes that a run would make; writes nothing. */
async function preview(run: Run): Promise<number> {
  const { tree, values, context } = run;
  const { out, diff, format } = values;
  const { terminal, workingDir } = context;
  const plan = compareTrees(locateTrees(tree, values));
  if (plan.conflicts.length > 0)
    return refuse([...run.warnings, ...plan.conflicts], `${out} cannot be generated`, format, context);
  printDiagnostics([...run.warnings, ...plan.warnings], format, context);
  if (diff) {
    // Loaded lazily: only `--diff` needs it.
    const { renderDiff } = await import('../report/render-diff.ts');
    const text = renderDiff(readChanges(plan, resolve(workingDir, out)), terminal.colour.out);
    if (format === 'json') terminal.writeError(text);
    else terminal.write(text);
  }
  const lines = describePlan(plan).map((line) =>
    line.replace(/^(created|changed|deleted) /, 'would be $1: '),
  );
  const shown = diff ? lines.slice(-1) : lines;
  report(run, [...shown.slice(0, -1), `${shown.at(-1)} (nothing was written)`]);
  return EXIT_DONE;
}

function reportCheck(run: Run): number {
  const { tree, values, context } = run;
  const { out, format } = values;
  const checked = checkTrees(locateTrees(tree, values));
  printDiagnostics([...run.warnings, ...checked.conflicts, ...checked.warnings], format, context);
  report(run, describeCheck(checked));
  if (!checked.isStale) {
    report(run, [`${out} is up to date`]);
    return EXIT_DONE;
  }
  context.terminal.note(
    checked.conflicts.length > 0
      ? `${out} is refused: see the hints above.`
      : `${out} is stale: run \`npx sonotheia generate\` and commit the result.`,
  );
  return EXIT_PROBLEM;
}

async function watch(values: Arguments, context: CommandContext): Promise<number> {
  const { config, out, format } = values;
  const { terminal, projectRoot, workingDir } = context;
  if (values['drop-region'].length > 0 || values['allow-replace'] || values.fresh)
    throw new Problem({
      what: '--drop-region, --allow-replace and --fresh are decisions for a single run: leave --watch out.',
    });
  const { watchAndRun } = await import('../watch.ts');
  const spec = await loadResolvedSpec(config, context);
  const handlers = spec.ok ? spec.value.handlers : null;
  const specFile = resolve(workingDir, config);
  const main = resolve(projectRoot, 'generator', 'main.mjs');
  await watchAndRun({
    projectRoot,
    specFile,
    folders: handlers === null ? [] : [resolve(dirname(specFile), handlers)],
    command: [process.execPath, [main, 'generate', '--config', config, '--out', out, '--format', format]],
    onEvent: (path) => terminal.print(['', `${path} changed`]),
  });
  return EXIT_DONE;
}

function formatSize(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
