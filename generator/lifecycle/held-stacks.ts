// The resources of an environment that a change could destroy: those of the record, corrected by the local state if it
// is readable. Generated but never applied resources are left out. Pure.

import type { StackEntry } from '../spec/inheritance.ts';
import type { ResolvedEnvironment } from '../spec/resolve.ts';
import { describeStack } from './build-record.ts';
import { type HeldResource, holdsResources, type LocalState, selectRegion } from './local-state.ts';
import type { EnvironmentEntry } from './stack-record.ts';

/** The entry as deployed according to the local states, or as recorded if there is none. */
export function correctByStates(
  recorded: EnvironmentEntry,
  after: ResolvedEnvironment,
  states: readonly LocalState[],
): EnvironmentEntry {
  const own = states.filter((state) => state.environment === after.name && holdsResources(state));
  // An unreadable state may hold any resource.
  if (own.length === 0 || own.some(({ resources }) => resources === undefined)) return recorded;
  const resources = own.flatMap((state) => state.resources ?? []);
  const regions = Object.entries(recorded.regions).flatMap(([region, stack]) => {
    const held = selectRegion(resources, region);
    if (held.length === 0) return [];
    const target = after.regions.find(({ name }) => name === region);
    return [[region, correctStack(stack, target && describeStack(after, target), held)]];
  });
  return { ...recorded, regions: Object.fromEntries(regions) };
}

/** A resource that is not in the state cannot be replaced: gives it the new name. */
function correctStack(recorded: StackEntry, after: StackEntry | undefined, held: HeldResource[]): StackEntry {
  const find = (address: string, attribute: string): string | undefined => {
    const found = held.find(({ type, name }) => `${type}.${name}` === address)?.attributes[attribute];
    return typeof found === 'string' ? found : undefined;
  };
  const logs = find('aws_s3_bucket.access_logs', 'bucket');
  const { access_logs: _logs, ...others } = recorded;
  return {
    ...others,
    bucket: find('aws_s3_bucket.audio', 'bucket') ?? after?.bucket ?? recorded.bucket,
    ...(logs === undefined ? {} : { access_logs: logs }),
    table: find('aws_dynamodb_table.sessions', 'name') ?? after?.table ?? recorded.table,
    secrets: Object.fromEntries(
      Object.keys({ ...recorded.secrets, ...after?.secrets }).flatMap((label) => {
        const name = find(`aws_secretsmanager_secret.${label}`, 'name');
        return name === undefined ? [] : [[label, name]];
      }),
    ),
  };
}
