// The options of `npx sonotheia webhook`.
import { COMMON_OPTIONS, type OperationOf, REGION_OPTION, YES_OPTION } from '../operator/operation.ts';

export const WEBHOOK_OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  ...YES_OPTION,
  url: { type: 'string', value: 'url', description: 'the endpoint, instead of the deployed one' },
  event: {
    type: 'string',
    multiple: true,
    value: 'type',
    description:
      'register: only these (default: all that are documented)\nsend: the sample (default: system.health_check)',
  },
  again: {
    type: 'boolean',
    description: 'register: again, with the current secret after a rotation; replaces the old one',
  },
  id: { type: 'string', value: 'id', description: 'remove: the one with this id' },
  since: {
    type: 'string',
    value: 'time',
    default: '24h',
    description: 'replay: start of the period: 90m, 24h, 7d or a date',
  },
  rate: { type: 'string', value: 'n', default: '5', description: 'replay: events a second' },
} as const;

export type WebhookOperation = OperationOf<typeof WEBHOOK_OPTIONS>;
