// npx sonotheia forget --env <name> --session <id>: erases what is kept about a session or a recording; see --help.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../generator/command-line/problem.ts';
import type { ResolvedEnvironment } from '../generator/spec/resolve.ts';
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
import { KINDS, type Receipt } from './forget/receipt.ts';
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
    description: 'the recording with this key: incoming/…, or as it was filed',
  },
  file: {
    type: 'string',
    value: 'list.csv',
    description: 'all of its column session_id or, without it, recording',
  },
  although: {
    type: 'string',
    multiple: true,
    value: 'reason',
    values: REASONS,
    description: 'erase what would stay for this reason: sar, protected, archived; may be repeated',
  },
  preview: { type: 'boolean', description: 'show what would go, and stop' },
  confirm: { type: 'string', value: 'id', description: 'the text that would be asked for, for scripts' },
  wait: {
    type: 'string',
    value: 'seconds',
    description: 'time for running deliveries to end before the last look (default: lambda.timeout)',
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
    const before = when === null ? '' : ` It was forgotten before: ${receipt.path}, ${when}.`;
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
    terminal.print(`stays: ${detail}: ${reason}${name === 'locked' ? '' : `; --although ${name} erases it`}`);
  for (const { text } of traces.flatMap(({ unseen }) => unseen)) terminal.note(`not seen: ${text}`);
  if (subjects.length > 0)
    for (const line of [...describeUnsearched(environment, stacks), ...describeOutliving(stacks)])
      terminal.note(`out of reach: ${line}`);
}

function refuseProtected({ terminal }: Run, { name }: ResolvedEnvironment): false {
  terminal.note(
    `${name} is protected (\`protected: true\`), so everything stays; --although protected erases it.`,
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
  if (values.confirm === undefined) return await terminal.confirm('This erases it for good.', expected);
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
  onInterrupt('A part is erased. Run the same command again: it continues.');
  const settle = async (): Promise<void> => {
    if (waitSeconds > 0)
      terminal.note(`Erased. Waiting ${waitSeconds} s for running deliveries, then looking again.`);
    await sleep(waitSeconds * 1_000, undefined, { signal });
  };
  const onMore = ({ traces }: Plan): void => {
    terminal.note('Something came back meanwhile:');
    terminal.print(describeTraces(traces));
  };
  return report(operation, await eraseAll(operation, { ...erasing, settle, onMore }), erasing.receipt);
}

function report({ terminal }: Run, plan: Plan, receipt: Receipt): boolean {
  const { kept, traces } = plan;
  for (const { text } of traces.flatMap((each) => each.unseen)) terminal.note(`not seen: ${text}`);
  const counts = KINDS.map((kind) => `${receipt.count(kind)} ${kind}`).join(', ');
  if (!completeReceipt(plan, receipt)) {
    terminal.note(
      `Erased: ${counts}. Run it again in a minute, when these can be seen, or have been sent again.`,
    );
    return false;
  }
  terminal.print(`Forgotten: ${counts}. A last look found nothing${kept.length > 0 ? ' else' : ''}.`);
  terminal.print(`Receipt, without ids: ${receipt.path}`);
  return kept.length === 0;
}

export const forget = defineOperation({
  name: 'forget',
  text: `
Erases everything that an environment keeps about a session, a recording or a list of them, in all of
its regions: events, the markers and references that name them, every version of each recording with
its delete markers, and messages in its queues. It first shows what would go and what stays, and asks
for the id. Then it looks again, and writes a receipt with counts and digests, without ids, into
.sonotheia/forget/. After an interruption the same command continues, with the same receipt.

What is forgotten does not come back: a tombstone, which holds only a digest, makes the functions
refuse later deliveries. It is written first.

Some things stay unless --although names the reason:

  sar        a session with a report of suspicious activity, for five years (31 CFR 1020.320(d))
  protected  everything of an environment with protected: true
  archived   recordings in an archive: they cannot be read any more, only deleted

Recordings under a legal hold or a retention of S3 Object Lock stay as long as S3 refuses to delete
them; everything else goes, and the same command erases them later.

Only what has Terraform's tags of the environment is touched. Messages can be seen only by receiving
them: those that another reader has at the time are counted, and found by a later run. Backups, logs
and subscribers are out of reach; they are named.`,
  options: OPTIONS,
  run,
});
