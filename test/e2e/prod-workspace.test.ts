// The prod environment of the shipped spec, in a workspace of its own and beside dev's.
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { generateOutput } from './support/generated-tree.ts';

describeWithTools('the prod environment of the shipped spec', [MOTO, TERRAFORM], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  const prod = { varFile: 'prod.tfvars' };

  beforeAll(async () => {
    aws = await startLocalAws();
    terraform = await createTerraformWorkdir({
      outDir: await generateOutput(),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'key', TF_VAR_webhook_secret: 'secret' },
    });
    await terraform.init();
    await terraform.selectWorkspace('prod');
    await terraform.apply(prod);
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  test('has the documented names, sizes and region', async () => {
    expect(await terraform.output()).toMatchObject({
      webhook_url: expect.stringMatching(/\.execute-api\.us-west-2\.amazonaws\.com\/prod\/webhook$/),
      s3_bucket_name: 'sonotheia-prod-audio-prod',
      dynamodb_table_name: 'sonotheia-prod-sessions-prod',
    });
    const lambda = aws.client(LambdaClient, { region: 'us-west-2' });
    const deployed = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'sonotheia-webhook-handler-prod' }),
    );
    expect(deployed).toMatchObject({ MemorySize: 1024, Timeout: 60 });
  });

  test('a plan right after the apply is empty, and the other workspace knows nothing of it', async () => {
    const plan = await terraform.plan(prod);
    expect(plan.hasChanges, plan.text).toBe(false);
    await terraform.selectWorkspace('dev');
    expect(await terraform.output()).toEqual({});
  });
});
