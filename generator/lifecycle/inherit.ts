// Derives from the last generation's record and the new spec what the new tree must keep: providers of retiring regions
// and former names of subscriptions. Pure.
import { compareText } from '../diagnostics/diagnostic.ts';
import type { Inheritance, RetiringRegion, StackEntry, SubscriptionMove } from '../spec/inheritance.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { Region } from '../spec/spec-types.ts';
import { describeStack } from './build-record.ts';
import type { StackRecord } from './stack-record.ts';

/** The inheritance of `resolved`, without the regions in `dropRegions`. */
export function inherit(
  previous: StackRecord,
  resolved: ResolvedSpec,
  dropRegions: readonly string[],
): Inheritance {
  return {
    deployed: Object.fromEntries(
      Object.entries(previous.environments).map(([name, { deployed }]) => [name, deployed]),
    ),
    retiring: findRetiring(previous, resolved).filter(({ name }) => !dropRegions.includes(name)),
    subscriptionMoves: findMoves(previous, resolved),
  };
}

/** Regions of earlier generations that no environment lists: without a provider their stacks could not be destroyed. */
export function findRetiring(previous: StackRecord, resolved: ResolvedSpec): RetiringRegion[] {
  const used = new Set<string>(
    resolved.environments.flatMap(({ regions }) => regions.map(({ name }) => name)),
  );
  const retiring = new Map<string, Map<string, StackEntry | undefined>>();
  const add = (region: string, environment: string, stack: StackEntry | undefined): void => {
    if (used.has(region)) return;
    const stacks = retiring.get(region) ?? new Map<string, StackEntry | undefined>();
    retiring.set(region, stacks.set(environment, stack));
  };
  for (const [region, environments] of Object.entries(previous.retiring))
    for (const environment of environments)
      add(region, environment, previous.retiring_stacks?.[region]?.[environment]);
  for (const [environment, { regions }] of Object.entries(previous.environments))
    for (const [region, stack] of Object.entries(regions)) add(region, environment, stack);
  return [...retiring]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, stacks]) => ({
      name: name as Region,
      environments: [...stacks.keys()].sort(compareText),
      stacks: Object.fromEntries(
        [...stacks].flatMap(([environment, stack]) => (stack === undefined ? [] : [[environment, stack]])),
      ),
    }));
}

/**
 * Renamed subscriptions. One HCL serves every stack: Terraform refuses to move a name that a stack still uses, two
 * names to one, or one to two. Those subscriptions are replaced.
 */
function findMoves(previous: StackRecord, resolved: ResolvedSpec): SubscriptionMove[] {
  const stacks = pairStacks(previous, resolved);
  const used = new Set(
    resolved.environments.flatMap(({ regions }) =>
      regions.flatMap(({ settings }) => settings.subscriptions.map(({ name }) => name)),
    ),
  );
  const renames = new Map<string, SubscriptionMove>();
  for (const { before, after } of stacks)
    for (const move of findRenames(before, after)) renames.set(`${move.from} ${move.to}`, move);
  const fresh = [...renames.values()].filter(
    ({ from, to }, _, all) =>
      !used.has(from) &&
      all.filter((other) => other.from === from || other.to === to).length === 1 &&
      // A stack that had both names did not rename one to the other.
      !stacks.some(
        ({ before }) => Object.hasOwn(before.subscriptions, from) && Object.hasOwn(before.subscriptions, to),
      ),
  );
  const kept = previous.subscription_moves.filter(
    ({ from, to }) => !used.has(from) && !fresh.some((move) => move.from === from || move.to === to),
  );
  return [...kept, ...fresh].sort((a, b) => compareText(a.from, b.from));
}

/** Pairs of a removed and a new name with the same protocol and endpoint. */
function findRenames(before: StackEntry, after: StackEntry): SubscriptionMove[] {
  const gone = Object.entries(before.subscriptions).filter(
    ([name]) => !Object.hasOwn(after.subscriptions, name),
  );
  const come = Object.entries(after.subscriptions).filter(
    ([name]) => !Object.hasOwn(before.subscriptions, name),
  );
  return gone.flatMap(([from, target]) =>
    come.filter(([, other]) => other === target).map(([to]) => ({ from, to })),
  );
}

/** The stacks that both generations have. */
function pairStacks(
  previous: StackRecord,
  resolved: ResolvedSpec,
): { readonly before: StackEntry; readonly after: StackEntry }[] {
  return resolved.environments.flatMap((environment) =>
    environment.regions.flatMap((region) => {
      const before = previous.environments[environment.name]?.regions[region.name];
      return before === undefined ? [] : [{ before, after: describeStack(environment, region) }];
    }),
  );
}
