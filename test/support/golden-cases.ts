// The golden cases: every folder in generator/testdata is a spec, and either the tree that it generates or its exact
// diagnostics. A case may have a past: the specs in previous/ are generated and deployed first, in the order of their names;
// options.json holds the options of the last generation.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import type { Continuation } from '../../generator/lifecycle/change.ts';
import { FIRST_GENERATION } from '../../generator/lifecycle/check-lifecycle.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { parseRecord } from '../../generator/lifecycle/parse-record.ts';
import { NO_RECORD, RECORD_PATH, type StackRecord } from '../../generator/lifecycle/stack-record.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { renderTree } from '../../generator/render/render-tree.ts';
import { renderWorkflow } from '../../generator/render/render-workflow.ts';
import { formatDiagnostics } from '../../generator/report/format-diagnostics.ts';

export const TESTDATA = join(import.meta.dirname, '../../generator/testdata');
export const SPEC = 'sonotheia.config.yaml';
export const cases = readdirSync(TESTDATA).sort();

export interface CaseResult {
  /** By path. */
  readonly files: Map<string, string>;
  /** As printed. */
  readonly diagnostics: string;
}

/** What a case comes to. */
export function runCase(name: string): CaseResult {
  const dir = join(TESTDATA, name);
  const optionsFile = join(dir, 'options.json');
  const options = existsSync(optionsFile) ? JSON.parse(readFileSync(optionsFile, 'utf8')) : {};
  return generate(join(dir, SPEC), { ...FIRST_GENERATION, previous: readPast(dir), ...options });
}

/** The record that the case's earlier generations leave, all of which were deployed. */
function readPast(dir: string): StackRecord {
  const folder = join(dir, 'previous');
  const specs = existsSync(folder) ? readdirSync(folder).sort() : [];
  return specs.reduce((previous, spec) => {
    const { files, diagnostics } = generate(join(folder, spec), { ...FIRST_GENERATION, previous });
    if (files.size === 0) throw new Error(`${spec} was refused:\n${diagnostics}`);
    return setDeployed(readRecord(files), 'yes');
  }, NO_RECORD);
}

/** By way of the file, as on disk. */
export function readRecord(files: ReadonlyMap<string, string>): StackRecord {
  const record = parseRecord(Buffer.from(files.get(`out/${RECORD_PATH}`) ?? ''), RECORD_PATH);
  if (!record.ok) throw new Error(format(record.diagnostics));
  return record.value;
}

/** As printed; `source` is what they are about. */
function format(diagnostics: readonly Diagnostic[], source?: string): string {
  return formatDiagnostics(diagnostics, { format: 'text', colour: false, readSource: () => source });
}

export function generate(specFile: string, continuation: Continuation): CaseResult {
  const bytes = readFileSync(specFile);
  const result = compileSpec(SPEC, bytes, continuation);
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  const decoder = new TextDecoder();
  const model = result.ok ? buildModel(result.value) : undefined;
  const trees = { out: model ? renderTree(model) : [], '.github': model ? renderWorkflow(model) : [] };
  return {
    files: new Map(
      Object.entries(trees).flatMap(([folder, files]) =>
        files.map(({ path, contents }) => [`${folder}/${path}`, decoder.decode(contents)] as const),
      ),
    ),
    diagnostics: format(diagnostics, bytes.toString()),
  };
}

function isInput(path: string): boolean {
  return path === SPEC || path === 'options.json' || path.startsWith(`previous${sep}`);
}

export function listExpected(name: string): Map<string, string> {
  const dir = join(TESTDATA, name);
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const outputs = paths.filter((path) => !isInput(path)).sort();
  return new Map(outputs.map((path) => [path.split(sep).join('/'), readFileSync(join(dir, path), 'utf8')]));
}

export function writeFiles(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}
