// Values of one environment are never applied in another environment's workspace or in another account.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const SECRETS = { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' };
const ENVIRONMENTS = `
project_name: acme-voice
defaults:
  api_gateway: { enabled: false }
  monitoring: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1] }
`;

let aws: LocalAws;

async function open(spec: string): Promise<TerraformWorkdir> {
  const terraform = await createTerraformWorkdir({
    outDir: await generateOutput(spec),
    localAws: aws,
    env: SECRETS,
  });
  await terraform.init();
  return terraform;
}

/** The output of a failing command on one line, because Terraform wraps it. */
async function complaint(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message.replaceAll(/[\s│]+/g, ' ') : 'it did not fail';
}

function mismatch(workspace: string, environment: string): string {
  return `The workspace ${workspace} is not that of the environment ${environment}. Run terraform workspace select -or-create ${environment}`;
}

describeWithTools('the guards', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws?.stop());

  describe.each([
    ['a validation', ENVIRONMENTS],
    ['a local value (before Terraform 1.9)', `terraform: { required_version: ">= 1.6" }${ENVIRONMENTS}`],
  ])('%s', (_how, spec) => {
    let terraform: TerraformWorkdir;

    beforeAll(async () => {
      terraform = await open(spec);
    });
    afterAll(() => terraform?.remove());

    test.each([
      ['dev', 'prod'],
      ['prod', 'dev'],
      ['default', 'prod'],
      ['elsewhere', 'dev'],
    ])('in the workspace %s, %s.tfvars stop at plan', async (workspace, environment) => {
      await terraform.selectWorkspace(workspace);
      const plan = terraform.plan({ varFile: `${environment}.tfvars` });
      expect(await complaint(plan)).toContain(mismatch(workspace, environment));
    });

    test.each([
      ['dev', 'dev'],
      ['prod', 'prod'],
      ['default', 'dev'],
    ])('in the workspace %s, %s.tfvars are right', async (workspace, environment) => {
      await terraform.selectWorkspace(workspace);
      expect((await terraform.plan({ varFile: `${environment}.tfvars` })).hasChanges).toBe(true);
    });

    test('without the packages, as in a fresh clone, a plan names the command that builds them', async () => {
      const [packages, hidden] = ['lambda', 'hidden'].map((name) => join(terraform.path, name));
      await terraform.selectWorkspace('dev');
      await rename(String(packages), String(hidden));
      const plan = complaint(terraform.plan({ varFile: 'dev.tfvars' }));
      expect(await plan).toContain('lambda/audio_processor.zip is not built: run npx sonotheia generate.');
      await rename(String(hidden), String(packages));
    });

    test('a saved plan creates nothing in another workspace', async () => {
      await terraform.selectWorkspace('prod');
      await terraform.plan({ varFile: 'prod.tfvars', args: ['-out=prod.tfplan'] });
      await terraform.selectWorkspace('dev');
      const apply = terraform.run(['apply', '-input=false', '-no-color', 'prod.tfplan']);
      expect(await complaint(apply)).toContain(mismatch('dev', 'prod'));
      expect(await aws.listResources()).toEqual([]);
    });

    test.each(['-refresh=true', '-refresh=false'])(
      'destroy %s does not affect another environment',
      async (refresh) => {
        await terraform.selectWorkspace('dev');
        const args = ['-target=module.us_east_1[0].aws_sns_topic.results'];
        await terraform.apply({ varFile: 'dev.tfvars', args });
        const before = await aws.listResources();
        const destroy = terraform.destroy({ varFile: 'prod.tfvars', args: [refresh] });
        expect(await complaint(destroy)).toContain(mismatch('dev', 'prod'));
        expect(before).toContain('arn:aws:sns:us-east-1:123456789012:acme-voice-results-dev');
        expect(await aws.listResources()).toEqual(before);
        await terraform.destroy({ varFile: 'dev.tfvars', args: [refresh] });
        expect(await aws.listResources()).toEqual([]);
      },
    );

    test.each([
      ['default', 'dev'],
      ['dev', 'default'],
    ])(
      'a stack that is deployed from %s is neither planned nor applied nor destroyed from %s',
      async (owner, other) => {
        const dev = { varFile: 'dev.tfvars' };
        const args = ['-target=module.us_east_1[0].aws_sns_topic.results'];
        await terraform.selectWorkspace(other);
        await terraform.plan({ ...dev, args: [...args, '-out=dev.tfplan'] });
        await terraform.selectWorkspace(owner);
        await terraform.apply({ ...dev, args });
        const before = await aws.listResources();
        await terraform.selectWorkspace(other);
        const refusal = `dev is deployed from the workspace ${owner}: a second state would take over its queues, topics and alarms. Run terraform workspace select ${owner};`;
        for (const run of [
          () => terraform.plan(dev),
          () => terraform.run(['apply', '-input=false', '-no-color', 'dev.tfplan']),
        ])
          expect(await complaint(run())).toContain(refusal);
        // This state is empty: there is nothing to destroy.
        await terraform.destroy(dev);
        expect(await aws.listResources()).toEqual(before);
        // Another environment is not affected.
        await terraform.selectWorkspace('prod');
        expect((await terraform.plan({ varFile: 'prod.tfvars', args })).hasChanges).toBe(true);
        // Moved as documented, the stack is in the other workspace.
        await terraform.selectWorkspace(owner);
        await writeFile(join(terraform.path, 'moved.tfstate'), await terraform.run(['state', 'pull']));
        await terraform.selectWorkspace(other);
        await terraform.run(['state', 'push', 'moved.tfstate']);
        await terraform.selectWorkspace(owner);
        await terraform.run(['state', 'rm', 'module.us_east_1']);
        await terraform.selectWorkspace(other);
        expect((await terraform.plan({ ...dev, args })).hasChanges).toBe(false);
        await terraform.destroy(dev);
        expect(await aws.listResources()).toEqual([]);
      },
    );
  });

  describe('an account', () => {
    let terraform: TerraformWorkdir;

    beforeAll(async () => {
      terraform = await open(`
project_name: acme-voice
environments:
  dev: { regions: [us-east-1], account_id: "123456789012" }
  prod: { regions: [us-east-1], account_id: "999988887777" }
  lab: { regions: [us-east-1] }
`);
    });
    afterAll(() => terraform?.remove());

    test("other than the environment's stops the plan", async () => {
      await terraform.selectWorkspace('prod');
      expect(await complaint(terraform.plan({ varFile: 'prod.tfvars' }))).toMatch(
        /account ID not allowed: 123456789012/i,
      );
    });

    test.each(['dev', 'lab'])('of %s is accepted, because the spec names it or no account', async (name) => {
      await terraform.selectWorkspace(name);
      expect((await terraform.plan({ varFile: `${name}.tfvars` })).hasChanges).toBe(true);
    });
  });
});
