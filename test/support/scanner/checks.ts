// The requirements of the Checkov ids that can apply to such a stack, implemented by this project.

import { API_CHECKS } from './api-checks.ts';
import type { Check } from './check.ts';
import { DATA_CHECKS } from './data-checks.ts';
import { IAM_CHECKS } from './iam-checks.ts';
import { LAMBDA_CHECKS } from './lambda-checks.ts';
import { MESSAGING_CHECKS } from './messaging-checks.ts';
import { S3_CHECKS } from './s3-checks.ts';
import type { StackState } from './stack-state.ts';

export const CHECKS: readonly Check[] = [
  ...LAMBDA_CHECKS,
  ...API_CHECKS,
  ...S3_CHECKS,
  ...DATA_CHECKS,
  ...IAM_CHECKS,
  ...MESSAGING_CHECKS,
];

/** Failures as `CKV_AWS_59 aws_api_gateway_method.route`, sorted, each once. */
export function scan(stack: StackState): readonly string[] {
  const found = CHECKS.flatMap(({ id, findFailures }) =>
    findFailures(stack).map(({ address }) => `${id} ${address}`),
  );
  return [...new Set(found)].sort();
}
