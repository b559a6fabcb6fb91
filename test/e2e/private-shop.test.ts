// Keys that Terraform makes and the limits of an organisation, in two regions; an API for listed addresses behind a
// firewall. The tree must apply, the next plan must be empty, and the settings must have their effect.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APIGatewayClient, GetRestApiCommand, GetStageCommand } from '@aws-sdk/client-api-gateway';
import { CreatePolicyCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput, PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { readStackState } from '../support/scanner/stack-state.ts';

const SECRETS = { TF_VAR_sonotheia_api_key: 'the key', TF_VAR_webhook_secret: 'the secret' };
const PROD = { varFile: 'prod.tfvars' };
const BOUNDARY = 'arn:aws:iam::123456789012:policy/team/boundary';

interface Deployment {
  readonly aws: LocalAws;
  readonly terraform: TerraformWorkdir;
}

async function open(goldenCase: string): Promise<Deployment> {
  const spec = join(PROJECT_ROOT, 'generator/testdata', goldenCase, 'sonotheia.config.yaml');
  const [aws, outDir] = await Promise.all([startLocalAws(), generateOutput(await readFile(spec, 'utf8'))]);
  const terraform = await createTerraformWorkdir({ outDir, localAws: aws, env: SECRETS });
  await terraform.init();
  await terraform.selectWorkspace('prod');
  return { aws, terraform };
}

async function close(deployment: Deployment | undefined): Promise<void> {
  await deployment?.terraform.remove();
  await deployment?.aws.stop();
}

async function expectEmptyPlan({ terraform }: Deployment): Promise<void> {
  const plan = await terraform.plan(PROD);
  expect(plan.hasChanges, plan.text).toBe(false);
}

describeWithTools('a private shop', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let keys: Deployment;
  let api: Deployment;

  beforeAll(async () => {
    [keys, api] = await Promise.all([open('kms-managed'), open('waf-allow-list')]);
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    await keys.aws.client(IAMClient).send(
      new CreatePolicyCommand({
        PolicyName: 'boundary',
        Path: '/team/',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [everything] }),
      }),
    );
    await Promise.all([keys.terraform.apply(PROD), api.terraform.apply(PROD)]);
  });

  afterAll(async () => {
    await Promise.all([close(keys), close(api)]);
  });

  test('plans after the applies are empty', async () => {
    await Promise.all([expectEmptyPlan(keys), expectEmptyPlan(api)]);
  });

  test('each region has its own key, and none for the alarms', async () => {
    const state = readStackState(await keys.terraform.show(), '');
    const found = state.of('aws_kms_key');
    expect(found.map(({ address }) => address)).toEqual(['aws_kms_key.stack', 'aws_kms_key.stack']);
    const regions = found.map(({ values }) => String(values.arn).split(':')[3]);
    expect(regions.sort()).toEqual(['eu-west-1', 'us-east-1']);
    for (const { values } of found) {
      expect(values).toMatchObject({ deletion_window_in_days: 14, enable_key_rotation: true });
      const region = String(values.arn).split(':')[3];
      expect(values.policy).toContain(`logs.${region}.amazonaws.com`);
    }
    const aliases = state.of('aws_kms_alias').map(({ values }) => values.name);
    expect(aliases).toEqual(['alias/acme-voice-prod', 'alias/acme-voice-prod']);
  });

  test.each(['sonotheia-webhook-handler-prod', 'sonotheia-audio-processor-prod-eu-west-1'])(
    'the role %s has path and boundary',
    async (RoleName) => {
      const { Role } = await keys.aws.client(IAMClient).send(new GetRoleCommand({ RoleName }));
      expect(Role?.Path).toBe('/sonotheia/');
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(BOUNDARY);
    },
  );

  test('the audio processor has its reserved instances, the webhook handler no limit', async () => {
    const lambda = keys.aws.client(LambdaClient);
    const read = async (FunctionName: string): Promise<number | undefined> =>
      (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions;
    expect(await read('sonotheia-audio-processor-prod')).toBe(10);
    expect(await read('sonotheia-webhook-handler-prod')).toBeUndefined();
  });

  test('the API has the listed addresses in its policy, and each change creates a new deployment', async () => {
    const gateway = api.aws.client(APIGatewayClient);
    const state = readStackState(await api.terraform.show(), '');
    const restApiId = String(state.of('aws_api_gateway_rest_api')[0]?.values.id);
    const read = async () => {
      const { policy } = await gateway.send(new GetRestApiCommand({ restApiId }));
      const { deploymentId } = await gateway.send(new GetStageCommand({ restApiId, stageName: 'prod' }));
      return { policy: String(policy), deploymentId };
    };
    const before = await read();
    for (const block of ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32']) {
      expect(before.policy.split(block)).toHaveLength(3);
    }
    await api.terraform.apply({ ...PROD, vars: { api_ip_allow_list: '["192.0.2.0/24"]' } });
    const after = await read();
    expect(after.policy).toContain('192.0.2.0/24');
    expect(after.policy).not.toContain('203.0.113.0/24');
    expect(after.deploymentId).not.toBe(before.deploymentId);
  });

  test('an invalid CIDR block stops the plan', async () => {
    const plan = api.terraform.plan({ ...PROD, vars: { api_ip_allow_list: '["203.0.113.0"]' } });
    await expect(plan).rejects.toThrow(/must hold CIDR blocks/);
  });

  test('the firewall protects the stage, and counts the configured rules', async () => {
    const state = readStackState(await api.terraform.show(), '');
    const [acl] = state.of('aws_wafv2_web_acl');
    const [stage] = state.of('aws_api_gateway_stage');
    expect(state.of('aws_wafv2_web_acl_association')[0]?.values).toMatchObject({
      resource_arn: stage?.values.arn,
      web_acl_arn: acl?.values.arn,
    });
    const counted = JSON.stringify(acl?.values).match(/"name":"(SizeRestrictions_BODY|NoUserAgent_HEADER)"/g);
    expect(counted).toHaveLength(2);
    expect(JSON.stringify(state.of('aws_cloudwatch_log_resource_policy')[0]?.values)).toContain(
      'aws-waf-logs-',
    );
  });
});
