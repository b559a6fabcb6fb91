// The golden cases through Terraform: formatted, valid, without warnings, and each tree's own test passes.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { runCase, validCases, writeCase, writeFiles } from '../test/support/golden-cases.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../test/support/terraform/shared-provider.ts';

const scratch = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** `terraform test` takes seconds for each run block, and more on a busy machine. */
const TERRAFORM_TEST_MS = 300_000;

/**
 * A sample of trees that together have every part of the generated test. A run takes some seconds for each environment;
 * `npm run test:trees` runs the tests of all trees.
 */
const TESTED_TREES = new Set([
  'adopt',
  'documented',
  'everything-off',
  'everything-on',
  'hostile-strings',
  'kms-managed',
  'mixed-secrets',
  'multi-region',
  'region-retired',
]);
const ALL_TREES = process.env.TESTED_TREES === 'all';

/** Allows a Terraform without `mock_provider`. */
const WITHOUT_TESTS = new Set(['older-terraform']);

describeWithTools('golden cases', [TERRAFORM], () => {
  test('are formatted like terraform fmt', async () => {
    for (const name of validCases) writeCase(name, join(scratch, 'fmt', name));
    const { stdout, exitCode } = await execa(
      'terraform',
      ['fmt', '-check', '-recursive', '-diff', join(scratch, 'fmt')],
      { reject: false },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  });
});

describeWithTools('golden cases through Terraform', [TERRAFORM, AWS_PROVIDER], () => {
  let provider: SharedProvider;
  beforeAll(async () => {
    provider = await startSharedProvider();
  });
  afterAll(() => provider?.stop());

  const [newer, usual] = [true, false].map((isNewer) =>
    validCases.filter((name) => needsProvider6(name) === isNewer),
  );

  test('there is a case for AWS provider 6', () => {
    expect(newer).toEqual(['nodejs24']);
  });

  test.concurrent.each((usual ?? []).filter(isTested))(
    '%s is valid, without warnings, and passes its own test',
    { timeout: TERRAFORM_TEST_MS },
    (name) => expectValid(name, runCase(name).files),
  );

  test.concurrent.each((usual ?? []).filter((name) => !isTested(name)))(
    '%s is valid, without warnings',
    { timeout: TERRAFORM_TEST_MS },
    (name) => expectValid(name, runCase(name).files),
  );

  // The installed provider may be version 5, which supports neither the constraint nor the runtime.
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
    for (const values of readdirSync(join(dir, 'out')).filter((file) => file.endsWith('.tfvars'))) {
      const run = await execa('terraform', ['test', '-no-color', `-var-file=${values}`], {
        cwd: join(dir, 'out'),
        env: { ...CUT_OFF, ...env },
        reject: false,
        all: true,
      });
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout, values).toMatch(/^Success! [1-9]\d* passed, 0 failed\.$/m);
      expect(run.all, values).not.toMatch(/warning/i);
    }
  }
});

function isTested(name: string): boolean {
  return ALL_TREES || TESTED_TREES.has(name);
}

/** Whether the tree requires version 6 of the provider. */
function needsProvider6(name: string): boolean {
  return runCase(name).files.get('out/versions.tf')?.includes('">= 6.') === true;
}
