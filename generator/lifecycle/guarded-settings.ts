// The settings that protect data or an address that others use, and the loss that a new value causes. The record holds
// their values for the comparison. All their messages are in this file. Pure.

import type { JsonValue } from '../spec/json.ts';
import type { SpecPath } from '../spec/path-text.ts';
import type { Settings } from '../spec/resolve.ts';
import { formatCount } from '../text/format-count.ts';
import { recordUsers } from './recorded-users.ts';

/** Recorded values by the setting's path. */
export interface GuardedValues {
  readonly [setting: string]: JsonValue;
}

export interface GuardedSetting {
  readonly path: SpecPath;
  /** The kind of loss: data or an address. */
  readonly kind: 'data' | 'address';
  readonly read: (settings: Settings) => JsonValue;
  /** The effect of the next apply, in words; undefined without a loss. */
  readonly describeLoss: (before: JsonValue, after: JsonValue, all: BothValues) => string | undefined;
  /** A default of protected environments: who gives the protection up gives this up, unless the spec sets it. */
  readonly comesWithProtection?: true;
  /** The value of every stack of a generator that did not record the setting yet. */
  readonly unrecorded?: JsonValue;
}

/** All values of a stack, in the last generation and in this one. */
interface BothValues {
  readonly before: GuardedValues;
  readonly after: GuardedValues;
}

/** A shorter retention deletes older objects at once. */
function deletesOlder(what: string, isKept: (before: GuardedValues) => boolean = () => true) {
  return (before: JsonValue, after: JsonValue, all: BothValues): string | undefined =>
    Number(after) < Number(before) && isKept(all.before)
      ? `deletes ${what} older than ${formatCount(Number(after), 'day')}; until now they are kept for ${before}`
      : undefined;
}

function switchedOff(loss: string) {
  return (before: JsonValue, after: JsonValue): string | undefined =>
    before === true && after === false ? loss : undefined;
}

/** `managed`, an ARN, or `aws` for AWS's own keys, which cannot be deleted. */
function readKey({ kms, kms_key_arn }: Settings): string {
  return kms.managed ? 'managed' : (kms_key_arn ?? 'aws');
}

function describeKeyLoss(before: JsonValue, after: JsonValue): string | undefined {
  if (before === after || before === 'aws') return undefined;
  return before === 'managed'
    ? 'schedules the managed key for deletion: after that, recordings, sessions and all other data that it encrypted are unreadable'
    : `takes the key \`${before}\` away from the functions: they can no longer read data that it encrypted`;
}

export const GUARDED_SETTINGS: readonly GuardedSetting[] = [
  {
    path: ['kms', 'managed'],
    kind: 'data',
    read: readKey,
    describeLoss: describeKeyLoss,
  },
  {
    path: ['s3', 'expiration_days'],
    kind: 'data',
    read: ({ s3 }) => s3.expiration_days,
    describeLoss: deletesOlder('recordings'),
  },
  {
    path: ['s3', 'versioning'],
    kind: 'data',
    read: ({ s3 }) => s3.versioning,
    describeLoss: switchedOff('stops keeping deleted and overwritten recordings'),
  },
  {
    path: ['s3', 'audio_retention_days'],
    kind: 'data',
    read: ({ s3 }) => s3.audio_retention_days,
    describeLoss: deletesOlder(
      'earlier versions of recordings',
      (values) => values['s3.versioning'] === true,
    ),
  },
  {
    path: ['dynamodb', 'point_in_time_recovery'],
    kind: 'data',
    read: ({ dynamodb }) => dynamodb.point_in_time_recovery,
    describeLoss: switchedOff("deletes the table's continuous backups"),
    comesWithProtection: true,
  },
  {
    path: ['dynamodb', 'event_type_index'],
    kind: 'address',
    read: ({ dynamodb }) => dynamodb.event_type_index,
    describeLoss: switchedOff(
      'removes the index `event_type-timestamp-index`: whoever reads events by type gets errors',
    ),
    unrecorded: true,
  },
  {
    path: ['dynamodb', 'stream'],
    kind: 'address',
    read: ({ dynamodb }) => dynamodb.stream,
    describeLoss: switchedOff("disables the table's stream: its readers get nothing more"),
  },
  {
    path: ['logs', 'retention_days'],
    kind: 'data',
    read: ({ logs }) => logs.retention_days,
    describeLoss: deletesOlder('logs'),
  },
  {
    path: ['audio', 'queue_retention_days'],
    kind: 'data',
    read: ({ audio }) => audio.queue_retention_days,
    describeLoss: deletesOlder('waiting messages'),
  },
  {
    path: ['audio', 'dlq_retention_days'],
    kind: 'data',
    read: ({ audio }) => audio.dlq_retention_days,
    describeLoss: deletesOlder('failed messages'),
  },
  {
    path: ['api_gateway', 'enabled'],
    kind: 'address',
    read: ({ api_gateway }) => api_gateway.enabled,
    describeLoss: switchedOff(
      'removes the API: the registered webhook URL is gone, and a new API has another one',
    ),
  },
  {
    path: ['api_gateway', 'stage_name'],
    kind: 'address',
    read: ({ api_gateway }) => api_gateway.stage_name,
    describeLoss: (before, after, all) =>
      before !== after &&
      all.before['api_gateway.enabled'] === true &&
      all.after['api_gateway.enabled'] === true &&
      typeof all.before['api_gateway.domain.name'] !== 'string'
        ? `changes the webhook URL from \`…/${before}/webhook\` to \`…/${after}/webhook\`: the registered one is gone`
        : undefined,
  },
  {
    path: ['api_gateway', 'domain', 'name'],
    kind: 'address',
    read: ({ api_gateway }) => (api_gateway.enabled ? api_gateway.domain.name : null),
    describeLoss: (before, after, all) =>
      typeof before === 'string' && before !== after && all.after['api_gateway.enabled'] === true
        ? `removes the webhook URL \`https://${before}/webhook\`: the registered one is gone`
        : undefined,
  },
  {
    path: ['api_gateway', 'disable_execute_api_endpoint'],
    kind: 'address',
    read: ({ api_gateway }) => api_gateway.disable_execute_api_endpoint,
    describeLoss: (before, after, all) =>
      before === false &&
      after === true &&
      all.before['api_gateway.enabled'] === true &&
      all.after['api_gateway.enabled'] === true
        ? "closes the API's own address `https://….execute-api.…/webhook`: if it is the registered one, its events are refused"
        : undefined,
  },
  {
    path: ['monitoring', 'enabled'],
    kind: 'address',
    read: ({ monitoring }) => monitoring.enabled,
    describeLoss: switchedOff(
      'removes the alarms and their topic with all its subscriptions, confirmed ones too',
    ),
  },
];

/** Recorded for other checks than those of this list. */
const COMPARED_SETTINGS: readonly Pick<GuardedSetting, 'path' | 'read'>[] = [
  {
    path: ['monitoring', 'alarm_email'],
    read: ({ monitoring }) => (monitoring.enabled ? monitoring.alarm_email : null),
  },
  { path: ['iam', 'role_path'], read: ({ iam }) => iam.role_path },
];

/** `s3.expiration_days` */
export function nameSetting({ path }: Pick<GuardedSetting, 'path'>): string {
  return path.join('.');
}

export function readGuardedValues(settings: Settings): GuardedValues {
  return {
    ...Object.fromEntries(
      [...GUARDED_SETTINGS, ...COMPARED_SETTINGS].map((setting) => [
        nameSetting(setting),
        setting.read(settings),
      ]),
    ),
    ...recordUsers(settings),
  };
}
