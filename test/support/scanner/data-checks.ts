// Table, secrets, logs, alarms and keys.
import { type Check, forEach } from './check.ts';
import { block, readStatements, type StackState } from './stack-state.ts';

const TABLE = 'aws_dynamodb_table';
const SECRET = 'aws_secretsmanager_secret';
const GROUP = 'aws_cloudwatch_log_group';
const KEY = 'aws_kms_key';

/** AWS's own keys have ARNs too; a customer's key is one of the stack. */
function isStackKey(stack: StackState, arn: unknown): boolean {
  return stack.of(KEY).some(({ values }) => values.arn === arn);
}

export const DATA_CHECKS: readonly Check[] = [
  forEach(TABLE, 'CKV_AWS_28', 'point-in-time recovery', (values) =>
    Boolean(block(values, 'point_in_time_recovery').enabled),
  ),
  forEach(TABLE, 'CKV_AWS_119', "a customer's key", (values, stack) =>
    isStackKey(stack, block(values, 'server_side_encryption').kms_key_arn),
  ),
  forEach(TABLE, 'CKV2_AWS_16', 'autoscaling of provisioned capacity', ({ billing_mode }, stack) =>
    billing_mode === 'PAY_PER_REQUEST' ? true : stack.of('aws_appautoscaling_policy').length > 0,
  ),
  forEach(SECRET, 'CKV_AWS_149', "a customer's key", ({ kms_key_id }, stack) =>
    isStackKey(stack, kms_key_id),
  ),
  forEach(
    'aws_secretsmanager_secret_rotation',
    'CKV_AWS_304',
    'rotation within 90 days',
    (values) => Number(block(values, 'rotation_rules').automatically_after_days ?? 91) <= 90,
  ),
  forEach(SECRET, 'CKV2_AWS_57', 'rotation', ({ id }, stack) =>
    stack.of('aws_secretsmanager_secret_rotation').some(({ values }) => values.secret_id === id),
  ),
  forEach(GROUP, 'CKV_AWS_66', 'an expiry', ({ retention_in_days }) => Number(retention_in_days) > 0),
  forEach(GROUP, 'CKV_AWS_158', 'a KMS key', ({ kms_key_id }) => Boolean(kms_key_id)),
  forEach(GROUP, 'CKV_AWS_338', 'a year', ({ retention_in_days }) => Number(retention_in_days) >= 365),
  forEach(
    'aws_cloudwatch_metric_alarm',
    'CKV_AWS_319',
    'actions',
    ({ actions_enabled, alarm_actions }) =>
      actions_enabled === true && Array.isArray(alarm_actions) && alarm_actions.length > 0,
  ),
  forEach(KEY, 'CKV_AWS_7', 'rotation', ({ enable_key_rotation }) => enable_key_rotation === true),
  forEach(KEY, 'CKV_AWS_33', 'no wildcard principal', ({ policy }) =>
    readStatements(policy).every(({ Principal }) => !/"\*"/.test(JSON.stringify(Principal))),
  ),
  forEach(KEY, 'CKV_AWS_227', 'to be enabled', ({ is_enabled }) => is_enabled === true),
  forEach(KEY, 'CKV2_AWS_64', 'a policy', ({ policy }) => readStatements(policy).length > 0),
  {
    id: 'CKV_AWS_41',
    asks: 'no credentials in a provider',
    findFailures: ({ hcl }) =>
      /^\s*(access_key|secret_key)\s*=/m.test(hcl)
        ? [{ address: 'provider.aws', type: 'provider', values: {} }]
        : [],
  },
  ...(['CKV_TF_1', 'CKV_TF_2'] as const).map(
    (id): Check => ({
      id,
      asks: 'pinned module sources',
      findFailures: ({ hcl }) =>
        [...hcl.matchAll(/^\s*source\s+= "(.*)"/gm)]
          .filter(([, source = '']) => !source.startsWith('./') && source !== 'hashicorp/aws')
          .map(([, source]) => ({ address: String(source), type: 'module', values: {} })),
    }),
  ),
  ...[
    'CKV_AWS_23',
    'CKV_AWS_24',
    'CKV_AWS_25',
    'CKV_AWS_260',
    'CKV_AWS_277',
    'CKV_AWS_382',
    'CKV2_AWS_5',
  ].map(
    (id): Check => ({
      id,
      asks: 'no open security group; the stack has none of its own',
      findFailures: ({ resources }) => resources.filter(({ type }) => /security_group|_vpc/.test(type)),
    }),
  ),
];
