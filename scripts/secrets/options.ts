// The options of `npx sonotheia secrets`.
import {
  COMMON_OPTIONS,
  describeEnv,
  type OperationOf,
  REGION_OPTION,
  YES_OPTION,
} from '../operator/operation.ts';

export const SECRETS_OPTIONS = {
  ...COMMON_OPTIONS,
  ...describeEnv(
    'put, rotate: the environment; optional if the spec has only one\ncheck: only this one; may be repeated (default: all)',
  ),
  ...REGION_OPTION,
  ...YES_OPTION,
  generate: {
    type: 'boolean',
    description: 'rotate webhook_secret: create a random value, which is never shown',
  },
  from: {
    type: 'string',
    value: 'region',
    description: 'put, rotate: copy the current value of this region to the others',
  },
  api: { type: 'boolean', description: 'check: also ask the Sonotheia API whether it accepts the key' },
} as const;

export type SecretsOperation = OperationOf<typeof SECRETS_OPTIONS>;
