// Decides which environments of the last generation count as deployed. The guards skip an environment that was never
// deployed, and treat one that may be deployed from elsewhere as deployed. Pure.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Deployed } from '../spec/inheritance.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import type { Continuation } from './continuation.ts';
import { joinWords } from './join-words.ts';
import { holdsResources, type LocalState } from './local-state.ts';
import { type EnvironmentEntry, NO_RECORD, type StackRecord } from './stack-record.ts';

/** Marks every environment whose local state holds resources as deployed. */
function markSeen(record: StackRecord, states: readonly LocalState[]): StackRecord {
  const seen = new Set(states.filter(holdsResources).map(({ environment }) => environment));
  return mapEnvironments(record, (entry, name) => (seen.has(name) ? { ...entry, deployed: 'yes' } : entry));
}

/** Removes environments that were never deployed. */
function removeUndeployed(record: StackRecord): StackRecord {
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
 * The last generation as the new tree inherits it. `--check` ignores the local states, so that every machine compares
 * with the same tree.
 */
export function recallForTree({ previous, states, isFresh, isCheck }: Continuation): StackRecord {
  if (isFresh) return NO_RECORD;
  return removeUndeployed(isCheck ? previous : markSeen(previous, states));
}

/** The last generation as the guards use it. */
export function recallForGuards({ previous, states, isFresh }: Continuation): StackRecord {
  return isFresh ? NO_RECORD : removeUndeployed(markSeen(previous, states));
}

/**
 * The mark of an environment from its spec and record alone: one with its state in S3 may be applied from elsewhere.
 */
export function decideDeployed(
  { name, regions }: ResolvedEnvironment,
  { backend, inheritance }: ResolvedSpec,
): Deployed {
  const before = inheritance.deployed[name] ?? 'no';
  const isOpen = backend === 's3' || regions.some(({ adopt }) => adopt !== null);
  return before === 'no' && isOpen ? 'unknown' : before;
}

/** SONO334: `--fresh` although something may be deployed. */
export function checkFresh(
  { previous, states, isFresh }: Continuation,
  resolved: ResolvedSpec,
): Diagnostic[] {
  if (!isFresh) return [];
  const held = states.filter(holdsResources).map(({ environment, file, resources }) => ({
    name: environment,
    what: `${file} ${resources === undefined ? 'cannot be read' : `holds ${resources.length} resources`}`,
    fix: `leave --fresh out; to destroy ${environment}, run \`npx sonotheia destroy --env ${environment}\` first`,
  }));
  const destroyed = new Set(states.map(({ environment }) => environment));
  const recorded = Object.entries(previous.environments).flatMap(([name, entry]) =>
    destroyed.has(name) && !entry.protected ? [] : describeDoubt(name, entry),
  );
  const adopting = resolved.environments
    .filter(({ regions }) => regions.some(({ adopt }) => adopt !== null))
    .map(({ name }) => ({
      name,
      what: `${name} adopts existing resources`,
      fix: 'leave --fresh out; use --allow-replace if data may be destroyed',
    }));
  const first = new Map([...adopting, ...recorded, ...held].map((doubt) => [doubt.name, doubt]));
  return [...first.values()].map(({ what, fix }) => ({
    code: 'SONO334',
    severity: 'error',
    path: '',
    what: `--fresh says that nothing is deployed, but ${what}`,
    fix,
  }));
}

interface Doubt {
  readonly name: string;
  readonly what: string;
  readonly fix: string;
}

function describeDoubt(name: string, { deployed, protected: isProtected }: EnvironmentEntry): Doubt[] {
  if (deployed === 'no') return [];
  if (isProtected)
    return [
      {
        name,
        what: `${name} is protected`,
        fix: `if it was never deployed, set \`protected: false\` for ${name} and generate first`,
      },
    ];
  if (deployed === 'unknown') return [];
  return [
    {
      name,
      what: `the record of the last generation says that ${name} was deployed`,
      fix: `if it is destroyed, \`npx sonotheia destroy --env ${name}\` finds leftovers and records that it is gone; use --allow-replace if its data may be destroyed`,
    },
  ];
}

/** SONO611, once for all environments: losses that the guards would refuse if the environments were deployed. */
export function noteUnguarded(names: readonly string[]): Diagnostic {
  return {
    code: 'SONO611',
    severity: 'warning',
    path: '',
    what: `this changes the last generation; nothing shows that ${joinWords(names)} ${names.length === 1 ? 'was' : 'were'} ever deployed, so the change is allowed`,
    fix: 'no action needed, unless another machine holds a state of it: then generate there',
  };
}

/** Environments without a sign of a deployment, which the guards skip. */
export function listUndeployed({ previous, states }: Continuation): string[] {
  const { environments } = markSeen(previous, states);
  return Object.keys(environments).filter((name) => environments[name]?.deployed === 'no');
}

/** Sets the mark of one environment, or of all. */
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
