// Every golden case once more, without Terraform: the tests of the generator that mutants of it run against.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { Continuation } from '../../generator/lifecycle/change.ts';
import { FIRST_GENERATION } from '../../generator/lifecycle/check-lifecycle.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { parseRecord } from '../../generator/lifecycle/parse-record.ts';
import { NO_RECORD, RECORD_PATH, type StackRecord } from '../../generator/lifecycle/stack-record.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { renderTree } from '../../generator/render/render-tree.ts';
import { renderWorkflow } from '../../generator/render/render-workflow.ts';
import { formatDiagnostics } from '../../generator/report/format-diagnostics.ts';

const TESTDATA = join(import.meta.dirname, '..', '..', 'generator', 'testdata');
const SPEC = 'sonotheia.config.yaml';

function generate(specFile: string, continuation: Continuation): Record<string, string> {
  const bytes = readFileSync(specFile);
  const result = compileSpec(SPEC, bytes, continuation);
  const diagnostics = formatDiagnostics(result.ok ? result.warnings : result.diagnostics, {
    format: 'text',
    colour: false,
    readSource: () => bytes.toString(),
  });
  const text = diagnostics === '' ? {} : { 'diagnostics.txt': diagnostics };
  if (!result.ok) return text;
  const model = buildModel(result.value);
  const trees = { out: renderTree(model), '.github': renderWorkflow(model) };
  const files = Object.entries(trees).flatMap(([folder, tree]) =>
    tree.map(({ path, contents }) => [`${folder}/${path}`, Buffer.from(contents).toString()] as const),
  );
  return { ...Object.fromEntries(files), ...text };
}

function readPast(dir: string): StackRecord {
  const folder = join(dir, 'previous');
  const specs = existsSync(folder) ? readdirSync(folder).sort() : [];
  return specs.reduce<StackRecord>((previous, spec) => {
    const files = generate(join(folder, spec), { ...FIRST_GENERATION, previous });
    const record = parseRecord(Buffer.from(files[`out/${RECORD_PATH}`] ?? ''), RECORD_PATH);
    if (!record.ok) throw new Error(`${spec} was refused`);
    return setDeployed(record.value, 'yes');
  }, NO_RECORD);
}

test.each(readdirSync(TESTDATA))('%s', (name) => {
  const dir = join(TESTDATA, name);
  const optionsFile = join(dir, 'options.json');
  const options = existsSync(optionsFile) ? JSON.parse(readFileSync(optionsFile, 'utf8')) : {};
  const files = generate(join(dir, SPEC), { ...FIRST_GENERATION, previous: readPast(dir), ...options });
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const expected = paths.filter(
    (path) => !/^(?:previous\/|options\.json$|sonotheia\.config\.yaml$)/.test(path),
  );
  expect(Object.keys(files).sort()).toEqual(expected.sort());
  for (const path of expected) expect(files[path], path).toBe(readFileSync(join(dir, path), 'utf8'));
});
