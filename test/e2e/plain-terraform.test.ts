// Runs the shell blocks of docs/terraform.md as written: deploy, verify, destroy.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { listDocumentedCommands } from '../support/documented-commands.ts';
import { AWS_CLI, AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

/** It has no end, and the AWS CLI 1 does not know it. */
const NOT_RUN = ['aws logs tail /aws/lambda/sonotheia-audio-processor-dev --follow'];

const COMMANDS = listDocumentedCommands('docs/terraform.md').filter(
  ({ section, command }) => section === 'Plain Terraform' && !NOT_RUN.includes(command),
);

describeWithTools('plain Terraform', [MOTO, TERRAFORM, AWS_PROVIDER, AWS_CLI], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;

  beforeAll(async () => {
    aws = await startLocalAws();
    terraform = await createTerraformWorkdir({ outDir: await generateOutput(), localAws: aws });
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  /** Runs the commands of some blocks in one shell, in the folder beside `out`, and answers yes to every question. */
  async function run(...blocks: number[]): Promise<string> {
    const commands = COMMANDS.filter(({ block }) => blocks.includes(block));
    expect(commands.length).toBeGreaterThan(0);
    const lines = commands.map(({ command }) => command.replace(/^cd out$/, `cd "${terraform.path}"`));
    const script = join(terraform.path, 'commands.sh');
    writeFileSync(script, `set -euo pipefail\nset -x\n${lines.join('\n')}\n`);
    const { stdout, stderr, exitCode } = await execa('bash', ['-c', `yes yes | bash "${script}"`], {
      cwd: terraform.path,
      env: {
        ...aws.env,
        AWS_PROFILE: undefined,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        TF_VAR_sonotheia_api_key: 'your-api-key',
        TF_VAR_webhook_secret: 'your-signing-secret',
        PATH: `${makeCurl()}${delimiter}${process.env.PATH}`,
      },
      reject: false,
    });
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    return stdout;
  }

  /** A `curl` that sends requests to the local API. */
  function makeCurl(): string {
    const folder = join(dirname(terraform.path), 'bin-curl');
    mkdirSync(folder, { recursive: true });
    const local = aws.apiUrl('https://the-api.execute-api.us-east-1.amazonaws.com/prod/health');
    const file = join(folder, 'curl');
    writeFileSync(
      file,
      `#!/usr/bin/env bash\nid="\${1#https://}"\nid="\${id%%.*}"\nlocal_url="${local}"\n` +
        `exec node -e 'fetch(process.argv[1]).then(async (r) => console.log(await r.text()))' "\${local_url/the-api/$id}"\n`,
    );
    chmodSync(file, 0o755);
    return folder;
  }

  test('deploys and verifies dev', async () => {
    writeFileSync(join(terraform.path, 'call.wav'), 'RIFF');
    const said = await run(0, 1);
    expect(said).toContain('Apply complete!');
    expect(said).toMatch(/execute-api\.us-east-1\.amazonaws\.com\/prod\/webhook"$/m);
    expect(said).toMatch(/^\{"status":"healthy","timestamp":".*"\}$/m);
    expect(said).toMatch(/upload: .*call\.wav to s3:\/\/sonotheia-example-audio-dev\/incoming\/call\.wav/);
    expect(await aws.listResources()).not.toEqual([]);
  });

  test('destroys it, including audio', async () => {
    const said = await run(2);
    expect(said).toContain('Destroy complete!');
    expect(await aws.listResources()).toEqual([]);
  });
});
