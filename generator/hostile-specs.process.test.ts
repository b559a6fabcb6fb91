// Hostile text in whole specs: each spec is refused with located errors, or becomes HCL that Terraform formats to
// itself, accepts and evaluates to the strings of the spec. `npm run test:fuzz` runs it in full.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { arbitrarySpec } from '../test/support/specs/arbitrary-spec.ts';
import { type SharedProvider, startSharedProvider } from '../test/support/terraform/shared-provider.ts';
import { compileSpec } from './compile-spec.ts';
import { buildModel } from './model/build-model.ts';
import type { StackModel } from './model/stack-model.ts';
import { renderTree } from './render/render-tree.ts';
import { renderWorkflow } from './render/render-workflow.ts';
import { formatDiagnostics } from './report/format-diagnostics.ts';
import { equalJson, type JsonValue } from './spec/json.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 20260105);
const FORMATTED_SPECS = Number(process.env.FUZZ_SPECS ?? 60);
const VALIDATED_SPECS = Number(process.env.FUZZ_VALIDATED ?? 2);
const REFUSED_SPECS = Number(process.env.FUZZ_REFUSED ?? 500);

const scratch = mkdtempSync(join(tmpdir(), 'hostile-specs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const decoder = new TextDecoder();

interface Tree {
  readonly model: StackModel;
  readonly files: ReadonlyMap<string, string>;
}

/** The tree of a spec; undefined if it is refused. Fails if an error has no location. */
function generate(value: JsonValue): Tree | undefined {
  const source = stringify(value);
  const compiled = compileSpec('spec.yaml', new TextEncoder().encode(source));
  if (!compiled.ok) {
    expect(compiled.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    for (const { location, what: message, code } of compiled.diagnostics) {
      expect(location, code).toMatchObject({
        file: 'spec.yaml',
        line: expect.any(Number),
        column: expect.any(Number),
      });
      expect(message).not.toBe('');
    }
    // Control characters are escaped.
    const shown = formatDiagnostics(compiled.diagnostics, {
      format: 'text',
      colour: false,
      readSource: () => source,
    });
    expect(shown).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
    return undefined;
  }
  const model = buildModel(compiled.value);
  const files = new Map(renderTree(model).map(({ path, contents }) => [path, decoder.decode(contents)]));
  renderWorkflow(model);
  return { model, files };
}

/** The trees of the first `count` random specs that are accepted. */
function sampleTrees(count: number): Tree[] {
  const trees: Tree[] = [];
  for (let round = 0; trees.length < count; round += 1) {
    if (round > 100) throw new Error(`only ${trees.length} of the random specs were accepted`);
    const specs = fc.sample(arbitrarySpec({ key: 12, hostile: 0 }), { seed: SEED + round, numRuns: 50 });
    trees.push(...specs.flatMap((spec) => generate(spec) ?? []));
  }
  return trees.slice(0, count);
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test(`${REFUSED_SPECS} specs with hostile values are refused with located errors, or rendered`, () => {
  fc.assert(
    fc.property(arbitrarySpec({ key: 25, hostile: 20 }), (spec) => {
      generate(spec);
    }),
    { numRuns: REFUSED_SPECS, seed: SEED },
  );
});

describeWithTools('random specs through Terraform', [TERRAFORM, AWS_PROVIDER], () => {
  let provider: SharedProvider;
  beforeAll(async () => {
    provider = await startSharedProvider();
  });
  afterAll(() => provider?.stop());

  const trees = sampleTrees(FORMATTED_SPECS);

  test(`the HCL of ${FORMATTED_SPECS} is formatted`, async () => {
    const folder = join(scratch, 'formatted');
    trees.forEach(({ files }, index) => {
      write(join(folder, String(index)), files);
    });
    const { exitCode, stdout, stderr } = await execa('terraform', ['fmt', '-check', '-recursive', folder], {
      reject: false,
    });
    expect({ exitCode, stdout, stderr }, `seed ${SEED}`).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test(`the values of ${FORMATTED_SPECS} are those of the spec, in one run of Terraform`, async () => {
    const folder = join(scratch, 'evaluated');
    const tfvars = trees.flatMap(({ model, files }) =>
      model.tfvars.map(({ environment, values }) => ({
        text: files.get(`${environment}.tfvars`) ?? '',
        values,
      })),
    );
    const list = tfvars.map(({ text }) => `    {\n${text}\n    },`).join('\n');
    write(folder, new Map([['main.tf', `output "all" {\n  value = [\n${list}\n  ]\n}\n`]]));
    await execa('terraform', ['init', '-input=false'], { cwd: folder });
    await execa('terraform', ['apply', '-auto-approve', '-input=false', '-no-color'], { cwd: folder });
    const { stdout } = await execa('terraform', ['output', '-json', 'all'], { cwd: folder });
    const evaluated = JSON.parse(stdout) as JsonValue[];
    tfvars.forEach(({ values }, index) => {
      const expected = Object.fromEntries(values.map(({ name, value }) => [name, normalize(value)]));
      if (!equalJson(evaluated[index], expected)) expect(evaluated[index], `seed ${SEED}`).toEqual(expected);
    });
  });

  test.each(trees.slice(0, VALIDATED_SPECS).map((tree, index) => ({ tree, index })))(
    'terraform validate accepts $index',
    async ({ tree, index }) => {
      const folder = join(scratch, 'validated', String(index));
      write(
        folder,
        new Map([...tree.files, ['lambda/webhook_handler.zip', ''], ['lambda/audio_processor.zip', '']]),
      );
      const options = { cwd: folder, env: provider.env };
      await execa('terraform', ['init', '-backend=false', '-input=false', '-no-color'], options);
      const { stdout } = await execa('terraform', ['validate', '-json'], { ...options, reject: false });
      expect(JSON.parse(stdout), `seed ${SEED}`).toMatchObject({
        valid: true,
        error_count: 0,
        diagnostics: [],
      });
    },
  );
});

/** Terraform keeps all text in Unicode's normal form C. */
function normalize(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.normalize('NFC'), normalize(child as JsonValue)]),
  );
}
