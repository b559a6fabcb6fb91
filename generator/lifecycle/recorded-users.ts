// Who gets results and alarms or reads the table, as the record lists them. Pure.
import { createHash } from 'node:crypto';
import { type AlarmReceiver, listAlarmReceivers } from '../spec/alarm-receivers.ts';
import type { Settings } from '../spec/resolve.ts';

export type UserSetting = (typeof USER_SETTINGS)[number];

const USER_SETTINGS = [
  'monitoring.alarm_receivers',
  'results.organization_id',
  'results.reader_accounts',
  'results.reader_external_id',
  'results.subscriber_accounts',
] as const;

/** Those of a stack by setting; `settings` are the recorded ones. A setting without users is not recorded. */
export function readUsers(settings: { readonly [setting: string]: unknown }, setting: UserSetting): string[] {
  const recorded = settings[setting];
  return typeof recorded === 'string' ? recorded.split(' ') : [];
}

/** As plain values: the names, separated by spaces. */
export function recordUsers({ monitoring, results }: Settings): { [setting: string]: string } {
  const users: { readonly [setting in UserSetting]: readonly (string | null)[] } = {
    'monitoring.alarm_receivers': monitoring.enabled ? listAlarmReceivers(monitoring).map(nameReceiver) : [],
    'results.organization_id': [results.organization_id],
    'results.reader_accounts': results.reader_accounts,
    'results.reader_external_id': results.reader_accounts.length > 0 ? [results.reader_external_id] : [],
    'results.subscriber_accounts': results.subscriber_accounts,
  };
  return Object.fromEntries(
    USER_SETTINGS.map(
      (setting) => [setting, users[setting].filter((user) => user !== null).join(' ')] as const,
    ).filter(([, names]) => names !== ''),
  );
}

/** The path of a paging tool's URL often holds a key: a digest takes its place. */
function nameReceiver({ protocol, endpoint }: AlarmReceiver): string {
  if (protocol === 'email') return endpoint;
  const digest = createHash('sha256').update(endpoint).digest('hex').slice(0, 8);
  return `${new URL(endpoint).origin}/…#${digest}`;
}
