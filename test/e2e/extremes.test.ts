// The least and the greatest value of every setting, as the schema allows them: what the spec accepts, AWS takes.
import { LambdaClient, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { createTerraformWorkdir, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { generateOutput } from '../support/deployment/generated-tree.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';
import { type End, type Exceptions, writeExtremes } from '../support/specs/extreme-specs.ts';

const LONG = 'x'.repeat(60);
const LAYERS = Array.from({ length: 5 }, (_, index) => `${'l'.repeat(63)}${index}`);
const subscribe = (index: number) => ({
  name: `${'s'.repeat(37)}${String(index).padStart(3, '0')}`,
  protocol: 'https',
  endpoint: `https://example.com/${index}/`.padEnd(1024, 'x'),
  event_types: ['deepfake.completed'],
  minimum_score: 1,
});

/** Settings that another one limits: the rules of the spec refuse their own extreme. */
const EXCEPTIONS: { readonly [end in End]: Exceptions } = {
  least: {
    kms_key_arn: undefined,
    'api_gateway.domain': undefined,
    'audio.dlq_retention_days': 2,
    's3.bucket_name': undefined,
    'dynamodb.billing_mode': 'PROVISIONED',
    'secrets.webhook_secret.name': 'b',
    'vpc.subnet_ids': [],
    'vpc.security_group_ids': [],
    sonotheia_api_url: 'https://a',
    subscriptions: [{ name: 's', protocol: 'email', endpoint: 'a@b.c' }],
    traffic: undefined,
  },
  greatest: {
    kms_key_arn: undefined,
    'audio.queue_retention_days': 13,
    'audio.max_concurrency': 1000,
    'api_gateway.account_role': 'always',
    'api_gateway.domain.name': `${Array.from({ length: 4 }, () => LONG).join('.')}.abcde.com`,
    'api_gateway.domain.certificate_arn': 'arn:aws:acm:us-east-1:123456789012:certificate/1',
    'api_gateway.domain.hosted_zone_id': undefined,
    'lambda.environment': { ['E'.repeat(256)]: 'x'.repeat(500) },
    'lambda.layers': LAYERS.map((name) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`),
    'dynamodb.deletion_protection': false,
    'dynamodb.table_name': 't'.repeat(243),
    's3.bucket_name': 'b'.repeat(58),
    'api_gateway.ip_allow_list': Array.from({ length: 184 }, (_, index) => `2001:db8::${1000 + index}/128`),
    'secrets.api_key.source': 'managed',
    'secrets.webhook_secret.source': 'managed',
    'secrets.webhook_secret.name': 'w'.repeat(512),
    'secrets.recovery_window_days': 30,
    'monitoring.alarm_email': `${LONG}@${LONG}.${LONG}.${LONG}.com`,
    sonotheia_api_url: 'https://api.example.com/'.padEnd(512, 'x'),
    subscriptions: Array.from({ length: 100 }, (_, index) => subscribe(index)),
    traffic: undefined,
  },
};

describeWithTools('extremes of every setting', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let aws: LocalAws;
  const trees: Partial<Record<End, TerraformWorkdir>> = {};

  beforeAll(async () => {
    aws = await startLocalAws();
    const ZipFile = zipSync({ file: new Uint8Array() });
    for (const LayerName of LAYERS)
      await aws
        .client(LambdaClient)
        .send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile } }));
  });

  afterAll(async () => {
    await Promise.all(Object.values(trees).map((tree) => tree.remove()));
    await aws?.stop();
  });

  test.concurrent.each(['least', 'greatest'] as const)('the %s values apply, and stay', async (end) => {
    const isLong = end === 'greatest';
    const tags = Object.fromEntries(
      Array.from({ length: isLong ? 40 : 0 }, (_, index) => [`${index}`.padEnd(128, 'k'), 'v'.repeat(256)]),
    );
    const spec = {
      project_name: isLong ? 'p'.repeat(28) : 'ac',
      function_prefix: isLong ? 'f'.repeat(27) : 'f',
      tags,
      defaults: writeExtremes(end, EXCEPTIONS[end]),
      environments: { [isLong ? 'e'.repeat(20) : 'd']: { regions: ['us-east-1'] } },
    };
    const terraform = await createTerraformWorkdir({
      outDir: await generateOutput(JSON.stringify(spec)),
      localAws: aws,
      env: { TF_VAR_sonotheia_api_key: 'the key', TF_VAR_webhook_secret: 'the secret' },
    });
    trees[end] = terraform;
    await terraform.init();
    await terraform.apply();
    const plan = await terraform.plan();
    expect(plan.hasChanges, plan.text).toBe(false);
  });
});
