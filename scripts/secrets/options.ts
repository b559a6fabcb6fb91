// The options of `npm run secrets`.
import { COMMON_OPTIONS, type OperationOf, REGION_OPTION, YES_OPTION } from '../operator/operation.ts';

export const SECRETS_OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  ...YES_OPTION,
  generate: { type: 'boolean', description: 'rotate webhook_secret: make a random value that nobody sees' },
  from: {
    type: 'string',
    value: 'region',
    description: 'put, rotate: the value that this region has now, for the other regions',
  },
  api: { type: 'boolean', description: 'check: also ask the Sonotheia API whether it accepts the key' },
} as const;

export type SecretsOperation = OperationOf<typeof SECRETS_OPTIONS>;
