// The recipes of docs/extending.md, in a generated tree with Terraform.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
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

  test('its own test passes, and the generated one names only the overridden guarantees', async () => {
    const files = new Map([...renderSpec(SPEC), ...RECIPES]);
    const errors = await runTreeTests(files, 'dev', provider);
    expect(errors.map(({ file, detail }) => `${file}: ${detail}`)).toEqual([
      `${TEST_FILE}: Both functions must have 512 MB, 30 s, arm64 and nodejs22.x.`,
      `${TEST_FILE}: The functions must take any size that is asked for.`,
    ]);
  });

  test("adds to the workflow's roles", async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'oidc-'));
    try {
      for (const [path, text] of [...renderSpec(SPEC), ...RECIPES]) {
        await mkdir(dirname(join(cwd, path)), { recursive: true });
        await writeFile(join(cwd, path), text);
      }
      const folder = join(cwd, 'github-oidc');
      expect(existsSync(join(folder, 'own.tf'))).toBe(true);
      const options = { cwd: folder, env: provider.env };
      await execa('terraform', ['init', '-backend=false', '-input=false'], options);
      await execa('terraform', ['validate'], options);
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
