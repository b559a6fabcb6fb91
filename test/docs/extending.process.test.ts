// The recipes of docs/extending.md, in a generated tree with Terraform.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileSpec } from '../../generator/compile-spec.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { renderWorkflow } from '../../generator/render/render-workflow.ts';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../support/terraform/shared-provider.ts';
import { renderSpec, runTreeTests, TEST_FILE } from '../support/terraform/tree-tests.ts';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs', 'extending.md'), 'utf8');
const SPEC = `project_name: acme-voice
workflow:
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
  oidc: { roles: true }
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
environments:
  dev: { regions: [us-east-1], account_id: "111122223333" }
`;

/** The page's files by path, relative to the output folder. */
const RECIPES = new Map(
  [...PAGE.matchAll(/^```hcl\n# out\/(\S+)\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => [
    path,
    text,
  ]),
);

/** The commands of the workflow's step that runs the tests. */
function readTestStep(): string {
  const extra = `{ backend: s3, state: { bucket: acme-terraform-state }, extra_files: [${[...RECIPES.keys()].join(', ')}] }`;
  const spec = compileSpec('spec.yaml', Buffer.from(SPEC.replace(/(?<=^terraform: ).*$/m, extra)));
  if (!spec.ok) throw new Error('the spec is refused');
  const [workflow] = renderWorkflow(buildModel(spec.value));
  const { jobs } = parse(Buffer.from(workflow?.contents ?? '').toString()) as {
    jobs: { check: { steps: { name?: string; run?: string }[] } };
  };
  return jobs.check.steps.find(({ name }) => name === 'Test')?.run ?? '';
}

describeWithTools('the recipes of extending.md', [TERRAFORM, AWS_PROVIDER], () => {
  let provider: SharedProvider;
  beforeAll(async () => {
    provider = await startSharedProvider();
  });
  afterAll(async () => {
    await provider?.stop();
  });

  test('names its files in the spec', () => {
    const [, yaml = ''] = /^```yaml\n(terraform:\n {2}extra_files:[\s\S]*?)^```$/m.exec(PAGE) ?? [];
    const { terraform } = parse(yaml) as { terraform: { extra_files: string[] } };
    expect([...terraform.extra_files, 'github-oidc/own.tf'].sort()).toEqual([...RECIPES.keys()].sort());
  });

  test('has subscribers without a warning', () => {
    const [, yaml = ''] = /^```yaml\n(environments:[\s\S]*?)^```$/m.exec(PAGE) ?? [];
    const spec = compileSpec(
      'spec.yaml',
      Buffer.from(`project_name: acme-voice\nbuild: { runtime: nodejs24.x }\n${yaml}`),
    );
    expect(spec.ok && spec.value.environments[0].regions[0].settings.subscriptions).toHaveLength(3);
    expect(spec.ok && spec.warnings).toEqual([]);
  });

  test('its own test passes, and the generated one names only the overridden guarantees', async () => {
    const files = new Map([...renderSpec(SPEC), ...RECIPES]);
    const errors = await runTreeTests(files, 'dev', provider);
    expect(errors.map(({ file, detail }) => `${file}: ${detail}`)).toEqual([
      `${TEST_FILE}: Both functions must have 512 MB, 30 s, arm64 and nodejs22.x.`,
      `${TEST_FILE}: The functions must take any size that is asked for.`,
    ]);
  });

  test("passes the workflow's step, and adds to the workflow's roles", async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'extending-'));
    try {
      const packages = ['webhook_handler', 'audio_processor'].map(
        (name) => [`lambda/${name}.zip`, ''] as const,
      );
      for (const [path, text] of [...renderSpec(SPEC), ...RECIPES, ...packages]) {
        await mkdir(dirname(join(cwd, path)), { recursive: true });
        await writeFile(join(cwd, path), text);
      }
      const run = (folder: string, command: string, ...args: string[]) =>
        execa(command, args, { cwd: join(cwd, folder), env: provider.env });
      for (const folder of ['github-oidc', '.']) {
        await run(folder, 'terraform', 'init', '-backend=false', '-input=false');
        await run(folder, 'terraform', 'validate');
      }
      const { stdout } = await run('.', 'bash', '-e', '-c', readTestStep());
      expect(stdout.match(/^== .*$|^tests\/.* pass$/gm)).toEqual([
        '== dev.tfvars, own tests',
        'tests/own.tftest.hcl... pass',
        '== dev.tfvars',
        'tests/sonotheia.tftest.hcl... pass',
      ]);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });

  test('its stable names exist', () => {
    const tree = renderSpec(SPEC);
    const module = [...tree]
      .flatMap(([path, text]) => (path.startsWith('modules/sonotheia/') ? [text] : []))
      .join('\n');
    const [, table = ''] = /### Stable names([\s\S]*?)### /.exec(PAGE) ?? [];
    const resources = [...table.matchAll(/`(aws_\w+)\.(\w+)(\[0\])?`/g)];
    expect(resources.length).toBeGreaterThan(10);
    for (const [name, type, label, counted] of resources) {
      const [, body = ''] = new RegExp(`resource "${type}" "${label}" {\\n([^]*?)\\n}`).exec(module) ?? [];
      expect(body, name).not.toBe('');
      expect(/^ {2}count\b/m.test(body), name).toBe(counted !== undefined);
    }
    const [, outputs = ''] = /outputs of a stack \|(.*)\|/.exec(table) ?? [];
    const named = [...outputs.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const declared = [...(tree.get('modules/sonotheia/outputs.tf') ?? '').matchAll(/^output "(\w+)"/gm)];
    expect(named).toEqual(declared.map(([, name]) => name));
  });
});
