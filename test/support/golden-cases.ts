// The golden cases. A folder in generator/testdata has a spec and its output: the whole tree, only the difference from
// the tree of another case (its base), or exact diagnostics. A case may have a past: the specs in previous/ are generated
// and deployed first, in the order of their names. case.json names the base and holds options of the last generation.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import { FIRST_GENERATION } from '../../generator/lifecycle/check-lifecycle.ts';
import type { Continuation } from '../../generator/lifecycle/continuation.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { parseRecord } from '../../generator/lifecycle/parse-record.ts';
import { NO_RECORD, type StackRecord } from '../../generator/lifecycle/stack-record.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { renderTree } from '../../generator/render/render-tree.ts';
import { renderWorkflow } from '../../generator/render/render-workflow.ts';
import { formatDiagnostics } from '../../generator/report/format-diagnostics.ts';
import { RECORD_PATH } from '../../generator/write/output-path.ts';
import { formatTreeDifference, splitSections } from './tree-difference.ts';

const ROOT = join(import.meta.dirname, '../..');
export const TESTDATA = join(ROOT, 'generator/testdata');
/** The shipped spec as a base. Its tree is out/ and the workflow, unless sonotheia.config.yaml has been edited. */
export const EXAMPLE = 'example';
export const SPEC = 'sonotheia.config.yaml';
const CASE_FILE = 'case.json';
const DIFFERENCE = 'tree.diff';
export const cases = readdirSync(TESTDATA)
  .filter((name) => name !== EXAMPLE)
  .sort();
/** The cases that generate a tree. */
export const validCases = cases.filter((name) => !name.startsWith('invalid-'));

export interface CaseResult {
  /** By path. */
  readonly files: Map<string, string>;
  /** As printed. */
  readonly diagnostics: string;
}

interface CaseFile {
  /** The case from whose tree this one differs, or `example`; null for a whole tree. `documented` when missing. */
  readonly base?: string | null;
  readonly options?: Partial<Continuation>;
}

function readCaseFile(name: string): CaseFile {
  if (name === EXAMPLE) return { base: null };
  const file = join(TESTDATA, name, CASE_FILE);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Undefined for a case that keeps its whole tree. */
export function readBase(name: string): string | undefined {
  const { base = 'documented' } = readCaseFile(name);
  return base ?? undefined;
}

/** Generates a case. */
export function runCase(name: string): CaseResult {
  const dir = join(TESTDATA, name);
  const { options } = readCaseFile(name);
  return generate(join(dir, SPEC), { ...FIRST_GENERATION, previous: readPast(dir), ...options });
}

const OWN_SPEC = join(ROOT, SPEC);
const SHIPPED_SPEC = join(TESTDATA, EXAMPLE, SPEC);

/** Whether the repository's own spec is the shipped one. */
export function isShippedSpec(): boolean {
  return readFileSync(OWN_SPEC).equals(readFileSync(SHIPPED_SPEC));
}

/** Makes the repository's own spec the shipped one. */
export function replaceShippedSpec(): void {
  copyFileSync(OWN_SPEC, SHIPPED_SPEC);
}

/** What is committed for the repository's own spec, by the paths of `files`. Undefined for a file that is not there. */
export function readExample(files: ReadonlyMap<string, string>): Map<string, string | undefined> {
  const read = (path: string): string | undefined =>
    existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined;
  return new Map([...files.keys()].map((path) => [path, read(path)]));
}

/** Generates a case into a folder, which may be missing. */
export function writeCase(name: string, dir: string): void {
  writeFiles(dir, runCase(name).files);
}

/** Undefined when a case generates none. */
export function readCaseWorkflow(name: string): string | undefined {
  return runCase(name).files.get('.github/workflows/terraform.yml');
}

/** The files of a case that are compared and rewritten: its tree or its difference, and its diagnostics. */
export function formatCase(name: string, { files, diagnostics }: CaseResult): Map<string, string> {
  const base = readBase(name);
  const golden = new Map(files.size > 0 && base !== undefined ? [[DIFFERENCE, differ(base, files)]] : files);
  return diagnostics === '' ? golden : golden.set('diagnostics.txt', diagnostics);
}

const trees = new Map<string, CaseResult['files']>();

function readTree(name: string): CaseResult['files'] {
  const tree = trees.get(name) ?? runCase(name).files;
  trees.set(name, tree);
  return tree;
}

/** The root of everything-on is never a base for another root: each new setting would change the difference. */
function leaveOutRoot(tree: CaseResult['files']): CaseResult['files'] {
  return new Map([...tree].filter(([path]) => !/^out\/[^/]+\.(?:tf|tfvars)$/.test(path)));
}

function differ(base: string, files: CaseResult['files']): string {
  const full = { name: 'everything-on', tree: leaveOutRoot(readTree('everything-on')) };
  return `The tree of ${base}, but:\n${formatTreeDifference(readTree(base), files, full)}`;
}

/** Smaller parts with names, so that a failing test shows which file of a tree differs. */
export function splitParts(golden: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...golden].flatMap(([path, text]) => (path === DIFFERENCE ? [...splitSections(text)] : [[path, text]])),
  );
}

/** The record after the case's earlier generations, all of which were deployed. */
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
  return path === SPEC || path === CASE_FILE || path.startsWith(`previous${sep}`);
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

export function replaceExpected(name: string, golden: ReadonlyMap<string, string>): void {
  const dir = join(TESTDATA, name);
  for (const path of listExpected(name).keys()) rmSync(join(dir, path));
  writeFiles(dir, golden);
}

export function writeFiles(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}
