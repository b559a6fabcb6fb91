// Runs the commands of the documented system: every row of docs/documented-flows.md, in order, in one shell.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput, PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { AWS_CLI, AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

interface Row {
  readonly command: string;
  readonly verdict: 'works' | 'stops';
  /** A part of the output. */
  readonly says: string;
}

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const PAGE = read('docs/documented-flows.md');

/** The rows with a result; the other rows name the replacement of a command. */
function listRows(): Row[] {
  return PAGE.split('\n').flatMap((line): Row[] => {
    const [, command, happens = ''] = /^\| [^|]*\| `([^|]+)` \| (.+) \|$/.exec(line) ?? [];
    const [, verdict] = /^(works|stops)\b/.exec(happens) ?? [];
    const [, says] = /: `([^`]+)`/.exec(happens) ?? [];
    if (command === undefined || verdict === undefined || says === undefined) return [];
    return [{ command, verdict: verdict === 'works' ? 'works' : 'stops', says }];
  });
}

/** `terraform.tfvars` and `production.tfvars` as the page shows them. */
function listFiles(): { name: string; contents: string }[] {
  return [...PAGE.matchAll(/^```hcl\n# (\S+)\n([\s\S]*?)^```/gm)].map(([, name = '', contents = '']) => ({
    name,
    contents,
  }));
}

/** Removes line breaks and frames, because Terraform wraps its output. */
const unwrap = (text: string): string => text.replaceAll(/[\s│╷╵]+/g, ' ');

test('every row with a command is run', () => {
  const rows = PAGE.split('\n').filter((line) => /^\|[^|]*\| `/.test(line));
  expect(rows).toHaveLength(listRows().length + 1);
  expect(listFiles().map(({ name }) => name)).toEqual(['terraform.tfvars', 'production.tfvars']);
});

test('the addresses for imports are in the tree', () => {
  const addresses = [
    ...read('docs/migration.md').matchAll(/`module\.us_east_1\[0\]\.([a-z_0-9]+)\.([a-z_]+)/g),
  ];
  expect(addresses.length).toBeGreaterThan(15);
  const files = ['api_gateway', 'dynamodb', 'iam', 'lambda', 's3', 'secrets', 'sns', 'sqs'];
  const tree = files.map((name) => read(`out/modules/sonotheia/${name}.tf`)).join('\n');
  for (const [address, type, name] of addresses)
    expect([address, tree.includes(`resource "${type}" "${name}"`)]).toEqual([address, true]);
});

describeWithTools('the documented commands', [MOTO, TERRAFORM, AWS_PROVIDER, AWS_CLI], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  /** The output and exit code of each row. */
  let outcomes: { exitCode: number; output: string }[];

  beforeAll(async () => {
    aws = await startLocalAws();
    terraform = await createTerraformWorkdir({ outDir: await generateOutput(), localAws: aws });
    for (const { name, contents } of listFiles()) writeFileSync(join(terraform.path, name), contents);
    const steps = listRows().map(({ command }) => `{ ${command}; }\nprintf '\\n@@%s@@\\n' "$?"`);
    const script = join(terraform.path, 'documented.sh');
    writeFileSync(script, `exec 2>&1\n${steps.join('\n')}\n`);
    const { stdout } = await execa('bash', ['-c', `yes yes | bash "${script}"`], {
      cwd: terraform.path,
      env: {
        ...aws.env,
        AWS_PROFILE: undefined,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        TF_CLI_ARGS: '-no-color',
        TF_VAR_sonotheia_api_key: undefined,
        TF_VAR_webhook_secret: undefined,
      },
      reject: false,
    });
    outcomes = [...stdout.matchAll(/([\s\S]*?)\n@@(\d+)@@\n?/g)].map(([, output = '', exitCode]) => ({
      output: unwrap(output),
      exitCode: Number(exitCode),
    }));
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  test.each(listRows().map((row, index) => ({ ...row, index })))(
    '$command $verdict',
    ({ verdict, says, index }) => {
      const { output, exitCode } = outcomes[index] ?? { output: 'was not run', exitCode: -1 };
      expect(output).toContain(unwrap(says));
      expect(exitCode === 0 ? 'works' : 'stops').toBe(verdict);
    },
  );

  test('no resources are left', async () => {
    expect(await aws.listResources()).toEqual([]);
  });
});
