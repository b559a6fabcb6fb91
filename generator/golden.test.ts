// Every folder in testdata is a case: a spec, and either the tree that it generates or its exact diagnostics.
// `npm run test:update` rewrites what is expected; read the diff before you commit it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { compileSpec } from './compile-spec.ts';
import { buildModel } from './model/build-model.ts';
import { renderTree } from './render/render-tree.ts';
import { formatDiagnostics } from './report/format-diagnostics.ts';

const TESTDATA = fileURLToPath(new URL('testdata/', import.meta.url));
const SPEC = 'sonotheia.config.yaml';
const isUpdate = process.env.UPDATE_GOLDEN === '1';
const cases = readdirSync(TESTDATA).sort();
const scratch = mkdtempSync(join(tmpdir(), 'golden-'));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a case comes to: the files by path, and the diagnostics as printed. */
function runCase(name: string): { files: Map<string, string>; diagnostics: string } {
  const bytes = readFileSync(join(TESTDATA, name, SPEC));
  const result = compileSpec(SPEC, bytes);
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  const decoder = new TextDecoder();
  const files = result.ok ? renderTree(buildModel(result.value)) : [];
  return {
    files: new Map(files.map(({ path, contents }) => [`out/${path}`, decoder.decode(contents)])),
    diagnostics: formatDiagnostics(diagnostics, {
      format: 'text',
      colour: false,
      readSource: () => bytes.toString(),
    }),
  };
}

function listExpected(name: string): Map<string, string> {
  const dir = join(TESTDATA, name);
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const outputs = paths.filter((path) => path !== SPEC).sort();
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
      rmSync(join(TESTDATA, name, 'out'), { recursive: true, force: true });
      rmSync(join(TESTDATA, name, 'diagnostics.txt'), { force: true });
      writeFiles(join(TESTDATA, name), actual);
    }
    const expected = listExpected(name);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of expected) expect(actual.get(path), path).toBe(text);
    expect(runCase(name)).toEqual({ files, diagnostics });
  });

  test('there are cases of both kinds', () => {
    const valid = cases.filter((name) => runCase(name).files.size > 0);
    expect(valid.length).toBeGreaterThanOrEqual(10);
    expect(cases.length - valid.length).toBeGreaterThanOrEqual(5);
  });
});

describeWithTools('golden cases through Terraform', [TERRAFORM], () => {
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

  test.concurrent.each(valid)('%s is valid, without warnings', async (name) => {
    const dir = join(scratch, 'validate', name);
    writeFiles(dir, runCase(name).files);
    // Terraform hashes the packages when it validates; their contents do not matter here.
    writeFiles(
      join(dir, 'out', 'lambda'),
      new Map([
        ['webhook_handler.zip', ''],
        ['audio_processor.zip', ''],
      ]),
    );
    const cwd = join(dir, 'out');
    await execa('terraform', ['init', '-backend=false', '-input=false', '-no-color'], { cwd });
    const { stdout } = await execa('terraform', ['validate', '-json'], { cwd, reject: false });
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      error_count: 0,
      warning_count: 0,
      diagnostics: [],
    });
  });
});
