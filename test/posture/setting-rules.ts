// A security reviewer's rules for settings: TLS, encryption, no public access, throttling and access logs. Each rule
// returns its findings as text.
import type { PlacedResource, Values } from './plan-json.ts';
import { conditionValues, listStatements, type Statement } from './policies.ts';

type Finding = string;
type Resources = readonly PlacedResource[];

export function checkSettings(resources: Resources): readonly Finding[] {
  return [
    ...checkTls(resources),
    ...checkBuckets(resources),
    ...checkEncryption(resources),
    ...checkApis(resources),
    ...checkForbidden(resources),
  ];
}

const of = (resources: Resources, type: string): Resources =>
  resources.filter((resource) => resource.type === type);

function block(values: Values, name: string): Values {
  const list = values[name];
  return Array.isArray(list) ? ((list[0] as Values | undefined) ?? {}) : {};
}

/** Each bucket, queue and topic refuses requests without TLS. */
function checkTls(resources: Resources): Finding[] {
  const denies = listStatements(resources).filter(
    (statement) =>
      statement.effect === 'Deny' &&
      statement.principal === '*' &&
      conditionValues(statement, 'aws:SecureTransport').join() === 'false' &&
      Object.keys(statement.condition).length === 1,
  );
  const isDenied = (arn: unknown, actions: readonly string[]): boolean =>
    denies.some(
      (statement) => coversActions(statement, actions) && statement.resources.includes(String(arn)),
    );
  const every: readonly [string, readonly string[], (arn: string) => readonly string[]][] = [
    ['aws_s3_bucket', ['s3:*'], (arn) => [arn, `${arn}/*`]],
    ['aws_sqs_queue', ['sqs:*'], (arn) => [arn]],
    ['aws_sns_topic', ['sns:Publish'], (arn) => [arn]],
  ];
  return every.flatMap(([type, actions, expand]) =>
    of(resources, type)
      .filter(({ values }) => !expand(String(values.arn)).every((arn) => isDenied(arn, actions)))
      .map(({ address }) => `${address}: open to plain HTTP`),
  );
}

function coversActions({ actions }: Statement, needed: readonly string[]): boolean {
  return needed.every((action) => actions.includes(action));
}

function checkBuckets(resources: Resources): Finding[] {
  const buckets = of(resources, 'aws_s3_bucket');
  const find = (type: string, bucket: PlacedResource): Values | undefined =>
    of(resources, type).find(
      ({ module, values }) => module === bucket.module && values.bucket === bucket.values.bucket,
    )?.values;
  return buckets.flatMap((bucket) => {
    const access = find('aws_s3_bucket_public_access_block', bucket) ?? {};
    const isPrivate = [
      'block_public_acls',
      'block_public_policy',
      'ignore_public_acls',
      'restrict_public_buckets',
    ].every((name) => access[name] === true);
    const ownership = find('aws_s3_bucket_ownership_controls', bucket) ?? {};
    const encryption = find('aws_s3_bucket_server_side_encryption_configuration', bucket) ?? {};
    const algorithm = block(
      block(encryption, 'rule'),
      'apply_server_side_encryption_by_default',
    ).sse_algorithm;
    return [
      ...(isPrivate ? [] : [`${bucket.address}: may become public`]),
      ...(block(ownership, 'rule').object_ownership === 'BucketOwnerEnforced'
        ? []
        : [`${bucket.address}: has ACLs`]),
      ...(['AES256', 'aws:kms'].includes(String(algorithm)) ? [] : [`${bucket.address}: is not encrypted`]),
    ];
  });
}

/**
 * Queues and the results topic are encrypted; tables, logs and secrets are by AWS in any case. Where the stack has a
 * key, everything uses it, the alarm topic too; otherwise that one may do without.
 */
function checkEncryption(resources: Resources): Finding[] {
  const hasKey = of(resources, 'aws_kms_key').some(({ name }) => name === 'stack');
  const plainQueues = of(resources, 'aws_sqs_queue').filter(
    ({ values }) => values.sqs_managed_sse_enabled !== true && !values.kms_master_key_id,
  );
  const plainTopics = of(resources, 'aws_sns_topic').filter(
    ({ name, values }) => (hasKey || name !== 'alarms') && !values.kms_master_key_id,
  );
  const withoutKey: readonly [string, (values: Values) => unknown][] = [
    ['aws_dynamodb_table', (values) => block(values, 'server_side_encryption').kms_key_arn],
    ['aws_cloudwatch_log_group', ({ kms_key_id }) => kms_key_id],
    ['aws_secretsmanager_secret', ({ kms_key_id }) => kms_key_id],
    ['aws_lambda_function', ({ kms_key_arn }) => kms_key_arn],
    ['aws_sqs_queue', ({ kms_master_key_id }) => kms_master_key_id],
  ];
  const unencrypted = withoutKey.flatMap(([type, readKey]) =>
    of(resources, type).filter(({ values }) => hasKey && !readKey(values)),
  );
  const withoutRotation = of(resources, 'aws_kms_key').filter(
    ({ values }) => values.enable_key_rotation !== true,
  );
  return [
    ...[...plainQueues, ...plainTopics].map(({ address }) => `${address}: is not encrypted`),
    ...unencrypted.map(({ address }) => `${address}: does not use the stack's key`),
    ...withoutRotation.map(({ address }) => `${address}: is not rotated`),
  ];
}

/** Each stage is throttled and writes access logs. */
function checkApis(resources: Resources): Finding[] {
  const stages = of(resources, 'aws_api_gateway_stage');
  const isLimited = (values: Values): boolean => {
    const { throttling_rate_limit: rate, throttling_burst_limit: burst } = block(values, 'settings');
    return Number(rate) > 0 && Number(burst) > 0 && values.method_path === '*/*';
  };
  const limits = of(resources, 'aws_api_gateway_method_settings').filter(({ values }) => isLimited(values));
  return stages.flatMap(({ address, module, values }) => [
    ...(limits.some((limit) => limit.module === module) ? [] : [`${address}: is not throttled`]),
    ...(block(values, 'access_log_settings').destination_arn ? [] : [`${address}: writes no access log`]),
  ]);
}

/** Resources that are never created: entry points other than the API, and public ones. */
function checkForbidden(resources: Resources): Finding[] {
  const types = [
    'aws_lambda_function_url',
    'aws_s3_bucket_acl',
    'aws_s3_bucket_website_configuration',
    'aws_iam_user',
    'aws_iam_access_key',
    'aws_iam_group',
  ];
  const open = of(resources, 'aws_vpc_security_group_ingress_rule').filter(
    ({ values }) => values.cidr_ipv4 === '0.0.0.0/0' || values.cidr_ipv6 === '::/0',
  );
  const groups = of(resources, 'aws_security_group').filter(({ values }) => {
    const { ingress } = values;
    return Array.isArray(ingress) && ingress.length > 0;
  });
  const found = [...resources.filter(({ type }) => types.includes(type)), ...open, ...groups];
  return found.map(({ address }) => `${address}: must not exist`);
}
