// One environment in two regions: names do not collide, overrides apply to their region, and a plan without a var-file
// deploys the first environment.
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const SPEC = `
project_name: acme-voice
environments:
  live:
    regions: [eu-west-1, us-east-1]
    region_overrides:
      us-east-1:
        lambda: { memory_size: 256 }
`;

describeWithTools('an environment in two regions', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;

  beforeAll(async () => {
    aws = await startLocalAws();
    terraform = await createTerraformWorkdir({
      outDir: await generateOutput(SPEC),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' },
    });
    await terraform.init();
    await terraform.apply();
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  test('is deployed twice, with different global names', async () => {
    expect(await terraform.output()).toMatchObject({
      s3_bucket_name: 'acme-voice-audio-live',
      s3_bucket_names: {
        'eu-west-1': 'acme-voice-audio-live',
        'us-east-1': 'acme-voice-audio-live-us-east-1',
      },
      webhook_urls: {
        'eu-west-1': expect.stringContaining('.execute-api.eu-west-1.'),
        'us-east-1': expect.stringContaining('.execute-api.us-east-1.'),
      },
    });
  });

  test.each([
    ['eu-west-1', 512, 'sonotheia-webhook-handler-live'],
    ['us-east-1', 256, 'sonotheia-webhook-handler-live-us-east-1'],
  ])('in %s with %i MB and the role %s', async (region, memoryMb, role) => {
    const lambda = aws.client(LambdaClient, { region });
    const deployed = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'sonotheia-webhook-handler-live' }),
    );
    expect(deployed.MemorySize).toBe(memoryMb);
    expect(deployed.Role).toMatch(new RegExp(`:role/${role}$`));
  });

  test('a plan right after the apply is empty', async () => {
    const plan = await terraform.plan();
    expect(plan.hasChanges, plan.text).toBe(false);
  });
});
