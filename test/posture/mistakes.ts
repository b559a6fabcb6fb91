// Mistakes that are planted in a plan; a rule must find each of them.
import type { PlacedResource, Values } from './plan-json.ts';

export interface Mistake {
  readonly what: string;
  /** `<type>` or `<type>.<name>` of the resources that it is made in. */
  readonly where: string;
  /** undefined removes the resource. */
  readonly change: (values: Values) => Values | undefined;
  readonly finding: RegExp;
}

export const MISTAKES: readonly Mistake[] = [
  inPolicy(
    'an action too many',
    'aws_iam_role_policy.webhook_handler',
    '"dynamodb:GetItem"',
    '"dynamodb:*"',
    /nobody explained/,
  ),
  inPolicy(
    'any table',
    'aws_iam_role_policy.webhook_handler',
    /"arn:aws:dynamodb:[^"]+"/,
    '"*"',
    /nobody explained/,
  ),
  inPolicy(
    'tables of any name',
    'aws_iam_role_policy.webhook_handler',
    /"arn:aws:dynamodb:[^"]+"/,
    '"arn:aws:dynamodb:eu-central-1:210987654321:table/*"',
    /nobody explained/,
  ),
  inPolicy(
    'any account',
    'aws_sqs_queue_policy.audio',
    '"aws:SourceAccount"',
    '"aws:PrincipalType"',
    /source account/,
  ),
  inPolicy('any bucket', 'aws_sqs_queue_policy.audio', '"aws:SourceArn"', '"aws:PrincipalArn"', /source ARN/),
  inPolicy(
    'everybody',
    'aws_sqs_queue_policy.audio',
    '{"Service":"s3.amazonaws.com"}',
    '"*"',
    /lets in "\*"/,
  ),
  inPolicy(
    'a trusting role',
    'aws_iam_role.webhook_handler',
    '{"Service":"lambda.amazonaws.com"}',
    '{"AWS":"*"}',
    /trusts/,
  ),
  ...['aws_s3_bucket_policy', 'aws_sqs_queue_policy', 'aws_sns_topic_policy'].map((type) =>
    inPolicy(`no TLS in ${type}`, type, '"aws:SecureTransport":"false"', '"aws:Other":"false"', /plain HTTP/),
  ),
  inPolicy(
    'TLS for objects alone',
    'aws_s3_bucket_policy',
    /"arn:aws:s3:::[^"/]+"/,
    '"arn:aws:s3:::other"',
    /plain HTTP/,
  ),
  set('a permission for any API', 'aws_lambda_permission', { source_arn: null }, /ARN of one source/),
  set(
    'a permission for any account',
    'aws_lambda_permission',
    { source_arn: 'arn:aws:execute-api:*:*:a1b2c3/*/POST/webhook' },
    /ARN of one source/,
  ),
  set('one role for all', 'aws_lambda_function', { role: 'arn:aws:iam::210987654321:role/one' }, /share/),
  set(
    'a policy by anybody',
    'aws_s3_bucket_public_access_block',
    { block_public_policy: false },
    /may become public/,
  ),
  remove('a bucket that is open', 'aws_s3_bucket_public_access_block', /may become public/),
  remove('a bucket with ACLs', 'aws_s3_bucket_ownership_controls', /has ACLs/),
  remove(
    'a bucket without encryption',
    'aws_s3_bucket_server_side_encryption_configuration',
    /is not encrypted/,
  ),
  set(
    'a queue without encryption',
    'aws_sqs_queue',
    { kms_master_key_id: null, sqs_managed_sse_enabled: null },
    /is not encrypted/,
  ),
  set('a topic without encryption', 'aws_sns_topic', { kms_master_key_id: null }, /is not encrypted/),
  set('a log without the key', 'aws_cloudwatch_log_group', { kms_key_id: null }, /the stack's key/),
  set('a table without the key', 'aws_dynamodb_table', { server_side_encryption: [] }, /the stack's key/),
  set('a key that stays', 'aws_kms_key', { enable_key_rotation: false }, /not rotated/),
  remove('no limit', 'aws_api_gateway_method_settings', /not throttled/),
  set('no access log', 'aws_api_gateway_stage', { access_log_settings: [] }, /no access log/),
];

/** The resources with the mistake. Throws when no resource can have it. */
export function makeMistake(resources: readonly PlacedResource[], mistake: Mistake): PlacedResource[] {
  let count = 0;
  const changed = resources.flatMap((resource) => {
    const isMeant = [resource.type, `${resource.type}.${resource.name}`].includes(mistake.where);
    if (!isMeant) return [resource];
    const values = mistake.change(resource.values);
    if (JSON.stringify(values) !== JSON.stringify(resource.values)) count += 1;
    return values === undefined ? [] : [{ ...resource, values }];
  });
  if (count === 0) throw new Error(`${mistake.what}: nothing to change in ${mistake.where}`);
  return changed;
}

function set(what: string, where: string, attributes: Values, finding: RegExp): Mistake {
  return { what, where, change: (values) => ({ ...values, ...attributes }), finding };
}

function remove(what: string, where: string, finding: RegExp): Mistake {
  return { what, where, change: () => undefined, finding };
}

function inPolicy(what: string, where: string, from: string | RegExp, to: string, finding: RegExp): Mistake {
  const attribute = where.startsWith('aws_iam_role.') ? 'assume_role_policy' : 'policy';
  const change = (values: Values): Values => ({
    ...values,
    [attribute]: String(values[attribute]).replace(from, to),
  });
  return { what, where, change, finding };
}
