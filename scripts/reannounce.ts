// npx sonotheia reannounce --env <name> --since <time>: sends the messages of a time again; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { suggest } from '../generator/diagnostics/suggest.ts';
import type { ResolvedEnvironment } from '../generator/spec/resolve.ts';
import { formatCount } from '../generator/text/format-count.ts';
import { formatTable } from '../generator/text/format-table.ts';
import { AUDIO_EVENT_TYPES, SONOTHEIA_EVENT_TYPES } from '../handlers/shared/event-types.ts';
import {
  openSpec,
  type Stack,
  selectEnvironment,
  selectRegions,
  selectStacks,
} from './operator/open-spec.ts';
import {
  COMMON_OPTIONS,
  defineOperation,
  type OperationOf,
  REGION_OPTION,
  YES_OPTION,
} from './operator/operation.ts';
import { pace } from './operator/pace.ts';
import { readNumber } from './operator/read-number.ts';
import { readWindow, type Window } from './operator/read-window.ts';
import { withBackOff } from './operator/with-back-off.ts';
import { type Found, findAnnouncements } from './reannounce/find-announcements.ts';
import { findQueueArn, openSubscription, openTopic, type Target } from './reannounce/open-target.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  ...YES_OPTION,
  since: { type: 'string', value: 'time', description: 'received since then: 90m, 24h, 7d, or ISO 8601' },
  until: { type: 'string', value: 'time', description: 'and until then, in the same forms (default: now)' },
  'event-type': {
    type: 'string',
    multiple: true,
    value: 'type',
    description: 'only this type; may be repeated (default: all types)',
  },
  subscription: {
    type: 'string',
    value: 'name',
    description: 'only to the queue of this subscription (default: to the topic)',
  },
  rate: { type: 'string', value: 'n', default: '5', description: 'messages a second' },
  'dry-run': { type: 'boolean', description: 'count the messages, send none' },
} as const;

type Run = OperationOf<typeof OPTIONS>;

const MAX_EVENT_TYPES = 50;
/** After a kill, the messages since the last printed position are sent again. */
const POSITION_EVERY = 20;
const KNOWN_TYPES: readonly string[] = [...SONOTHEIA_EVENT_TYPES, ...Object.values(AUDIO_EVENT_TYPES)];
const HEADER = ['region', 'event type', 'messages', 'never announced'];

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal } = operation;
  const window = readWindow(values, Date.now());
  const rate = readNumber('rate', values.rate, 100);
  const eventTypes = values['event-type'];
  if (eventTypes.length > MAX_EVENT_TYPES)
    throw new Problem({ what: `--event-type may be given ${MAX_EVENT_TYPES} times.` });
  const environment = selectEnvironment(openSpec(values.config), values.env);
  checkNames(operation, environment);
  const stacks = selectStacks(environment, values.region, await aws.checkAccount(environment));
  const targets = await openTargets(operation, stacks);
  const all = await findAnnouncements(operation, stacks, { window, eventTypes });
  const found = all.filter(({ stack, announcement }) => targets.get(stack)?.receives(announcement));
  const span = `received from ${window.since} to ${window.until}`;
  if (found.length > 0) terminal.print(formatTable(HEADER, countByType(found)));
  if (found.length < all.length)
    terminal.note(`${all.length - found.length} more do not pass the filter of ${values.subscription}.`);
  if (found.length === 0 || values['dry-run']) {
    terminal.note(`${environment.name}: ${formatCount(found.length, 'event')} ${span}. Nothing was sent.`);
    return true;
  }
  if (!values.yes) {
    const receivers = values.subscription ?? 'all subscribers';
    const seconds = Math.ceil(found.length / rate);
    const question = `Sends ${formatCount(found.length, 'message')} to ${receivers} again, ${rate} a second: at least ${seconds} s.`;
    await terminal.confirm(question, environment.name);
  }
  await sendAll(operation, found, { targets, rate, window });
  terminal.print(`${environment.name}: ${found.length} announced again, ${span}`);
  return true;
}

/** Checks everything that the spec alone can tell, before AWS asks for credentials. */
function checkNames({ values, terminal }: Run, environment: ResolvedEnvironment): void {
  const regions = selectRegions(environment, values.region);
  for (const region of regions)
    if (values.subscription !== undefined) findQueueArn(environment, region, values.subscription);
  for (const type of values['event-type'].filter((each) => !KNOWN_TYPES.includes(each)))
    terminal.note(`--event-type ${type} is not a type of this version.${suggest(type, KNOWN_TYPES)}`);
}

async function openTargets({ aws, values }: Run, stacks: readonly Stack[]): Promise<Map<Stack, Target>> {
  const { subscription } = values;
  const targets = new Map<Stack, Target>();
  for (const stack of stacks) {
    const target =
      subscription === undefined ? openTopic(aws, stack) : openSubscription(aws, stack, subscription);
    targets.set(stack, await target);
  }
  return targets;
}

interface Sending {
  readonly targets: ReadonlyMap<Stack, Target>;
  /** Messages a second, at most. */
  readonly rate: number;
  readonly window: Window;
}

/** Sends in the order of receipt, so that a later run can continue with the time of the last message. */
async function sendAll(
  { terminal, signal, onInterrupt }: Run,
  found: readonly Found[],
  { targets, rate, window }: Sending,
): Promise<void> {
  const progress = terminal.startProgress();
  let position = `0 of ${found.length} announced; continue with --since ${window.since} --until ${window.until}`;
  onInterrupt(position);
  for (const [index, each] of found.entries()) {
    const startedAtMs = Date.now();
    try {
      await withBackOff(signal, async () => await targets.get(each.stack)?.send(each, signal));
    } catch (error) {
      if (!signal.aborted) terminal.note(position);
      throw error;
    }
    const { received_at } = each.announcement;
    position = `${index + 1} of ${found.length} announced; continue with --since ${received_at} --until ${window.until}`;
    onInterrupt(position);
    if ((index + 1) % POSITION_EVERY === 0 && index + 1 < found.length) terminal.print(position);
    else progress.update(position);
    await pace(startedAtMs, rate, signal);
  }
  progress.clear();
}

function countByType(found: readonly Found[]): string[][] {
  const counts = new Map<string, { readonly names: readonly string[]; all: number; stored: number }>();
  for (const { stack, announcement, status } of found) {
    const names = [stack.region.name, announcement.event_type];
    const count = counts.get(names.join(' ')) ?? { names, all: 0, stored: 0 };
    count.all += 1;
    if (status === 'stored') count.stored += 1;
    counts.set(names.join(' '), count);
  }
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { names, all, stored }]) => [...names, String(all), String(stored)]);
}

export const reannounce = defineOperation({
  name: 'reannounce',
  text: `
Sends the messages of events that were received in a time again, for subscribers that lost them: from
the table, in the order of receipt, at a limited rate, each with "redelivery": true. Includes events
that are in the table but were never announced, and marks them as announced. Subscribers that
deduplicate by event_id ignore what they have. --dry-run counts the messages by type.

SNS publishes to all subscribers of a topic. With --subscription the messages go straight to the
queue of that subscription, through its filter and in its form; an envelope then has no signature.

A scan of the table finds the events: about $0.02 a GB. After a crash continue with the last printed
time: messages since then, at most ${POSITION_EVERY} and those of the same millisecond, are sent twice.`,
  options: OPTIONS,
  run,
});
