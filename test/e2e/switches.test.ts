// Switches keys, network and profile on and off on a stack with data: every step applies, the next plan is empty, and the
// recording, the session and the webhook are unchanged.
import { join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateAgain, generateOutput } from '../support/deployment/generated-tree.ts';
import { postWebhook } from '../support/deployment/webhooks.ts';
import { readDeploymentRoles } from '../support/permissions/deployment-roles.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const SECRET = 'the secret';
const BUCKET = 'acme-voice-audio-prod';
const TABLE = 'acme-voice-sessions-prod';
const SESSION = { session_id: 'sess_canary', timestamp: 1_700_000_000 };
const GROUP = '/aws/lambda/sonotheia-webhook-handler-prod';
const VPC = 'vpc: { subnet_ids: [subnet-0123456789abcdef0], security_group_ids: [sg-0123456789abcdef0] }';

const writeSpec = (...settings: string[]): string =>
  [
    'project_name: acme-voice',
    'environments:',
    '  prod:',
    '    regions: [us-east-1]',
    ...settings.map((line) => `    ${line}`),
    '',
  ].join('\n');

describeWithTools('a stack with data', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  let terraform: TerraformWorkdir;
  let events = 0;
  const documents = () => DynamoDBDocumentClient.from(aws.client(DynamoDBClient));

  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.recordRequests();
    terraform = await createTerraformWorkdir({
      outDir: await generateOutput(writeSpec()),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'the key', TF_VAR_webhook_secret: SECRET },
    });
    await terraform.init();
    await terraform.apply();
    await aws
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket: BUCKET, Key: 'processed/canary.wav', Body: 'a voice' }));
    await documents().send(new PutCommand({ TableName: TABLE, Item: { ...SESSION, status: 'announced' } }));
  });

  afterAll(async () => {
    await terraform?.remove();
    await aws?.stop();
  });

  async function readSettings(): Promise<{ groupKey: boolean; functionKey: boolean; subnets: number }> {
    const { logGroups = [] } = await aws
      .client(CloudWatchLogsClient)
      .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: GROUP }));
    const configuration = await aws
      .client(LambdaClient)
      .send(new GetFunctionConfigurationCommand({ FunctionName: 'sonotheia-webhook-handler-prod' }));
    return {
      groupKey: logGroups[0]?.kmsKeyId !== undefined,
      functionKey: Boolean(configuration.KMSKeyArn),
      subnets: configuration.VpcConfig?.SubnetIds?.length ?? 0,
    };
  }

  test.each([
    ['a key of its own', ['kms: { managed: true }'], { groupKey: true, functionKey: true, subnets: 0 }],
    ['a network', ['kms: { managed: true }', VPC], { groupKey: true, functionKey: true, subnets: 1 }],
    ['the strict profile', ['profile: strict', VPC], { groupKey: true, functionKey: true, subnets: 1 }],
    // The bucket of access logs is kept, because it is not empty.
    [
      'none of it but the access logs, and recordings kept for a week',
      ['s3: { access_logs: true, expiration_days: 7 }'],
      { groupKey: false, functionKey: false, subnets: 0 },
    ],
  ])('with %s keeps its data and its webhook', async (_, settings, expected) => {
    await generateAgain(terraform.path, writeSpec(...settings), '--allow-replace');
    await terraform.adoptTree();
    await terraform.init();
    await terraform.apply();
    expect(await readSettings()).toEqual(expected);
    const plan = await terraform.plan();
    expect(plan.hasChanges, plan.text).toBe(false);
    const recording = await aws
      .client(S3Client)
      .send(new GetObjectCommand({ Bucket: BUCKET, Key: 'processed/canary.wav' }));
    expect(await recording.Body?.transformToString()).toBe('a voice');
    const { Item } = await documents().send(new GetCommand({ TableName: TABLE, Key: SESSION }));
    expect(Item).toMatchObject(SESSION);
    events += 1;
    const event = {
      event_type: 'deepfake.completed',
      event_id: `evt_${events}`,
      data: { session_id: 'sess_new' },
    };
    const { webhook_url } = await terraform.output();
    expect((await postWebhook(aws.apiUrl(String(webhook_url)), JSON.stringify(event), SECRET)).status).toBe(
      200,
    );
    const { Items = [] } = await documents().send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'session_id = :id',
        ExpressionAttributeValues: { ':id': 'sess_new' },
      }),
    );
    expect(Items).toHaveLength(events);
  });

  test('recordings of a week are deleted without a move', async () => {
    const { Rules } = await aws
      .client(S3Client)
      .send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET }));
    expect(Rules).toEqual([expect.objectContaining({ Expiration: { Days: 7 } })]);
    expect(Rules?.[0]?.Transitions ?? []).toEqual([]);
    expect(Rules?.[0]?.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 7 });
  });

  test('the roles of a workflow with all of it allow each of these changes', async () => {
    const out = await generateOutput(writeSpec('profile: strict', VPC));
    const roles = await readDeploymentRoles(join(out, '../sonotheia.config.yaml'), 'prod');
    expect(await roles.listDenied('deploy', await aws.listRecordedRequests())).toEqual([]);
  });
});
