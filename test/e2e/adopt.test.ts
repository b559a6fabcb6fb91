// A system that was created by hand is adopted: imported and changed in place, without a replacement or loss of data.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import {
  type HandMadeApi,
  makeApi,
  makeBucket,
  makeFunction,
  makeLogGroup,
  makeRole,
  makeSecret,
  makeTable,
} from '../support/deployment/made-by-hand.ts';
import { postWebhook } from '../support/deployment/webhooks.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const BUCKET = 'acme-calls';
const SECRETS = { TF_VAR_sonotheia_api_key: 'the key', TF_VAR_webhook_secret: 'the secret' };

/** Addresses in the one module of the tree. */
const IMPORTED = [
  'aws_api_gateway_integration.route["webhook"]',
  'aws_api_gateway_method.route["health"]',
  'aws_api_gateway_method.route["webhook"]',
  'aws_api_gateway_resource.route["health"]',
  'aws_api_gateway_resource.route["webhook"]',
  'aws_api_gateway_rest_api.webhook[0]',
  'aws_api_gateway_stage.webhook[0]',
  'aws_cloudwatch_log_group.api_execution[0]',
  'aws_cloudwatch_log_group.audio_processor',
  'aws_cloudwatch_log_group.webhook_handler',
  'aws_dynamodb_table.sessions',
  'aws_iam_role.audio_processor',
  'aws_lambda_function.audio_processor',
  'aws_lambda_function.webhook_handler',
  'aws_s3_bucket.audio',
  'aws_s3_bucket_lifecycle_configuration.audio',
  'aws_s3_bucket_notification.audio',
  'aws_s3_bucket_policy.audio',
  'aws_s3_bucket_public_access_block.audio',
  'aws_s3_bucket_server_side_encryption_configuration.audio',
  'aws_secretsmanager_secret.api_key',
  'aws_secretsmanager_secret.webhook',
].map((address) => `module.us_east_1[0].${address}`);

interface HandMade {
  readonly api: HandMadeApi;
  readonly apiKeyArn: string;
  readonly webhookSecretArn: string;
}

async function makeByHand(aws: LocalAws): Promise<HandMade> {
  const sharedRole = await makeRole(aws, 'lambda-role');
  const audioRole = await makeRole(aws, 'sonotheia-audio-processor-prod');
  // The console creates functions without environment variables.
  const webhookArn = await makeFunction(aws, 'sonotheia-webhook-handler-prod', sharedRole);
  const audioArn = await makeFunction(aws, 'sonotheia-audio-processor-prod', audioRole, {
    Variables: { ENVIRONMENT: 'prod' },
  });
  await makeBucket(aws, BUCKET, audioArn);
  await makeTable(aws, 'Calls', 'documented');
  await makeTable(aws, 'Wrong', 'other');
  const api = await makeApi(aws, webhookArn);
  await makeLogGroup(aws, `API-Gateway-Execution-Logs_${api.id}/prod`);
  return {
    api,
    apiKeyArn: await makeSecret(aws, 'sonotheia-api-key-prod', 'the old key'),
    webhookSecretArn: await makeSecret(aws, 'sonotheia-webhook-secret-prod', 'the old secret'),
  };
}

function writeSpec(adopt: string): string {
  return `
project_name: acme-voice
environments:
  dev: { regions: [us-east-1], dynamodb: { billing_mode: PROVISIONED } }
  prod:
    regions: [us-east-1]
    s3: { bucket_name: ${BUCKET} }
    dynamodb: { table_name: Calls }
${adopt}
  wrong:
    regions: [us-east-1]
    dynamodb: { table_name: Wrong }
    adopt: { us-east-1: { table: Wrong } }
`;
}

function adoptAll({ api, apiKeyArn, webhookSecretArn }: HandMade): string {
  return `
    adopt:
      us-east-1:
        bucket: ${BUCKET}
        bucket_settings: [lifecycle, policy, public_access_block]
        table: Calls
        webhook_handler: sonotheia-webhook-handler-prod
        audio_processor: sonotheia-audio-processor-prod
        audio_processor_role: sonotheia-audio-processor-prod
        log_groups:
          webhook_handler: /aws/lambda/sonotheia-webhook-handler-prod
          audio_processor: /aws/lambda/sonotheia-audio-processor-prod
          api_execution: API-Gateway-Execution-Logs_${api.id}/prod
        api_key_secret: ${apiKeyArn}
        webhook_secret: ${webhookSecretArn}
        api:
          id: ${api.id}
          webhook_resource: ${api.webhookResource}
          health_resource: ${api.healthResource}
          integrations: [POST /webhook]
          stage: prod`;
}

interface PlannedChange {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly importing?: { readonly id: string } };
}

describeWithTools('a system that was created by hand', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let handMade: HandMade;
  let terraform: TerraformWorkdir;
  let changes: readonly PlannedChange[];
  const prod = { varFile: 'prod.tfvars' };

  async function planChanges(varFile: string): Promise<readonly PlannedChange[]> {
    await terraform.plan({ varFile, args: ['-out=the.plan'] });
    const plan = (await terraform.show('the.plan')) as { resource_changes: PlannedChange[] };
    return plan.resource_changes;
  }

  beforeAll(async () => {
    aws = await startLocalAws();
    handMade = await makeByHand(aws);
    const outDir = await generateOutput(writeSpec(adoptAll(handMade)));
    terraform = await createTerraformWorkdir({ outDir, localAws: aws, env: SECRETS });
    await terraform.init();
    await terraform.selectWorkspace('prod');
    changes = await planChanges('prod.tfvars');
    await terraform.run(['apply', '-input=false', '-no-color', 'the.plan']);
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  test('is imported by the plan', () => {
    const imported = changes.filter(({ change }) => change.importing !== undefined);
    expect(imported.map(({ address }) => address).sort()).toEqual(IMPORTED);
  });

  test('is changed in place: nothing is deleted or replaced', () => {
    const losses = changes.filter(({ change }) => change.actions.includes('delete'));
    expect(losses.map(({ address }) => address)).toEqual([]);
    const kinds = new Set(changes.flatMap(({ change }) => change.actions));
    expect([...kinds].sort()).toEqual(['create', 'no-op', 'read', 'update']);
  });

  test('a plan right after the apply is empty', async () => {
    const plan = await terraform.plan(prod);
    expect(plan.hasChanges, plan.text).toBe(false);
  });

  test('keeps its data and its URL', async () => {
    const s3 = aws.client(S3Client);
    const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'archives/call.wav' }));
    expect(await object.Body?.transformToString()).toBe('kept');
    expect(await listSessions()).toEqual(['sess_old']);
    expect(await terraform.output()).toMatchObject({
      s3_bucket_name: BUCKET,
      dynamodb_table_name: 'Calls',
      webhook_url: `https://${handMade.api.id}.execute-api.us-east-1.amazonaws.com/prod/webhook`,
      webhook_secret_arn: handMade.webhookSecretArn,
    });
  });

  test('has the settings of the spec', async () => {
    const s3 = aws.client(S3Client);
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET }));
    expect(Rules.map(({ ID }) => ID)).toEqual(['age-out']);
    const told = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: BUCKET }));
    expect(told.LambdaFunctionConfigurations ?? []).toEqual([]);
    expect(told.QueueConfigurations).toMatchObject([{ Id: 'incoming' }]);
    for (const FunctionName of ['sonotheia-webhook-handler-prod', 'sonotheia-audio-processor-prod']) {
      const deployed = await aws
        .client(LambdaClient)
        .send(new GetFunctionConfigurationCommand({ FunctionName }));
      expect(deployed).toMatchObject({ Runtime: 'nodejs22.x', Handler: 'index.handler' });
      expect(deployed.Role).toMatch(new RegExp(`:role/${FunctionName}$`));
    }
  });

  test('runs the new functions at the old URL, with the old items', async () => {
    const { webhook_url, health_url } = await terraform.output();
    const health = await fetch(aws.apiUrl(String(health_url)));
    expect(await health.json()).toMatchObject({ status: 'healthy' });
    const event = { event_type: 'deepfake.completed', event_id: 'evt_new', data: { session_id: 'sess_new' } };
    const answer = await postWebhook(
      aws.apiUrl(String(webhook_url)),
      JSON.stringify(event),
      SECRETS.TF_VAR_webhook_secret,
    );
    expect(answer.status).toBe(200);
    expect(await listSessions()).toEqual(['sess_new', 'sess_old']);
  });

  test('another environment imports nothing', async () => {
    await terraform.selectWorkspace('dev');
    const imported = (await planChanges('dev.tfvars')).filter(({ change }) => change.importing !== undefined);
    expect(imported).toEqual([]);
  });

  test('a table with other keys is refused, not replaced', async () => {
    await terraform.selectWorkspace('wrong');
    await expect(terraform.plan({ varFile: 'wrong.tfvars' })).rejects.toThrow(
      /The table\s+Wrong cannot be adopted/,
    );
  });

  test('does not need `adopt` after that', async () => {
    await cp(await generateOutput(writeSpec('').replace(/\n {4}adopt: .*/, '')), terraform.path, {
      recursive: true,
    });
    await rm(join(terraform.path, 'imports.tf'));
    await terraform.selectWorkspace('prod');
    const plan = await terraform.plan(prod);
    expect(plan.hasChanges, plan.text).toBe(false);
  });

  async function listSessions(): Promise<string[]> {
    const { Items = [] } = await DynamoDBDocumentClient.from(aws.client(DynamoDBClient)).send(
      new ScanCommand({ TableName: 'Calls' }),
    );
    const ids = Items.map(({ session_id }) => String(session_id));
    return ids.filter((id) => id.startsWith('sess_')).sort();
  }
});
