// npx sonotheia forget --env <name> --session <id>: erases what is kept about a session or a recording; see --help.

import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../generator/command-line/problem.ts';
import type { ResolvedEnvironment } from '../generator/spec/resolve.ts';
import { formatCount } from '../generator/text/format-count.ts';
import { escapeAll } from '../generator/text/visible-text.ts';
import { completeReceipt, eraseAll, longestDelivery } from './forget/erase-all.ts';
import { openReceipt, openStacks } from './forget/open-stacks.ts';
import {
  describeOutliving,
  describeTraces,
  describeUnsearched,
  isEmpty,
  makePlan,
  type OpenStack,
  type Plan,
  type Planning,
  REASONS,
  type Reason,
} from './forget/plan.ts';
import { KIND_NAMES, KINDS, type Receipt } from './forget/receipt.ts';
import { readSubjects, type Subject } from './forget/subjects.ts';
import { openSpec, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, type OperationOf } from './operator/operation.ts';
import { readNumber } from './operator/read-number.ts';
import { announceMetadataReading, READING_OPTION } from './sessions/metadata-reading.ts';
import { POLICY_OPTION, printPolicy } from './sessions/policy.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  session: { type: 'string', value: 'id', description: 'the session_id of the table and of announcements' },
  recording: {
    type: 'string',
    value: 'key',
    description: 'the recording with this key: of the upload (incoming/…) or the filed file',
  },
  file: {
    type: 'string',
    value: 'list.csv',
    description: 'all subjects of a CSV with a column session_id or recording',
  },
  although: {
    type: 'string',
    multiple: true,
    value: 'reason',
    values: REASONS,
    description: 'also erase data kept for this reason: sar, protected, archived; may be repeated',
  },
  preview: { type: 'boolean', description: 'list the data to erase and to keep, and stop' },
  confirm: { type: 'string', value: 'id', description: 'answer to the question, for scripts' },
  wait: {
    type: 'string',
    value: 'seconds',
    description: 'time for running deliveries to end before the erasure (default: lambda.timeout)',
  },
  ...READING_OPTION,
  ...POLICY_OPTION,
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values, aws, signal, terminal, workingDir } = operation;
  const environment = selectEnvironment(openSpec(values.config), values.env);
  if (values['print-policy']) {
    const caller = await aws.checkAccount(environment);
    return await printPolicy(operation, selectStacks(environment, [], caller), 'forget');
  }
  const subjects = readSubjects(values, workingDir);
  const waitSeconds = readWait(values.wait, environment);
  const caller = await aws.checkAccount(environment);
  const stacks = await openStacks(operation, environment, caller);
  if (subjects.some(({ kind }) => kind === 'session'))
    await announceMetadataReading(
      operation,
      stacks.map(({ stack }) => stack),
      { isAnswered: values.yes || values.confirm !== undefined, times: ', and again after the erasure' },
    );
  const receipt = openReceipt(operation, { environment, caller, subjects });
  const overruled = new Set(values.although as readonly Reason[]);
  const planning = {
    stacks,
    subjects,
    overruled,
    knownUploads: receipt.knownUploads,
  };
  const plan = await makePlan(operation, planning);
  showPlan(operation, plan, { environment, stacks });
  if (plan.traces.every(isEmpty) && !receipt.isBegun) {
    const when = receipt.text.verified_at;
    const before = when === null ? '' : ` An earlier run erased it on ${when}: ${receipt.path}.`;
    terminal.note(
      `${environment.name} has nothing${plan.kept.length > 0 ? ' else' : ''} to forget.${before}`,
    );
    return plan.kept.length === 0;
  }
  if (environment.protected && !overruled.has('protected')) return refuseProtected(operation, environment);
  if (values.preview) {
    terminal.note('Nothing was changed.');
    return true;
  }
  await askForId(operation, environment, subjects);
  signal.throwIfAborted();
  return await forgetAll(operation, { planning, plan, receipt, waitSeconds });
}

function readWait(text: string | undefined, environment: ResolvedEnvironment): number {
  if (text === '0') return 0;
  if (text !== undefined) return readNumber('wait', text, 3_600);
  return longestDelivery(environment);
}

function showPlan(
  { terminal }: Run,
  { traces, kept, subjects }: Plan,
  { environment, stacks }: { environment: ResolvedEnvironment; stacks: readonly OpenStack[] },
): void {
  terminal.print(describeTraces(traces));
  for (const { name, detail, reason } of kept)
    terminal.print(`kept: ${detail}: ${reason}${name === 'locked' ? '' : `; --although ${name} erases it`}`);
  for (const { text } of traces.flatMap(({ unseen }) => unseen)) terminal.note(`not seen: ${text}`);
  if (subjects.length > 0)
    for (const line of [...describeUnsearched(environment, stacks), ...describeOutliving(stacks)])
      terminal.note(`cannot erase: ${line}`);
}

function refuseProtected({ terminal }: Run, { name }: ResolvedEnvironment): false {
  terminal.note(
    `${name} is protected (\`protected: true\`), so nothing was erased; --although protected erases it.`,
  );
  return false;
}

/** For one subject its id, as a terminal can show it; for a list the environment and the number. */
async function askForId(
  { terminal, values }: Run,
  environment: ResolvedEnvironment,
  subjects: readonly Subject[],
): Promise<void> {
  const [only, ...others] = subjects;
  const isOne = only !== undefined && others.length === 0;
  const expected = isOne ? escapeAll(only.id) : `${environment.name} ${subjects.length}`;
  if (values.confirm === undefined) return await terminal.confirm('This cannot be undone.', expected);
  if (values.confirm === expected || (isOne && values.confirm === only.id)) return;
  throw new Problem({ what: `--confirm must be ${expected}. Nothing was changed.` });
}

interface Erasing {
  readonly planning: Planning;
  readonly plan: Plan;
  readonly receipt: Receipt;
  readonly waitSeconds: number;
}

async function forgetAll(operation: Run, { waitSeconds, ...erasing }: Erasing): Promise<boolean> {
  const { terminal, signal, onInterrupt } = operation;
  onInterrupt('The erasure is incomplete. Run the same command again: it continues.');
  const settle = async (): Promise<void> => {
    if (waitSeconds > 0)
      terminal.note(`The tombstones are written. Waiting ${waitSeconds} s for running deliveries to end.`);
    await sleep(waitSeconds * 1_000, undefined, { signal });
  };
  const onMore = ({ traces }: Plan): void => {
    terminal.note('Data arrived meanwhile:');
    terminal.print(describeTraces(traces));
  };
  return report(operation, await eraseAll(operation, { ...erasing, settle, onMore }), erasing.receipt);
}

function report({ terminal }: Run, plan: Plan, receipt: Receipt): boolean {
  const { kept, traces } = plan;
  for (const { text } of traces.flatMap((each) => each.unseen)) terminal.note(`not seen: ${text}`);
  const counts = KIND_NAMES.map((kind) => formatCount(receipt.count(kind), KINDS[kind], kind)).join(', ');
  if (!completeReceipt(plan, receipt)) {
    terminal.note(
      `Erased: ${counts}. Run the same command again in a minute to check the messages that were not seen.`,
    );
    return false;
  }
  terminal.print(`Forgotten: ${counts}. A last search found nothing${kept.length > 0 ? ' else' : ''}.`);
  terminal.print(`Receipt, without ids: ${receipt.path}`);
  return kept.length === 0;
}

export const forget = defineOperation({
  name: 'forget',
  text: `
Erases all data that an environment keeps about a session, a recording or a list of them, in all of its
regions: events, their markers and references, every version and delete marker of each recording, and
messages in queues. It first lists the data to erase and to keep, and asks for the id. After the
erasure it searches again, and writes a receipt with counts and digests, without ids, to
.sonotheia/forget/. After an interruption, run the same command again: it continues with the same receipt.

Before the erasure it writes a tombstone, which contains only a digest. With it, the functions discard
later deliveries of the same session or recording.

It keeps some data, unless --although gives the reason:

  sar        a session with a report of suspicious activity, for five years (31 CFR 1020.320(d))
  protected  everything in an environment with protected: true
  archived   recordings in an archive: they must be restored before they can be read

It also keeps recordings that S3 Object Lock protects (a legal hold or a retention), and erases
everything else. Run the same command again when the lock has ended.

It changes only resources with Terraform's tags of the environment. It sees a message only by receiving
it: it counts messages that another reader holds, and a later run finds them. It cannot erase backups,
logs and copies of subscribers; it lists them.`,
  options: OPTIONS,
  run,
});
