import { type Check, forEach, type Has } from './check.ts';
import { block } from './stack-state.ts';

const forFunctions = (id: string, asks: string, has: Has): Check =>
  forEach('aws_lambda_function', id, asks, has);
const forPermissions = (id: string, asks: string, has: Has): Check =>
  forEach('aws_lambda_permission', id, asks, has);

export const LAMBDA_CHECKS: readonly Check[] = [
  forFunctions('CKV_AWS_45', 'no secret in the environment', (values) =>
    Object.entries((block(values, 'environment').variables ?? {}) as Record<string, string>).every(
      ([name, value]) =>
        !/(AKIA|ASIA)[A-Z0-9]{16}|PRIVATE KEY/.test(value) &&
        // The id of a secret is its name or its ARN.
        (!/SECRET|PASSWORD|TOKEN|KEY/.test(name) || value.startsWith('arn:') || name.endsWith('_SECRET_ID')),
    ),
  ),
  forFunctions('CKV_AWS_50', 'X-Ray tracing', (values) => block(values, 'tracing_config').mode === 'Active'),
  forFunctions(
    'CKV_AWS_115',
    'a limit of concurrent instances',
    ({ reserved_concurrent_executions }) => Number(reserved_concurrent_executions ?? -1) >= 0,
  ),
  forFunctions(
    'CKV_AWS_116',
    'a dead-letter target',
    (values) => typeof block(values, 'dead_letter_config').target_arn === 'string',
  ),
  forFunctions('CKV_AWS_117', 'a VPC', (values) => {
    const subnets = block(values, 'vpc_config').subnet_ids;
    return Array.isArray(subnets) && subnets.length > 0;
  }),
  forFunctions('CKV_AWS_173', 'an encrypted environment', ({ kms_key_arn }) => Boolean(kms_key_arn)),
  forFunctions('CKV_AWS_272', 'signed code', ({ code_signing_config_arn }) =>
    Boolean(code_signing_config_arn),
  ),
  forFunctions('CKV_AWS_363', 'a supported runtime', ({ runtime }) =>
    ['nodejs22.x', 'nodejs24.x'].includes(String(runtime)),
  ),
  forPermissions('CKV_AWS_301', 'no public permission', ({ principal }) => principal !== '*'),
  forPermissions('CKV_AWS_364', 'a source of the service that may invoke', ({ source_arn }) =>
    Boolean(source_arn),
  ),
];
