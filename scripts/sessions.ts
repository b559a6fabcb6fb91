// npx sonotheia sessions --env <name>: finds events by session, event, recording, case, time and result; see --help.
import { Problem } from '../generator/command-line/problem.ts';
import { formatTable } from '../generator/text/format-table.ts';
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
import { readCount } from './operator/read-number.ts';
import { chooseAccess, describeScan, type TableAccess } from './sessions/choose-access.ts';
import { type Found, findItems } from './sessions/find-items.ts';
import { describeRecordings, findRecordings } from './sessions/find-recordings.ts';
import { TABLE_HEADER, toRow } from './sessions/format-found.ts';
import { readSearch, SEARCH_OPTIONS } from './sessions/options.ts';
import { POLICY_OPTION, printPolicy } from './sessions/policy.ts';
import type { Search } from './sessions/search.ts';
import { streamFound } from './sessions/stream-found.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  ...SEARCH_OPTIONS,
  format: {
    type: 'string',
    value: 'format',
    values: ['table', 'json', 'ndjson', 'csv'],
    default: 'table',
    description: 'table, or streamed for programs: json, ndjson or csv',
  },
  limit: {
    type: 'string',
    value: 'n',
    description: 'at most n events (default for a table: the 100 newest)',
  },
  ...YES_OPTION,
  ...POLICY_OPTION,
} as const;

type Run = OperationOf<typeof OPTIONS>;

const DEFAULT_ROWS = 100;
/** A table is aligned, so all of its rows are kept. */
const MAX_ROWS = 10_000;

export interface Place {
  readonly stack: Stack;
  readonly access: TableAccess;
}

function readLimit({ values: { limit: text, format } }: Run): number | undefined {
  const limit = text === undefined ? undefined : readCount('limit', text, 1e9);
  if (format === 'table' && (limit ?? 0) > MAX_ROWS)
    throw new Problem({
      what: `A table has at most ${MAX_ROWS} rows.`,
      fix: 'use --format ndjson or csv for more',
    });
  return limit;
}

async function run(operation: Run): Promise<boolean> {
  const { values, aws } = operation;
  const search = readSearch(operation);
  const limit = readLimit(operation);
  const environment = selectEnvironment(openSpec(values.config), values.env);
  selectRegions(environment, values.region);
  const stacks = selectStacks(environment, values.region, await aws.checkAccount(environment));
  if (values['print-policy']) return await printPolicy(operation, stacks, 'find');
  const places = await choosePlaces(operation, stacks, search);
  if (values.format === 'table') return await printTable(operation, places, { search, limit });
  await streamFound(operation, places, { search, limit, format: values.format });
  return true;
}

/** Asks before a scan. Throws a `Problem` if the environment is deployed in none of the regions. */
async function choosePlaces(
  { aws, signal, values, terminal }: Run,
  stacks: readonly Stack[],
  search: Search,
): Promise<Place[]> {
  const all: Place[] = [];
  for (const stack of stacks)
    all.push({ stack, access: await chooseAccess(aws, stack, { search, isConsistent: false }, signal) });
  // An event is in the table of the region that its marker names.
  const isMarked = all.some(({ access }) => access.kind === 'item');
  const places = all.filter(
    ({ access }) => access.kind !== 'missing' && !(isMarked && access.kind === 'scan'),
  );
  for (const { stack, access } of all)
    if (access.kind === 'missing') terminal.note(`${stack.region.name} has no table ${stack.names.table}.`);
  const [{ environment } = {}] = stacks;
  if (places.length === 0)
    throw new Problem({
      what: `${environment?.name} is not deployed there.`,
      fix: `npx sonotheia deploy --env ${environment?.name}`,
    });
  const scans = places.flatMap(({ stack, access }) => (access.kind === 'scan' ? [{ stack, access }] : []));
  for (const { stack, access } of scans) terminal.note(`The search ${describeScan(stack, access)}.`);
  for (const hint of new Set(scans.flatMap(({ access }) => access.hint ?? []))) terminal.note(`  ${hint}`);
  const [first] = scans;
  if (first !== undefined && !values.yes)
    await terminal.confirm('The search only reads.', first.stack.environment.name);
  return places;
}

async function printTable(
  operation: Run,
  places: readonly Place[],
  { search, limit = DEFAULT_ROWS }: { readonly search: Search; readonly limit: number | undefined },
): Promise<boolean> {
  const { aws, signal, terminal } = operation;
  const progress = terminal.startProgress();
  let newest: Found[] = [];
  let count = 0;
  for (const { stack, access } of places)
    await findItems(
      aws,
      stack,
      { access, search },
      {
        signal,
        onFound: (found) => {
          count += found.length;
          newest.push(...found);
          if (newest.length > 2 * limit + found.length) newest = keepNewest(newest, limit);
          progress.update(`${stack.names.table}: ${count} events`);
          return true;
        },
      },
    );
  progress.clear();
  const rows = keepNewest(newest, limit);
  if (rows.length > 0) terminal.print(formatTable(TABLE_HEADER, rows.map(toRow), ['score']));
  if (count > rows.length)
    terminal.note(`Showing the ${rows.length} newest of ${count} events; --limit shows more.`);
  if (count === 0) terminal.note('No event matches.');
  if (search.sessionId === undefined) return true;
  if (count === 0) {
    terminal.note(
      'Recordings outlive their events: `export` writes those of the session, `forget --preview` counts them.',
    );
    return true;
  }
  const recordings = await findRecordings(aws, rows, signal);
  if (recordings.length > 0) terminal.print(['', ...describeRecordings(recordings)]);
  return true;
}

/** In the order of their time. */
function keepNewest(found: readonly Found[], limit: number): Found[] {
  return [...found].sort((a, b) => compare(timeOf(a), timeOf(b))).slice(-limit);
}

function timeOf({ announcement, stack }: Found): string {
  return `${announcement.occurred_at} ${announcement.timestamp} ${stack.region.name}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

export const sessions = defineOperation({
  name: 'sessions',
  text: `
Finds events in the tables of an environment, in all of its regions: by session, event, recording,
case, time, type, label, decision and score. An event must match all conditions. --format json, ndjson
or csv streams any number of events, with all digits of numbers. --session also lists the recordings of
the session whose event is in the table. Use export or forget --preview to find those without an event.

  --session, --case    reads only the events of that key
  --event              reads only that event; scans the table if the event has no marker
  --type               reads the index of event types, if the spec has it
                       (dynamodb.event_type_index)
  other conditions     scans the table; prints its size and the price, and asks first

In a CSV, a cell that a spreadsheet could run as a formula starts with an apostrophe. The output
contains session ids and file names, which may be personal data.`,
  options: OPTIONS,
  run,
});
