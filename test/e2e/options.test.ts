// Deploys golden cases with rarely used options: they must apply, and the next plan must be empty.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DynamoDBClient,
  type ProvisionedThroughputDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SnsResultsTopic } from '../../handlers/shared/adapters/sns-results-topic.ts';
import { buildAnnouncement } from '../../handlers/shared/announcement.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput, PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { makeEvent } from '../support/handlers/make-event.ts';
import { readDeploymentRoles } from '../support/permissions/deployment-roles.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const SECRETS = { TF_VAR_sonotheia_api_key: 'the key', TF_VAR_webhook_secret: 'the secret' };

interface Deployment {
  readonly aws: LocalAws;
  readonly terraform: TerraformWorkdir;
  /** The file. */
  readonly spec: string;
}

async function open(goldenCase: string, env: Record<string, string>): Promise<Deployment> {
  const spec = await readFile(
    join(PROJECT_ROOT, 'generator/testdata', goldenCase, 'sonotheia.config.yaml'),
    'utf8',
  );
  // The state is local, so there are no roles for a workflow.
  const local = spec.replaceAll(/^(?:terraform:\n {2}backend: s3|workflow:)\n(?: .*\n)+/gm, '');
  const [aws, outDir] = await Promise.all([startLocalAws(), generateOutput(local)]);
  await aws.recordRequests();
  const terraform = await createTerraformWorkdir({ outDir, localAws: aws, env });
  await terraform.init();
  return { aws, terraform, spec: join(outDir, '../sonotheia.config.yaml') };
}

async function close(deployment: Deployment | undefined): Promise<void> {
  await deployment?.terraform.remove();
  await deployment?.aws.stop();
}

async function apply({ terraform }: Deployment, environment: string): Promise<void> {
  await terraform.selectWorkspace(environment);
  await terraform.apply({ varFile: `${environment}.tfvars` });
}

async function expectEmptyPlan({ terraform }: Deployment, varFile: string): Promise<void> {
  const plan = await terraform.plan({ varFile });
  expect(plan.hasChanges, plan.text).toBe(false);
}

/** Creates the zone of the spec's domain; AWS chooses its id. */
async function useZone({ aws, spec, terraform }: Deployment, specId: string): Promise<void> {
  const xml =
    '<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>example.com.</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>';
  const credential = 'Credential=test/20260101/us-east-1/route53/aws4_request';
  const response = await fetch(`${aws.endpoint}/2013-04-01/hostedzone`, {
    method: 'POST',
    headers: { Authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0` },
    body: xml,
  });
  const answer = await response.text();
  const [, id] = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(answer) ?? [];
  if (id === undefined) throw new Error(`The local AWS created no zone: ${answer}`);
  for (const file of [join(terraform.path, 'prod.tfvars'), spec])
    await writeFile(file, (await readFile(file, 'utf8')).replace(specId, id));
}

async function readEnvironment({ aws }: Deployment, name: string): Promise<Record<string, string>> {
  const { Environment } = await aws
    .client(LambdaClient)
    .send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  return Environment?.Variables ?? {};
}

describeWithTools('options', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let everythingOn: Deployment;
  let everythingOff: Deployment;
  let mixedSecrets: Deployment;
  let olderTerraform: Deployment;

  beforeAll(async () => {
    [everythingOn, everythingOff, mixedSecrets, olderTerraform] = await Promise.all([
      open('everything-on', SECRETS),
      open('everything-off', SECRETS),
      open('mixed-secrets', {}),
      open('older-terraform', SECRETS),
    ]);
    // The layer that the spec names.
    await everythingOn.aws.client(LambdaClient, { region: 'eu-central-1' }).send(
      new PublishLayerVersionCommand({
        LayerName: 'opentelemetry',
        Content: { ZipFile: zipSync({ 'otel-handler': new Uint8Array() }) },
      }),
    );
    await useZone(everythingOn, 'Z0123456789ABCDEFGHIJ');
    const secretsManager = mixedSecrets.aws.client(SecretsManagerClient);
    // Under a customer-managed key that the spec does not know, named by its alias.
    const kms = mixedSecrets.aws.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KmsKeyId = 'alias/shared';
    await kms.send(new CreateAliasCommand({ AliasName: KmsKeyId, TargetKeyId: KeyMetadata?.KeyId }));
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'shared/sonotheia-key', SecretString: 'k', KmsKeyId }),
    );
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'sonotheia-webhook-secret-prod', SecretString: 's' }),
    );
    await Promise.all([
      apply(everythingOn, 'prod'),
      apply(everythingOff, 'dev'),
      apply(mixedSecrets, 'prod'),
      apply(olderTerraform, 'dev'),
    ]);
  });

  afterAll(async () => {
    await Promise.all([everythingOn, everythingOff, mixedSecrets, olderTerraform].map(close));
  });

  test('everything on: VPC, KMS, provisioned billing, versioning, subscriptions are stable', async () => {
    await expectEmptyPlan(everythingOn, 'prod.tfvars');
    expect(await everythingOn.terraform.output()).toMatchObject({
      s3_bucket_name: 'acme-voice-audio-prod-c0ffee',
      webhook_url: 'https://hooks.example.com/webhook',
      health_url: 'https://hooks.example.com/health',
      api_domain_target: expect.stringMatching(/\.execute-api\.eu-central-1\.amazonaws\.com$/),
    });
  });

  test('everything on: a result that a queue does not take is in the dead-letter queue', async () => {
    const region = 'eu-central-1';
    const { results_topic_arn } = await everythingOn.terraform.output();
    const sqs = everythingOn.aws.client(SQSClient, { region });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'acme-voice-results-dlq-prod' }));
    const topic = new SnsResultsTopic(
      everythingOn.aws.client(SNSClient, { region }),
      String(results_topic_arn),
    );
    const context = {
      source: { project: 'acme-voice', environment: 'prod', region },
      thresholds: { high: 0.8, review: 0.5 },
    };
    const event = makeEvent('evt_lost', { eventType: 'mfa.completed', data: { verified: false } });
    await topic.publish(buildAnnouncement(event, context), AbortSignal.timeout(10_000));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body).event_id)).toEqual(['evt_lost']);
  });

  test('everything on: the roles of a workflow allow each request of Terraform', async () => {
    const roles = await readDeploymentRoles(everythingOn.spec, 'prod');
    expect(await roles.listDenied('deploy', await everythingOn.aws.listRecordedRequests())).toEqual([]);
  });

  test('a replaced API and a renamed stage keep the URL of the custom domain', async () => {
    const { terraform } = everythingOn;
    const before = await terraform.output();
    const api = 'module.eu_central_1[0].aws_api_gateway_rest_api.webhook[0]';
    await terraform.apply({
      varFile: 'prod.tfvars',
      vars: { api_stage_name: 'live2' },
      args: [`-replace=${api}`, `-target=module.eu_central_1[0].aws_api_gateway_base_path_mapping.webhook`],
    });
    await terraform.apply({ varFile: 'prod.tfvars' });
    await expectEmptyPlan(everythingOn, 'prod.tfvars');
    const { webhook_url, api_domain_target } = before;
    expect(await terraform.output()).toMatchObject({ webhook_url, api_domain_target });
  });

  test('capacity set by autoscaling stays; an index deleted by hand is recreated', async () => {
    const dynamodb = everythingOn.aws.client(DynamoDBClient, { region: 'eu-central-1' });
    const TableName = String((await everythingOn.terraform.output()).dynamodb_table_name);
    const IndexName = 'event_type-timestamp-index';
    const scaled = { ReadCapacityUnits: 50, WriteCapacityUnits: 60 };
    await dynamodb.send(
      new UpdateTableCommand({
        TableName,
        ProvisionedThroughput: scaled,
        GlobalSecondaryIndexUpdates: [{ Update: { IndexName, ProvisionedThroughput: scaled } }],
      }),
    );
    await expectEmptyPlan(everythingOn, 'prod.tfvars');
    await dynamodb.send(
      new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
    );
    await applyTable({});
    expect(await readCapacities(TableName)).toEqual({ table: [50, 60], index: [10, 20] });
  });

  test('from on demand to provisioned: the minimum applies from the beginning', async () => {
    const TableName = String((await everythingOn.terraform.output()).dynamodb_table_name);
    await applyTable({ dynamodb_billing_mode: 'PAY_PER_REQUEST' });
    await applyTable({});
    expect(await readCapacities(TableName)).toEqual({ table: [10, 20], index: [10, 20] });
  });

  async function applyTable(vars: Record<string, string>): Promise<void> {
    const args = ['-target=module.eu_central_1[0].aws_dynamodb_table.sessions'];
    await everythingOn.terraform.apply({ varFile: 'prod.tfvars', vars, args });
  }

  async function readCapacities(TableName: string): Promise<Record<string, (number | undefined)[]>> {
    const { Table } = await everythingOn.aws
      .client(DynamoDBClient, { region: 'eu-central-1' })
      .send(new DescribeTableCommand({ TableName }));
    const units = ({ ReadCapacityUnits, WriteCapacityUnits }: ProvisionedThroughputDescription = {}) => [
      ReadCapacityUnits,
      WriteCapacityUnits,
    ];
    return {
      table: units(Table?.ProvisionedThroughput),
      index: units(Table?.GlobalSecondaryIndexes?.[0]?.ProvisionedThroughput),
    };
  }

  test('everything off: stable, and the outputs stay valid', async () => {
    await expectEmptyPlan(everythingOff, 'dev.tfvars');
    const output = await everythingOff.terraform.output();
    expect(output).toMatchObject({ s3_bucket_name: 'acme-voice-audio-dev' });
    // Terraform omits null outputs.
    expect(output.webhook_url ?? null).toBeNull();
    expect(output.webhook_urls).toEqual({ 'us-east-1': null });
  });

  test('everything off: a switch for a part that was not generated prints the way to add it', async () => {
    const plan = everythingOff.terraform.plan({
      varFile: 'dev.tfvars',
      vars: { enable_api_gateway: 'true' },
    });
    await expect(plan).rejects.toThrow(/set\s+api_gateway\.enabled\s+in\s+sonotheia\.config\.yaml/);
  });

  test('existing secrets are looked up by name, without variables', async () => {
    await expectEmptyPlan(mixedSecrets, 'prod.tfvars');
    const environment = await readEnvironment(mixedSecrets, 'sonotheia-audio-processor-prod');
    expect(environment.SONOTHEIA_API_KEY_SECRET_ID).toBe('shared/sonotheia-key');
  });

  test('an existing secret under a customer-managed key is readable for its function alone', async () => {
    const { aws } = mixedSecrets;
    const [audio, webhook] = await Promise.all(
      ['audio-processor', 'webhook-handler'].map((name) =>
        aws.assumeRole(`arn:aws:iam::123456789012:role/sonotheia-${name}-prod`),
      ),
    );
    const read = (credentials: typeof audio, SecretId: string): Promise<unknown> =>
      aws
        .client(SecretsManagerClient, { ...(credentials ? { credentials } : {}) })
        .send(new GetSecretValueCommand({ SecretId }));
    const other = { Name: 'other', SecretString: 'o', KmsKeyId: 'alias/shared' };
    await aws.client(SecretsManagerClient).send(new CreateSecretCommand(other));
    await aws.enforceIam(true);
    await expect(read(audio, 'shared/sonotheia-key')).resolves.toMatchObject({ SecretString: 'k' });
    await expect(read(webhook, 'sonotheia-webhook-secret-prod')).resolves.toMatchObject({
      SecretString: 's',
    });
    await expect(read(webhook, 'shared/sonotheia-key')).rejects.toThrow(/not authorized/);
    await expect(read(audio, 'other')).rejects.toThrow(/not authorized/);
    await aws.enforceIam(false);
  });

  test('with managed secrets, a missing variable stops the plan', async () => {
    await mixedSecrets.terraform.selectWorkspace('dev');
    const plan = mixedSecrets.terraform.plan({ varFile: 'dev.tfvars' });
    await expect(plan).rejects.toThrow(/sonotheia_api_key must be given in this environment/);
  });

  test('older Terraform: the classic argument writes the secret', async () => {
    await expectEmptyPlan(olderTerraform, 'dev.tfvars');
    const { SecretString } = await olderTerraform.aws
      .client(SecretsManagerClient)
      .send(new GetSecretValueCommand({ SecretId: 'sonotheia-api-key-dev' }));
    expect(SecretString).toBe('the key');
  });
});
