// Which environments of the last generation count as deployed. What was never deployed cannot be destroyed, so that
// nothing guards it; what may have been deployed from elsewhere is guarded like what was. Pure.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Deployed } from '../spec/inheritance.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import type { Continuation } from './continuation.ts';
import { joinWords } from './join-words.ts';
import { holdsResources, type LocalState } from './local-state.ts';
import { type EnvironmentEntry, NO_RECORD, type StackRecord } from './stack-record.ts';

/** The record with a mark for every environment whose state holds something. */
function markSeen(record: StackRecord, states: readonly LocalState[]): StackRecord {
  const seen = new Set(states.filter(holdsResources).map(({ environment }) => environment));
  return mapEnvironments(record, (entry, name) => (seen.has(name) ? { ...entry, deployed: 'yes' } : entry));
}

/** The record without what was never deployed. */
function forgetUndeployed(record: StackRecord): StackRecord {
  const environments = Object.fromEntries(
    Object.entries(record.environments).filter(([, { deployed }]) => deployed !== 'no'),
  );
  const first = record.first_environment;
  return {
    ...record,
    environments,
    first_environment: first !== null && Object.hasOwn(environments, first) ? first : null,
  };
}

/**
 * The last generation as the new tree inherits it. The tree of `--check` is the one that any other machine makes: what
 * is only seen here is not in it.
 */
export function recallForTree({ previous, states, isFresh, isCheck }: Continuation): StackRecord {
  if (isFresh) return NO_RECORD;
  return forgetUndeployed(isCheck ? previous : markSeen(previous, states));
}

/** The last generation as the guards see it. */
export function recallForGuards({ previous, states, isFresh }: Continuation): StackRecord {
  return isFresh ? NO_RECORD : forgetUndeployed(markSeen(previous, states));
}

/** What a generation can say of an environment by itself: others can apply what has its state in S3. */
export function decideDeployed(
  { name, regions }: ResolvedEnvironment,
  { backend, inheritance }: ResolvedSpec,
): Deployed {
  const before = inheritance.deployed[name] ?? 'no';
  const isOpen = backend === 's3' || regions.some(({ adopt }) => adopt !== null);
  return before === 'no' && isOpen ? 'unknown' : before;
}

/** SONO334: `--fresh` where something speaks against it. */
export function checkFresh(
  { previous, states, isFresh }: Continuation,
  resolved: ResolvedSpec,
): Diagnostic[] {
  if (!isFresh) return [];
  const held = states.filter(holdsResources).map(({ environment, file, resources }) => ({
    name: environment,
    message: `${file} ${resources === undefined ? 'cannot be read' : `holds ${resources.length} resources`}`,
    hint: `leave --fresh out; to give ${environment} up, \`npm run destroy -- --env ${environment}\` first`,
  }));
  const destroyed = new Set(states.map(({ environment }) => environment));
  const recorded = Object.entries(previous.environments).flatMap(([name, entry]) =>
    destroyed.has(name) && !entry.protected ? [] : describeDoubt(name, entry),
  );
  const adopting = resolved.environments
    .filter(({ regions }) => regions.some(({ adopt }) => adopt !== null))
    .map(({ name }) => ({
      name,
      message: `${name} adopts what exists`,
      hint: 'leave --fresh out; where data may go, --allow-replace says so',
    }));
  const first = new Map([...adopting, ...recorded, ...held].map((doubt) => [doubt.name, doubt]));
  return [...first.values()].map(({ message, hint }) => ({
    code: 'SONO334',
    severity: 'error',
    path: '',
    message: `--fresh says that nothing is deployed, but ${message}`,
    hint,
  }));
}

interface Doubt {
  readonly name: string;
  readonly message: string;
  readonly hint: string;
}

function describeDoubt(name: string, { deployed, protected: isProtected }: EnvironmentEntry): Doubt[] {
  if (deployed === 'no') return [];
  if (isProtected)
    return [
      {
        name,
        message: `${name} is protected`,
        hint: `if it was never deployed, set \`protected: false\` for ${name} and generate first`,
      },
    ];
  if (deployed === 'unknown') return [];
  return [
    {
      name,
      message: `the last generation knows that ${name} was deployed`,
      hint: `if it is destroyed, \`npm run destroy -- --env ${name}\` looks for what is left and records that nothing is; where its data may go, --allow-replace says so`,
    },
  ];
}

/** SONO611, one for all: what would have been guarded, had it been deployed. */
export function noteUnguarded(names: readonly string[]): Diagnostic {
  return {
    code: 'SONO611',
    severity: 'warning',
    path: '',
    message: `this changes what was generated before; nothing shows that ${joinWords(names)} ${names.length === 1 ? 'was' : 'were'} ever deployed, so nothing of it is guarded`,
    hint: 'there is nothing to do, unless another machine holds a state of it: then generate there',
  };
}

/** Environments that nothing guards because nothing shows that they were deployed. */
export function listUndeployed({ previous, states }: Continuation): string[] {
  const { environments } = markSeen(previous, states);
  return Object.keys(environments).filter((name) => environments[name]?.deployed === 'no');
}

/** The record with this said of one environment, or of all. */
export function setDeployed(record: StackRecord, deployed: Deployed, environment?: string): StackRecord {
  return mapEnvironments(record, (entry, name) =>
    environment === undefined || name === environment ? { ...entry, deployed } : entry,
  );
}

function mapEnvironments(
  record: StackRecord,
  change: (entry: EnvironmentEntry, name: string) => EnvironmentEntry,
): StackRecord {
  const entries = Object.entries(record.environments).map(([name, entry]) => [name, change(entry, name)]);
  return { ...record, environments: Object.fromEntries(entries) };
}
