// argv -> exit code. The only file that touches the process and its streams.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Diagnostic } from './diagnostics.ts';
import { type GeneratedTree, type GenerateOptions, generateTree } from './generate.ts';
import { rememberRun } from './launcher/stamp.mjs';
import { formatDiagnostics } from './report/format-diagnostics.ts';
import { watchAndRun } from './watch.ts';
import { type ChangePlan, describePlan, withoutChanges } from './write/change-plan.ts';
import { checkTree } from './write/check-tree.ts';
import { compareTree } from './write/compare-tree.ts';
import { createManifest, formatManifest } from './write/manifest.ts';
import { MANIFEST_PATH } from './write/output-path.ts';
import { writeTree } from './write/write-tree.ts';

const HELP = `Usage: npm run generate -- [options]

Checks sonotheia.config.yaml and writes Terraform and two Lambda packages.

  --config <file>  the spec to read (default: sonotheia.config.yaml)
  --out <folder>   the folder to write (default: out)
  --check          write nothing; exit with 1 when the folder is stale, and say what differs
  --watch          run again whenever the spec, the handlers or the generator change
  --help           show this text

Exit codes: 0 done, 1 a problem in the input or a stale folder, 2 a fault of the generator.
`;

export const EXIT_DONE = 0;
export const EXIT_PROBLEM = 1;
export const EXIT_FAULT = 2;

interface Arguments {
  readonly config: string;
  readonly out: string;
  readonly check: boolean;
  readonly watch: boolean;
  readonly help: boolean;
}

/** Runs the generator and returns the exit code. `projectRoot` holds the handlers and node_modules. */
export async function main(argv: readonly string[], projectRoot: string): Promise<number> {
  try {
    return await run(argv, projectRoot);
  } catch (error) {
    printError(
      `This is a fault of the generator, not of your spec:\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return EXIT_FAULT;
  }
}

async function run(argv: readonly string[], projectRoot: string): Promise<number> {
  const values = readArguments(argv);
  if (typeof values === 'string') {
    printError(`${values}\n\n${HELP}`);
    return EXIT_PROBLEM;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT_DONE;
  }
  if (values.watch) return await watch(argv, values, projectRoot);
  return await generate(values, projectRoot);
}

function readArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', default: 'sonotheia.config.yaml' },
        out: { type: 'string', default: 'out' },
        check: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function generate(arguments_: Arguments, projectRoot: string): Promise<number> {
  const options: GenerateOptions = { specFile: arguments_.config, workingDir: process.cwd(), projectRoot };
  const tree = await generateTree(options);
  if (!tree.ok) return refuse(tree.diagnostics, `nothing in ${arguments_.out} was changed`);
  printDiagnostics(tree.warnings);
  if (arguments_.check) return reportCheck(tree.value, arguments_.out);
  return write(tree.value, arguments_, projectRoot, tree.warnings.length > 0);
}

function write(
  tree: GeneratedTree,
  { config, out }: Arguments,
  projectRoot: string,
  warned: boolean,
): number {
  const outDir = resolve(out);
  const written = writeTree(compareTree(tree.files, outDir), outDir);
  if (!written.ok) return refuse(written.diagnostics, `${out} was not generated`);
  printDiagnostics(written.warnings);
  const sizes = tree.functions.map(({ name, zipBytes }) => `lambda/${name}.zip: ${formatSize(zipBytes)}`);
  const formatReport = (plan: ChangePlan): string => `${[...describePlan(plan), ...sizes].join('\n')}\n`;
  process.stdout.write(formatReport(written.value));
  // A run that warned is not remembered: the next one is to warn again.
  if (!warned && written.warnings.length === 0) {
    const manifest = { path: MANIFEST_PATH, contents: formatManifest(createManifest(tree.files)) };
    const output = formatReport(withoutChanges(written.value));
    const { bundleInputs } = tree;
    rememberRun({ projectRoot, config, out, bundleInputs, files: [...tree.files, manifest], output });
  }
  return EXIT_DONE;
}

function reportCheck(tree: GeneratedTree, out: string): number {
  const report = checkTree(tree.files, resolve(out));
  printDiagnostics([...report.conflicts, ...report.warnings]);
  for (const path of report.notBuiltHere)
    process.stdout.write(`not built here: ${path} (the manifest has its hash)\n`);
  for (const { path, kind } of report.differences) process.stdout.write(`${kind}: ${path}\n`);
  if (!report.isStale) {
    process.stdout.write(`${out} is up to date\n`);
    return EXIT_DONE;
  }
  printError(`${out} is stale: run \`npm run generate\` and commit the result.`);
  return EXIT_PROBLEM;
}

function refuse(diagnostics: readonly Diagnostic[], consequence: string): number {
  printDiagnostics(diagnostics);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  printError(`${errors} ${errors === 1 ? 'problem' : 'problems'}; ${consequence}.`);
  return EXIT_PROBLEM;
}

async function watch(argv: readonly string[], { config }: Arguments, projectRoot: string): Promise<number> {
  const runArguments = argv.filter((argument) => argument !== '--watch');
  await watchAndRun({
    projectRoot,
    specFile: resolve(config),
    command: [process.execPath, [process.argv[1] ?? '', ...runArguments]],
    onEvent: (text) => process.stdout.write(`${text}\n`),
  });
  return EXIT_DONE;
}

function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  process.stderr.write(formatDiagnostics(diagnostics, { format: 'text', colour: false, readSource }));
}

/** For code frames alone: a file that has gone since it was read is shown without. */
function readSource(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

function formatSize(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
