// Checks for people, tools and accounts that the next apply takes off a topic or the table: AWS does not notify them.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { StackEntry } from '../spec/inheritance.ts';
import type { SpecPath } from '../spec/path-text.ts';
import type { ResolvedRegion } from '../spec/resolve.ts';
import { type Change, findSetting, type KeptEnvironment, warn } from './change.ts';
import { readGuardedValues } from './guarded-settings.ts';
import { readUsers, type UserSetting } from './recorded-users.ts';

interface Loss {
  /** What the next apply does; the region follows. */
  readonly what: string;
  readonly rest?: string;
  readonly settings: readonly SpecPath[];
  readonly fix?: string;
}

/** SONO604 for each subscription that ends and each account that loses its access. */
export function checkUsers(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  return after.regions.flatMap((region) => {
    const entry = before.regions[region.name];
    const losses = entry === undefined ? [] : listLosses(entry, region);
    return losses.map(({ what, rest = '', settings, fix }) =>
      warn(change, {
        code: 'SONO604',
        path: findSetting(change, { environment: name, region: region.name }, settings) ?? [
          'environments',
          name,
        ],
        what: `the next apply of ${name} ${what} in ${region.name}${rest}`,
        ...(fix === undefined ? {} : { fix }),
      }),
    );
  });
}

type Values = NonNullable<StackEntry['settings']>;

function listLosses({ settings = {}, subscriptions }: StackEntry, region: ResolvedRegion): Loss[] {
  const now = readGuardedValues(region.settings);
  const subscribers = new Set(
    region.settings.subscriptions.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
  );
  return [
    ...listReceivers(settings, now, region),
    ...Object.values(subscriptions)
      .filter((target) => !subscribers.has(target))
      .map((who) => endSubscription(who, [['subscriptions']])),
    ...listAccounts(settings, now),
  ];
}

function endSubscription(who: string, settings: readonly SpecPath[]): Loss {
  return {
    what: `ends the subscription of \`${who}\``,
    rest: '; a new one must be confirmed again',
    settings,
  };
}

const ALARM_SETTINGS: readonly SpecPath[] = ['alarm_email', 'alarm_emails', 'alarm_urls'].map((key) => [
  'monitoring',
  key,
]);

function listReceivers(before: Values, now: Values, { settings: { monitoring } }: ResolvedRegion): Loss[] {
  // Without the topic, another check reports the loss of all.
  if (!monitoring.enabled) return [];
  const [old, current] = [before, now].map((values) => values['monitoring.alarm_email']);
  const recorded = readUsers(before, 'monitoring.alarm_receivers');
  // A record of an earlier generator has only this one.
  const receivers = recorded.length === 0 && typeof old === 'string' ? [old] : recorded;
  const kept = readUsers(now, 'monitoring.alarm_receivers');
  const moved = old === current ? [] : receivers.filter((who) => who === old || who === current);
  return [
    ...receivers
      .filter((who) => !kept.includes(who))
      .map((who) => endSubscription(`${who.includes('/') ? 'https' : 'email'} ${who}`, ALARM_SETTINGS)),
    ...moved
      .filter((who) => kept.includes(who))
      .map((who) => ({
        what: `moves \`${who}\` between \`alarm_email\` and \`alarm_emails\``,
        rest: ': Terraform subscribes and unsubscribes it at the same time, and it may get no more alarms',
        settings: ALARM_SETTINGS,
        fix: 'leave it where it was',
      })),
  ];
}

const MOVED_READER: Loss = {
  what: 'gives the role with which other accounts read the table another ARN',
  rest: ': they must assume the new one',
  settings: [['iam', 'role_path']],
  fix: 'send them the output `results_reader_role_arn`',
};

function listAccounts(before: Values, now: Values): Loss[] {
  const list = (setting: UserSetting, describe: (who: string) => Omit<Loss, 'settings'>): Loss[] =>
    readUsers(before, setting)
      .filter((who) => !readUsers(now, setting).includes(who))
      .map((who) => ({ ...describe(who), settings: [setting.split('.')] }));
  const rest = '; subscriptions that it has stay until they are removed';
  const path = before['iam.role_path'];
  const isMoved =
    path !== undefined &&
    path !== now['iam.role_path'] &&
    readUsers(before, 'results.reader_accounts').some((account) =>
      readUsers(now, 'results.reader_accounts').includes(account),
    );
  return [
    ...(isMoved ? [MOVED_READER] : []),
    ...list('results.reader_accounts', (account) => ({
      what: `stops account ${account} from reading the table`,
    })),
    ...list('results.reader_external_id', (id) => ({
      what: `refuses readers that give the external id \`${id}\``,
    })),
    ...list('results.subscriber_accounts', (account) => ({
      what: `stops account ${account} from subscribing to the results topic`,
      rest,
    })),
    ...list('results.organization_id', (organization) => ({
      what: `stops organization ${organization} from subscribing to the results topic`,
      rest: rest.replace('it has', 'its accounts have'),
    })),
  ];
}
