// The generated variables and checks.tf refuse with -var what the spec's rules refuse.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../test/support/terraform/shared-provider.ts';
import { renderSpec, runTreeTests, TEST_FILE } from '../test/support/terraform/tree-tests.ts';

const SPEC = readFileSync(new URL('testdata/everything-on/sonotheia.config.yaml', import.meta.url), 'utf8');
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:cases';
const LAYER = 'arn:aws:lambda:eu-central-1:123456789012:layer:tracing';
const subscribe = (protocol: string, endpoint: string, risk = '[]', rest = 'retry_count = null'): string =>
  `{ protocol = "${protocol}", endpoint = "${endpoint}", event_types = [for number in range(20) : "x.${'${number}'}"], minimum_score = 0.5, include_unscored = true, risk = ${risk}, verdict = [], raw_message_delivery = false, retry_delay_seconds = 60, dead_letter = true, role_arn = null, ${rest} }`;

const STREAM = 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/results';
/** Breaks a limit of each property, and has six streams. */
const BROKEN = `merge({ "A b" = ${subscribe('fax', 'x', '["bogus"]', 'retry_count = 1')
  .replace('range(20)', 'range(21)')
  .replace('= 0.5', '= 5')
  .replace('= 60', '= 0')
  .replace(
    'role_arn = null',
    'role_arn = "x"',
  )} }, { for number in range(6) : "s${'${number}'}" => ${subscribe('firehose', `${STREAM}-${'${number}'}`)} })`;

/** Values that the variables refuse, run by run, and the message of each. */
const REFUSED: readonly (readonly [name: string, expression: string, message: string])[][] = [
  [
    ['api_stage_name', '"v.1"', 'letters, digits, hyphens and underscores'],
    ['sonotheia_api_url', '"https:api.example.com"', 'base URL with https'],
    ['tags', '{ team = "a", Team = "b" }', 'differ in more than case'],
    ['result_subscriptions', `{ a = ${subscribe('sqs', `${QUEUE}.fifo`)} }`, 'fit the protocol'],
    ['api_ip_allow_list', '["203.0.113.0"]', 'CIDR blocks'],
    ['vpc_subnet_ids', '["subnet-x"]', 'id of a subnet'],
    ['iam_role_path', '"/aws-service-role/x/"', 'service-linked roles'],
    ['project_name', '"Acme"', 'lower-case letters'],
    ['lambda_environment', '{ AWS_REGION = "x" }', 'names that AWS Lambda reserves'],
    ['lambda_layers', `["${LAYER}:1", "${LAYER}:2"]`, 'one version of a layer'],
  ],
  [
    ['api_stage_name', 'join("", [for number in range(129) : "x"])', '1 to 128 characters'],
    ['sonotheia_api_url', '"HTTPS://API.EXAMPLE.COM"', 'base URL with https'],
    ['tags', '{ managedby = "me" }', 'differ in more than case'],
    ['api_domain_name', '"*.example.com"', 'without a wildcard'],
    ['lambda_environment', '{ "A-B" = "x" }', 'letters, digits and underscores'],
    [
      'result_subscriptions',
      `{ a = ${subscribe('sqs', QUEUE)}, b = ${subscribe('sqs', QUEUE)} }`,
      'may subscribe once',
    ],
    [
      'api_ip_allow_list',
      '[for number in range(199) : "2001:db8:ffff:ffff:ffff::${number}/128"]',
      'too long',
    ],
    ['vpc_subnet_ids', '[for number in range(17) : "subnet-0123456${number + 10}"]', 'at most 16 entries'],
  ],
  [
    ['tags', '{ "AWS:x" = "1" }', 'no key begins with aws:'],
    ['result_subscriptions', `{ a = ${subscribe('https', 'https:example.com/x')} }`, 'fit the protocol'],
    ['result_organization_id', '"acme"', 'o-'],
    ['iam_role_path', '"acme"', 'a slash, or names with a slash at both ends'],
  ],
  [
    [
      'result_subscriptions',
      `{ a = ${subscribe('sqs', QUEUE, '["high", "review", "low", "unknown"]')} }`,
      '150 combinations',
    ],
  ],
  [
    [
      'result_subscriptions',
      `{ a = ${subscribe('https', 'https://a.example', '[]', 'retry_count = 61')} }`,
      '3600 s',
    ],
  ],
  [
    [
      'result_subscriptions',
      `{ a = ${subscribe('sqs', QUEUE, '[]', 'retry_count = 1')} }`,
      'retry_count for https',
    ],
  ],
  [
    ['alarm_emails', '["a@example.com", "a@example.com"]', 'no entry twice'],
    ['alarm_urls', '["https://user:pw@events.example.com/sns"]', 'without credentials'],
    ['result_subscriptions', BROKEN, 'each name must be lower-case letters'],
  ],
];
const BROKEN_MESSAGES = [
  'each protocol must be one of',
  'each event_types must have at most 20 entries',
  'each minimum_score must be null or a number',
  'each risk must have',
  'each retry_delay_seconds must be a whole number',
  'each role_arn must be null or ARN',
  'at most 5 streams',
];

const ACCEPTED_FILE = 'tests/accepted.tftest.hcl';
/** Values that fit because nothing reads the others. */
const ACCEPTED = {
  require_single_state: 'false',
  enable_api_gateway: 'false',
  disable_execute_api_endpoint: 'true',
  api_domain_name: 'null',
  manage_api_gateway_account: 'false',
  s3_audio_retention_days: '60',
  s3_glacier_days: '61',
  s3_expiration_days: '7',
  dynamodb_billing_mode: '"PAY_PER_REQUEST"',
  dynamodb_min_write_capacity: '500',
  result_subscriptions: `{ a = ${subscribe('sqs', QUEUE, '["high", "review", "low", "unknown"]').replace('minimum_score = 0.5', 'minimum_score = null')} }`,
};

/** Values that do not fit each other. */
const MISFITS = {
  s3_audio_retention_days: '120',
  s3_glacier_days: '121',
  s3_expiration_days: '122',
  audio_dlq_retention_days: '7',
  audio_queue_retention_days: '7',
  audio_reserved_concurrency: '2',
  risk_review_threshold: '0.95',
  vpc_security_group_ids: '[]',
  kms_key_arn: '"arn:aws:kms:us-east-1:123456789012:key/1"',
  lambda_timeout: '5',
  api_domain_name: 'null',
  api_domain_certificate_arn: '"arn:aws:acm:us-east-1:123456789012:certificate/1"',
  lambda_environment: '{ LONG = join("", [for number in range(1000) : "xxxx"]) }',
  lambda_layers: `["${LAYER.replace('eu-central-1', 'us-east-1')}:1"]`,
  dynamodb_billing_mode: '"PROVISIONED"',
  dynamodb_min_write_capacity: '500',
  dynamodb_table_name: 'join("", [for number in range(244) : "t"])',
};
const MISFIT_MESSAGES = [
  's3_glacier_days is 121',
  'audio_dlq_retention_days is 7',
  'audio_reserved_concurrency must be',
  'risk_review_threshold is 0.95',
  'vpc_subnet_ids and vpc_security_group_ids',
  'kms_key_arn must be a key of',
  'lambda_environment is too long',
  'lambda_layers must be layers of',
  'api_domain_name and api_domain_certificate_arn',
  'must be a certificate of',
  'disable_execute_api_endpoint need',
  'kms_key_arn gives the stack a key',
  'alarm_duration_seconds is 20',
  'dynamodb_max_write_capacity 400',
  'dynamodb_table_name must have at most 243',
];

/** A file for each run: Terraform skips the runs after a failed one. */
function writeTests(): [string, string][] {
  const write = (values: readonly (readonly [string, string, ...unknown[]])[], module = ''): string =>
    [
      'mock_provider "aws" {\n  source = "./tests/mocks"\n}',
      'mock_provider "aws" {\n  alias = "eu_central_1"\n  source = "./tests/mocks"\n}',
      'variables {\n  sonotheia_api_key = "x"\n  webhook_secret = "x"\n}',
      `run "refused" {\n  command = plan\n${module}  variables {`,
      ...values.map(([name, expression]) => `    ${name} = ${expression}`),
      '  }\n}\n',
    ].join('\n');
  const misfits = [...Object.entries(MISFITS), ['primary_region', 'var.aws_region'] as [string, string]];
  return [
    ...REFUSED.map((values) => write(values)),
    write(misfits, '  module {\n    source = "./modules/sonotheia"\n  }\n'),
  ]
    .map((text, index): [string, string] => [`tests/refused-${index}.tftest.hcl`, text])
    .concat([[ACCEPTED_FILE, write(Object.entries(ACCEPTED))]]);
}

describeWithTools('the variables of a tree', [TERRAFORM, AWS_PROVIDER], () => {
  let provider: SharedProvider;
  beforeAll(async () => {
    provider = await startSharedProvider();
  });
  afterAll(() => provider?.stop());

  test('refuse with -var what the spec refuses, and nothing else', { timeout: 120_000 }, async () => {
    const files = renderSpec(SPEC);
    files.delete(TEST_FILE);
    for (const [path, text] of writeTests()) files.set(path, text);
    const errors = await runTreeTests(files, 'prod', provider);
    expect(errors.filter(({ file }) => file === ACCEPTED_FILE).map(({ detail }) => detail)).toEqual([]);
    const found = errors.map(({ detail }) => detail.replaceAll('\n', ' '));
    const messages = [
      ...REFUSED.flat().map(([, , message]) => message),
      ...BROKEN_MESSAGES,
      ...MISFIT_MESSAGES,
    ];
    const missing = messages.filter((message) => !found.some((detail) => detail.includes(message)));
    expect(missing, found.join('\n')).toEqual([]);
  });
});
