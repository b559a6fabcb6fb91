// npx sonotheia redrive --env <name>: lists messages that failed for good, with the reason, and retries them; see --help.
import type { Message } from '@aws-sdk/client-sqs';
import { Problem } from '../generator/command-line/problem.ts';
import { suggest } from '../generator/diagnostics/suggest.ts';
import { formatCount } from '../generator/text/format-count.ts';
import { formatTable } from '../generator/text/format-table.ts';
import { forEachConcurrently } from './operator/for-each.ts';
import { openSpec, type Stack, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import {
  COMMON_OPTIONS,
  defineOperation,
  type OperationOf,
  REGION_OPTION,
  YES_OPTION,
} from './operator/operation.ts';
import { readCount, readNumber } from './operator/read-number.ts';
import { findStoredEvents } from './operator/stored-events.ts';
import { announceEvents, describeEvents, type Unannounced } from './redrive/announce-events.ts';
import {
  countInFlight,
  type DeadLetterQueue,
  findDeadLetterQueue,
  LETTER_KINDS,
  readLetters,
} from './redrive/dead-letters.ts';
import { type ExplainedLetter, explainLetter } from './redrive/explain-letter.ts';
import { moveLetters } from './redrive/move-letters.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  ...YES_OPTION,
  queue: { type: 'string', value: 'kind', description: 'only this one (default: all)' },
  move: { type: 'boolean', description: 'retry the messages' },
  all: { type: 'boolean', description: 'also move messages whose retry cannot succeed' },
  rate: { type: 'string', value: 'n', default: '2', description: 'messages a second' },
  max: { type: 'string', value: 'n', default: '1000', description: 'messages of each queue' },
} as const;

type Run = OperationOf<typeof OPTIONS>;

/** Messages are invisible to other readers while they are read. */
const HIDDEN_SECONDS = 60;
/** CloudWatch Logs allows ten searches a second. */
const EXPLAINED_AT_ONCE = 4;
const HEADER = ['region', 'queue', 'sent', 'attempts', 'about', 'why it failed'];

const KINDS = [...LETTER_KINDS, 'stored'] as const;
type Kind = (typeof KINDS)[number];

interface FailedMessages {
  readonly queue: DeadLetterQueue;
  readonly letters: readonly ExplainedLetter[];
}

interface Failures {
  readonly queues: readonly FailedMessages[];
  readonly unannounced: readonly Unannounced[];
  /** Messages that another reader has. */
  readonly inFlight: number;
}

interface Retry {
  readonly rate: number;
  readonly max: number;
}

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal } = operation;
  const environment = selectEnvironment(openSpec(values.config), values.env);
  const kinds = readKinds(values.queue);
  const retry = { rate: readNumber('rate', values.rate, 100), max: readCount('max', values.max, 100_000) };
  const stacks = selectStacks(environment, values.region, await aws.checkAccount(environment));
  const failures = await collectFailures(operation, stacks, { kinds, max: retry.max });
  const { queues, unannounced, inFlight } = failures;
  const rows = [
    ...queues.flatMap(({ queue, letters }) => letters.map((letter) => describeLetter(queue, letter))),
    ...unannounced.flatMap(describeEvents),
  ];
  if (inFlight > 0)
    terminal.note(
      `${inFlight} more are in flight: received by another reader, or by a command that was killed. Run this again in two minutes.`,
    );
  if (rows.length === 0) {
    if (inFlight === 0) terminal.note(`${environment.name} has no messages that failed for good.`);
    return inFlight === 0;
  }
  terminal.print(formatTable(HEADER, rows));
  const total =
    sum(queues.map(({ letters }) => listRetriable(letters, values.all).length)) +
    sum(unannounced.map(({ events }) => events.length));
  if (total < rows.length)
    terminal.note(
      `${rows.length - total} cannot succeed and stay until their retention ends; --all moves them, too.`,
    );
  if (!values.move) {
    if (total > 0) terminal.note('Nothing was changed. After the cause is fixed: --move');
    return true;
  }
  if (total === 0) return true;
  if (!values.yes)
    await terminal.confirm(
      `Retries ${formatCount(total, 'message')}, ${retry.rate} a second.`,
      environment.name,
    );
  await retryAll(operation, failures, retry);
  terminal.note('List them again in a few minutes: messages that fail again come back.');
  return true;
}

async function collectFailures(
  operation: Run,
  stacks: readonly Stack[],
  { kinds, max }: { readonly kinds: readonly Kind[]; readonly max: number },
): Promise<Failures> {
  const { aws, signal } = operation;
  const queues: FailedMessages[] = [];
  const unannounced: Unannounced[] = [];
  let inFlight = 0;
  for (const stack of stacks) {
    for (const kind of LETTER_KINDS.filter((each) => kinds.includes(each))) {
      const queue = await findDeadLetterQueue(aws, stack, kind);
      inFlight += await countInFlight(aws, queue);
      queues.push({ queue, letters: await readExplained(operation, queue, max) });
    }
    if (kinds.includes('stored'))
      unannounced.push({ stack, ...(await findStoredEvents(aws, stack, { signal, max })) });
  }
  return { queues, unannounced, inFlight };
}

function listRetriable(letters: readonly ExplainedLetter[], isAll: boolean): readonly ExplainedLetter[] {
  return letters.filter(({ canSucceed }) => isAll || canSucceed);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

async function retryAll(
  operation: Run,
  { queues, unannounced }: Failures,
  { rate, max }: Retry,
): Promise<void> {
  const { terminal, values } = operation;
  for (const { queue, letters } of queues) {
    const total = listRetriable(letters, values.all).length;
    if (total === 0) continue;
    const moved = await moveLetters(operation, queue, { rate, max, isAll: values.all, total });
    terminal.print(`${queue.name} in ${queue.stack.region.name}: ${moved} moved`);
  }
  for (const { stack, events } of unannounced) {
    if (events.length === 0) continue;
    await announceEvents(operation, stack, { events, rate });
    terminal.print(`${stack.names.table} in ${stack.region.name}: ${events.length} announced`);
  }
}

async function readExplained(
  { aws, signal }: Run,
  queue: DeadLetterQueue,
  max: number,
): Promise<ExplainedLetter[]> {
  const letters: Message[] = [];
  await readLetters(queue, {
    aws,
    signal,
    max,
    visibilitySeconds: HIDDEN_SECONDS,
    onLetter: async (letter) => {
      letters.push(letter);
      return false;
    },
  });
  // After the messages are visible again, because this takes a while.
  const explained = new Map<Message, ExplainedLetter>();
  await forEachConcurrently(letters, EXPLAINED_AT_ONCE, signal, async (letter) => {
    explained.set(letter, await explainLetter(aws, queue, letter));
  });
  return letters.flatMap((letter) => explained.get(letter) ?? []);
}

function describeLetter({ stack, kind }: DeadLetterQueue, letter: ExplainedLetter): string[] {
  const sent = letter.failedAt?.toISOString().slice(0, 16).replace('T', ' ') ?? '-';
  return [stack.region.name, kind, sent, letter.attempts, letter.subject, letter.reason];
}

function readKinds(text: string | undefined): readonly Kind[] {
  if (text === undefined) return KINDS;
  const kind = KINDS.find((each) => each === text);
  if (kind !== undefined) return [kind];
  throw new Problem({
    what: `There is no queue ${text}.${suggest(text, KINDS)}`,
    fix: `give one of ${KINDS.join(', ')}`,
  });
}

export const redrive = defineOperation({
  name: 'redrive',
  text: `
Lists the messages in an environment's dead-letter queues of uploads and events, each with the reason
of its failure: from the message, the audio processor's log, the state of the file, or Lambda's record.
Also lists events that were stored but never announced. With --move it retries them, slowly, after the
environment's name is typed. A message leaves the dead-letter queue only after its delivery, and the
functions recognise finished work.

  audio     uploads that failed in every attempt; they go back to the queue of the audio processor
  webhook   asynchronous invocations of the webhook handler that failed; it is invoked again
  stored    events that are in the table but were never announced, because a function died in
            between; they are announced. A scan of the table finds them: about $0.02 a GB

Results that a subscriber did not take are in another queue: "npx sonotheia reannounce" sends results again.

File names are shown: they may be personal data.`,
  options: OPTIONS,
  run,
});
