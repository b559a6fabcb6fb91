// Every folder in testdata is a case: a spec, and either the tree that it generates or its exact diagnostics. A case
// may have a past: the specs in previous/ are generated and deployed first, in the order of their names; options.json holds the
// options of the last generation.
// `npm run test:update` rewrites what is expected; read the diff before you commit it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../test/support/shared-provider.ts';
import { compileSpec } from './compile-spec.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { Continuation } from './lifecycle/change.ts';
import { FIRST_GENERATION } from './lifecycle/check-lifecycle.ts';
import { setDeployed } from './lifecycle/deployments.ts';
import { parseRecord } from './lifecycle/parse-record.ts';
import { NO_RECORD, RECORD_PATH, type StackRecord } from './lifecycle/stack-record.ts';
import { buildModel } from './model/build-model.ts';
import { renderTree } from './render/render-tree.ts';
import { renderWorkflow } from './render/render-workflow.ts';
import { formatDiagnostics } from './report/format-diagnostics.ts';

const TESTDATA = fileURLToPath(new URL('testdata/', import.meta.url));
const SPEC = 'sonotheia.config.yaml';
const isUpdate = process.env.UPDATE_GOLDEN === '1';
const cases = readdirSync(TESTDATA).sort();
const scratch = mkdtempSync(join(tmpdir(), 'golden-'));

/** `terraform test` takes seconds for each run block, and more on a busy machine. */
const TERRAFORM_TEST_MS = 300_000;

/**
 * The trees whose own tests run with the others: between them they have every part that the tests describe. A run takes
 * some seconds for each region of each environment; `npm run test:trees` runs those of all the trees.
 */
const TESTED_TREES = new Set([
  'adopt',
  'everything-off',
  'everything-on',
  'hostile-strings',
  'kms-managed',
  'mixed-secrets',
  'multi-region',
  'region-retired',
  'waf-allow-list',
]);
const ALL_TREES = process.env.TESTED_TREES === 'all';

/** Too old a Terraform for `mock_provider`. */
const WITHOUT_TESTS = new Set(['older-terraform']);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface CaseResult {
  /** By path. */
  readonly files: Map<string, string>;
  /** As printed. */
  readonly diagnostics: string;
}

/** What a case comes to. */
function runCase(name: string): CaseResult {
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
function readRecord(files: ReadonlyMap<string, string>): StackRecord {
  const record = parseRecord(Buffer.from(files.get(`out/${RECORD_PATH}`) ?? ''), RECORD_PATH);
  if (!record.ok) throw new Error(format(record.diagnostics));
  return record.value;
}

/** As printed; `source` is what they are about. */
function format(diagnostics: readonly Diagnostic[], source?: string): string {
  return formatDiagnostics(diagnostics, { format: 'text', colour: false, readSource: () => source });
}

function generate(specFile: string, continuation: Continuation): CaseResult {
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

function listExpected(name: string): Map<string, string> {
  const dir = join(TESTDATA, name);
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const outputs = paths.filter((path) => !isInput(path)).sort();
  return new Map(outputs.map((path) => [path.split(sep).join('/'), readFileSync(join(dir, path), 'utf8')]));
}

function writeFiles(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

describe('golden cases', () => {
  test.each(cases)('%s', (name) => {
    const { files, diagnostics } = runCase(name);
    const actual = new Map([
      ...files,
      ...(diagnostics === '' ? [] : [['diagnostics.txt', diagnostics] as const]),
    ]);
    if (isUpdate) {
      for (const folder of ['out', '.github'])
        rmSync(join(TESTDATA, name, folder), { recursive: true, force: true });
      rmSync(join(TESTDATA, name, 'diagnostics.txt'), { force: true });
      writeFiles(join(TESTDATA, name), actual);
    }
    const expected = listExpected(name);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of expected) expect(actual.get(path), path).toBe(text);
    expect(runCase(name)).toEqual({ files, diagnostics });
  });

  test.each(cases)('%s: the next generation of the same spec is the same', (name) => {
    const { files } = runCase(name);
    if (files.size === 0) return;
    const next = generate(join(TESTDATA, name, SPEC), { ...FIRST_GENERATION, previous: readRecord(files) });
    expect(next.files).toEqual(files);
  });

  test('there are cases of both kinds', () => {
    const valid = cases.filter((name) => runCase(name).files.size > 0);
    expect(valid.length).toBeGreaterThanOrEqual(10);
    expect(cases.length - valid.length).toBeGreaterThanOrEqual(5);
  });
});

describeWithTools('golden cases through Terraform', [TERRAFORM], () => {
  let provider: SharedProvider;
  beforeAll(async () => {
    provider = await startSharedProvider(join(scratch, 'provider'));
  });
  afterAll(() => provider?.stop());

  const valid = cases.filter((name) => runCase(name).files.size > 0);

  test('are formatted as terraform fmt would', async () => {
    for (const name of valid) writeFiles(join(scratch, 'fmt', name), runCase(name).files);
    const { stdout, exitCode } = await execa(
      'terraform',
      ['fmt', '-check', '-recursive', '-diff', join(scratch, 'fmt')],
      { reject: false },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  });

  const [newer, usual] = [true, false].map((isNewer) =>
    valid.filter((name) => needsProvider6(name) === isNewer),
  );

  test('there is a case for AWS provider 6', () => {
    expect(newer).toEqual(['nodejs24']);
  });

  test.concurrent.each((usual ?? []).filter(isTested))(
    '%s is valid, without warnings, and passes its own tests',
    { timeout: TERRAFORM_TEST_MS },
    (name) => expectValid(name, runCase(name).files),
  );

  test.concurrent.each((usual ?? []).filter((name) => !isTested(name)))(
    '%s is valid, without warnings',
    { timeout: TERRAFORM_TEST_MS },
    (name) => expectValid(name, runCase(name).files),
  );

  // The tests' own provider may be 5, which knows neither the constraint nor the runtime.
  test.concurrent.each(newer ?? [])(
    '%s is valid once its provider constraint and runtime are exchanged for those of provider 5',
    { timeout: TERRAFORM_TEST_MS },
    async (name) => {
      const files = [...runCase(name).files].map(
        ([path, text]) =>
          [
            path,
            text.replaceAll('>= 6.21, < 7.0', '>= 5.88, < 7.0').replaceAll('nodejs24.x', 'nodejs22.x'),
          ] as const,
      );
      await expectValid(name, new Map(files));
    },
  );

  async function expectValid(name: string, files: ReadonlyMap<string, string>): Promise<void> {
    const dir = join(scratch, 'validate', name);
    writeFiles(dir, files);
    // Terraform hashes the packages when it validates; their contents do not matter here.
    writeFiles(
      join(dir, 'out', 'lambda'),
      new Map([
        ['webhook_handler.zip', ''],
        ['audio_processor.zip', ''],
      ]),
    );
    const roots = ['out', 'out/github-oidc']
      .map((root) => join(dir, root))
      .filter((root) => existsSync(root));
    const { env } = provider;
    for (const cwd of roots) {
      await execa('terraform', ['init', '-backend=false', '-input=false', '-no-color'], { cwd, env });
      const { stdout } = await execa('terraform', ['validate', '-json'], { cwd, env, reject: false });
      expect(JSON.parse(stdout), cwd).toMatchObject({
        valid: true,
        error_count: 0,
        warning_count: 0,
        diagnostics: [],
      });
    }
    const hasTests = existsSync(join(dir, 'out', 'tests'));
    expect(hasTests).toBe(!WITHOUT_TESTS.has(name));
    if (!hasTests || !isTested(name)) return;
    const run = await execa('terraform', ['test', '-no-color'], {
      cwd: join(dir, 'out'),
      env: { ...CUT_OFF, ...env },
      reject: false,
      all: true,
    });
    expect(run.exitCode, run.all).toBe(0);
    expect(run.stdout).toMatch(/^Success! [1-9]\d* passed, 0 failed\.$/m);
  }
});

function isTested(name: string): boolean {
  return ALL_TREES || TESTED_TREES.has(name);
}

/** Whether the tree asks for a provider that only 6 can be. */
function needsProvider6(name: string): boolean {
  return runCase(name).files.get('out/versions.tf')?.includes('">= 6.') === true;
}
