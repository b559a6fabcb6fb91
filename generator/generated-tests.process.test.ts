// The generated test can fail: an assertion detects each planted mistake, and each assertion detects at least one.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../test/support/terraform/shared-provider.ts';
import { renderSpec, runTreeTests } from '../test/support/terraform/tree-tests.ts';

const TEST_FILE = 'tests/sonotheia.tftest.hcl';
const MINIMAL = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';

let provider: SharedProvider;

/** A mistake: in `file` the first `from` becomes `to`. */
interface Mutant {
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** The message of each assertion that must detect it. */
  readonly messages: readonly RegExp[];
}

const MUTANTS: readonly Mutant[] = [
  mutate('main.tf', '-sessions-${', '-session-${', /Names must stay/),
  mutate('outputs.tf', 'aws_dynamodb_table.sessions.name', 'aws_s3_bucket.audio.bucket', /outputs must tell/),
  mutate(
    'lambda.tf',
    '= var.lambda_memory_size',
    '= 2 * var.lambda_memory_size',
    /512 MB, 30 s, arm64/,
    /take any size/,
  ),
  mutate('lambda.tf', '= var.lambda_system_log_level', '= "DEBUG"', /512 MB, 30 s, arm64/),
  mutate('lambda.tf', '= var.sonotheia_api_url', '= "https://elsewhere.example"', /environment variables/),
  mutate('sqs.tf', '= local.audio_max_receive_count', '= 1', /An upload must wait/),
  mutate('s3.tf', '= var.s3_glacier_days', '= var.s3_glacier_days + 1', /cheaper after 30 and 90 days/),
  mutate('s3.tf', ' if days < var.s3_expiration_days', '', /take any setting/),
  mutate(
    's3.tf',
    'block_public_policy     = true',
    'block_public_policy     = false',
    /bucket must be private/,
  ),
  mutate(
    'dynamodb.tf',
    '= var.enable_point_in_time_recovery',
    '= !var.enable_point_in_time_recovery',
    /table must keep/,
  ),
  mutate(
    'sqs.tf',
    '  sqs_managed_sse_enabled    = local.has_kms_key ? null : true\n',
    '',
    /must be encrypted/,
  ),
  mutate(
    'lambda.tf',
    '  retention_in_days = var.log_retention_days\n',
    '',
    /log groups of the functions/,
    /take any setting/,
  ),
  mutate('secrets.tf', '"sonotheia-api-key-', '"api-key-', /secret api_key must be made/),
  mutate('secrets.tf', '= var.webhook_secret_version', '= 2', /secret webhook must be made/),
  mutate('iam.tf', '"dynamodb:GetItem", ', '"dynamodb:*", ', /webhook handler's role/, /No role may have/),
  mutate('iam.tf', '["${aws_s3_bucket.audio.arn}/incoming/*"]', '["*"]', /audio processor's role/),
  mutate('iam.tf', 'role   = aws_iam_role.webhook_handler.id', 'role   = "another"', /its own role/),
  mutate('s3.tf', /\n {2}statement {\n {4}sid {7}= "TlsOnly"[\s\S]*?\n {2}}\n/, '', /does not come over TLS/),
  mutate(
    's3.tf',
    '= data.aws_iam_policy_document.audio_bucket.json',
    '= "{}"',
    /results topic must each have/,
  ),
  mutate(
    'monitoring.tf',
    'values   = [local.alarm_arns]',
    'values   = ["*"]',
    /Only the alarms of this stack/,
  ),
  mutate(
    'monitoring.tf',
    '= data.aws_iam_policy_document.alarms_topic[0].json',
    '= "{}"',
    /alarm topic must have its own policy/,
  ),
  mutate('api_gateway.tf', '= var.api_throttling_rate_limit', '= 10000', /stage must be throttled/),
  mutate('monitoring.tf', '= var.alarm_duration_seconds * 1000', '= 60000', /with these thresholds/),
  mutate('monitoring.tf', '  ok_actions          = local.alarm_actions\n', '', /report to the alarm topic/),
  mutate(
    'iam.tf',
    '  statement {\n    sid       = "KeepFailedInvocations"',
    '  statement {\n    sid       = "More"\n    actions   = ["iam:PassRole"]\n    resources = ["arn:aws:iam::123456789012:role/x"]\n  }\n\n  statement {\n    sid       = "KeepFailedInvocations"',
    /and no more/,
  ),
  mutate('main.tf', '"" : "-${var.aws_region}"', '"" : ""', /names must carry the region/),
  mutate('iam.tf', '= var.iam_role_path', '= "/x/"', /must have the path/),
  mutate(
    'iam.tf',
    '= var.iam_permissions_boundary',
    '= "arn:aws:iam::123456789012:policy/x"',
    /must have the permissions boundary/,
  ),
  mutate('lambda.tf', 'coalesce(var.audio_reserved_concurrency, -1)', '5', /concurrency/),
  mutate(
    'lambda.tf',
    '= var.lambda_layers',
    '= ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"]',
    /layers of lambda_layers/,
  ),
  mutate('lambda.tf', '"PassThrough"', '"Active"', /must be traced/),
  mutate('lambda.tf', '= var.vpc_subnet_ids', '= ["subnet-0"]', /run in the subnets/),
  mutate('lambda.tf', '= local.audio_batch_size', '= 10', /no more work/),
  mutate('monitoring.tf', '-alarms-${', '-alarm-${', /alarm topic must have its name/),
  mutate('api_gateway.tf', '= each.key', '= "${each.key}s"', /API must offer/),
  mutate('api_gateway.tf', 'count = var.enable_api_gateway ? 1 : 0', 'count = 1', /switched off/),
  mutate('api_logging_role.tf', '/AmazonAPIGatewayPush', '/Another', /logging role/),
];

/** Mistakes in optional parts. */
const OPTIONAL_MUTANTS: readonly Mutant[] = [
  mutate('iam.tf', '["kms:Decrypt", "kms:GenerateDataKey"]', '["kms:*"]', /use of key/, /No role may have/),
  mutate('iam.tf', '= var.iam_role_path', '= "/"', /must have the path/),
  mutate('lambda.tf', '= var.vpc_subnet_ids', '= ["subnet-0"]', /run in the subnets/),
  mutate('lambda.tf', 'coalesce(var.audio_reserved_concurrency, -1)', '-1', /concurrency/),
  mutate('s3_versioning.tf', 'status = "Enabled"\n  }', 'status = "Suspended"\n  }', /must be private/),
  mutate('sqs.tf', '  kms_master_key_id          = local.kms_key_arn\n', '', /must be encrypted/),
  mutate('dynamodb_autoscaling.tf', 'max = var.dynamodb_max_write_capacity', 'max = 401', /must scale/),
  mutate(
    'api_logging_role.tf',
    'AmazonAPIGatewayPushToCloudWatchLogs"',
    'AdministratorAccess"',
    /logging role/,
  ),
  mutate(
    'api_allow_list.tf',
    'test     = "NotIpAddress"',
    'test     = "IpAddress"',
    /the listed addresses alone/,
  ),
  mutate(
    'waf.tf',
    '= aws_wafv2_web_acl.api[0].arn\n}',
    '= "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/x/y"\n}',
    /firewall must stand/,
  ),
  mutate('waf.tf', 'variable = "aws:SourceArn"', 'variable = "aws:PrincipalArn"', /Only the firewall/),
  mutate(
    's3_access_logs.tf',
    'variable = "aws:SourceAccount"',
    'variable = "aws:PrincipalAccount"',
    /Only S3 may/,
  ),
  mutate(
    's3_access_logs.tf',
    'restrict_public_buckets = true',
    'restrict_public_buckets = false',
    /in a private bucket/,
  ),
  mutate('dashboard.tf', 'dashboard_name = "', 'dashboard_name = "x-', /dashboard/),
  mutate('alarm_subscribers.tf', '= each.key\n', '= "nobody@example.com"\n', /must reach/),
  mutate('api_domain.tf', '= "TLS_1_2"', '= "TLS_1_0"', /on its custom domain/),
  mutate(
    'sns_subscriptions.tf',
    '[">=", each.value.minimum_score]',
    '["<", each.value.minimum_score]',
    /the subscribers/,
  ),
  mutate(
    'sns_subscriptions.tf',
    'each.value.dead_letter ? ',
    '!each.value.dead_letter ? ',
    /kept for 14 days/,
  ),
  mutate('sns_subscriptions.tf', 'risk = each.value.risk', 'risk = ["low"]', /the subscribers/),
];

const KEY_MUTANTS: readonly Mutant[] = [
  mutate(
    'kms.tf',
    'enable_key_rotation     = true',
    'enable_key_rotation     = false',
    /stack's key must rotate/,
  ),
  mutate('kms.tf', 'variable = "aws:SourceArn"', 'variable = "aws:PrincipalArn"', /serve this stack alone/),
  mutate(
    'iam.tf',
    'permissions_boundary = var.iam_permissions_boundary',
    '',
    /must have the permissions boundary/,
  ),
];

const REGION_MUTANTS: readonly Mutant[] = [
  mutate('main.tf', '"" : "-${var.aws_region}"', '"" : ""', /names must carry the region/),
  mutate('lambda.tf', '= var.lambda_memory_size', '= min(1024, var.lambda_memory_size)', /take any size/),
];

const WORKSPACE_GUARD: Mutant = {
  file: 'variables.tf',
  from: /condition {5}= terraform\.workspace == .*/,
  to: 'condition     = var.environment != ""',
  messages: [/var\.environment, was expected to report an error/],
};

/** Mistakes in the root. With one environment, an unknown one has no workspace either. */
const ROOT_MUTANTS: readonly Mutant[] = [
  WORKSPACE_GUARD,
  {
    file: 'variables.tf',
    from: 'contains(["dev"], var.environment)',
    to: 'length(var.environment) > 0',
    messages: [],
  },
  {
    file: 'main.tf',
    from: '= var.enable_api_gateway',
    to: '= false',
    messages: [/pass its variables/],
  },
  {
    file: 'outputs.tf',
    from: 'region => stack.s3_bucket_name',
    to: 'region => "bucket"',
    messages: [/have a stack/],
  },
];

function mutate(file: string, from: string | RegExp, to: string, ...messages: RegExp[]): Mutant {
  return { file: `modules/sonotheia/${file}`, from, to, messages };
}

describeWithTools('the generated test', [TERRAFORM, AWS_PROVIDER], () => {
  beforeAll(async () => {
    provider = await startSharedProvider();
  });
  afterAll(() => provider?.stop());

  test('detects every mistake, and each assertion detects one', { timeout: 300_000 }, async () => {
    const files = renderSpec(MINIMAL);
    const mutants = [...MUTANTS, ...ROOT_MUTANTS];
    const failures = await runTest(applyMutants(files, mutants), 'dev');
    expectSeen(mutants, failures);
    const all = [...(files.get(TEST_FILE) ?? '').matchAll(/error_message = "(.*)"/g)];
    expect(
      all.map(([, message = '']) => message).filter((message) => !failures.some(isFrom(message))),
    ).toEqual([]);
  });

  test.each([
    ['optional parts', 'everything-on', OPTIONAL_MUTANTS],
    ['a key of its own', 'kms-managed', [...KEY_MUTANTS, WORKSPACE_GUARD]],
    ['several regions', 'multi-region', REGION_MUTANTS],
  ])('detects mistakes in %s', { timeout: 300_000 }, async (_what, name, mutants) => {
    const spec = readFileSync(new URL(`testdata/${name}/sonotheia.config.yaml`, import.meta.url), 'utf8');
    expectSeen(mutants, await runTest(applyMutants(renderSpec(spec), mutants), 'prod'));
  });
});

/** Whether a failure matches an `error_message`, whose interpolations Terraform has evaluated. */
function isFrom(message: string): (failure: string) => boolean {
  const [first = '', ...others] = message
    .split(/\$\{[^}]*\}/)
    .map((text) => text.replace(/[.*+?()|[\]{}^$\\]/g, '\\$&'));
  const pattern = new RegExp(`^${[first, ...others].join('.*')}$`);
  return (failure) => pattern.test(failure);
}

function expectSeen(mutants: readonly Mutant[], failures: readonly string[]): void {
  for (const { from, messages } of mutants) {
    for (const message of messages) {
      expect(
        failures.some((failure) => message.test(failure)),
        `${from}: ${message} in ${failures}`,
      ).toBe(true);
    }
  }
  expect(failures.filter((failure) => failure.startsWith('unexpected'))).toEqual([]);
}

function applyMutants(
  files: ReadonlyMap<string, string>,
  mutants: readonly Mutant[],
): ReadonlyMap<string, string> {
  const mutated = new Map(files);
  for (const { file, from, to } of mutants) {
    const before = mutated.get(file) ?? '';
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`there is no ${from} in ${file}`);
    mutated.set(file, after);
  }
  return mutated;
}

/** The messages of failed assertions and missing refusals. */
async function runTest(files: ReadonlyMap<string, string>, environment: string): Promise<string[]> {
  const errors = await runTreeTests(files, environment, provider);
  return errors.map(({ summary, detail }) =>
    ['Test assertion failed', 'Missing expected failure'].includes(summary)
      ? detail.replaceAll('\n', ' ')
      : `unexpected: ${summary}`,
  );
}
