// Checks regions that are removed from one environment or from all, and regions dropped with --drop-region.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { StackEntry } from '../spec/inheritance.ts';
import { formatPath } from '../spec/path-text.ts';
import { type Change, type KeptEnvironment, listKept, refuseLoss, warn } from './change.ts';
import { findRetiring } from './inherit.ts';
import { joinWords } from './join-words.ts';
import { type LocalState, selectRegion } from './local-state.ts';

const SHOWN_ADDRESSES = 3;

/**
 * SONO330 protected, SONO328 moved to another region, SONO604 allowed losses, SONO605 retiring regions, SONO332 refused
 * drops.
 */
export function checkRegions(change: Change): Diagnostic[] {
  return [
    ...listKept(change).flatMap((kept) => checkRemoved(change, kept)),
    ...reportRetiring(change),
    ...change.dropRegions.flatMap((region) => checkDrop(change, region)),
  ];
}

export function describeStorage({ bucket, access_logs, table }: StackEntry): string {
  return joinWords([
    `bucket \`${bucket}\``,
    ...(access_logs === undefined ? [] : [`its access logs \`${access_logs}\``]),
    `table \`${table}\``,
  ]);
}

function checkRemoved(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  const listed = new Set<string>(after.regions.map((region) => region.name));
  const removed = Object.entries(before.regions).filter(([region]) => !listed.has(region));
  const primary = after.regions[0].name;
  const isMoved = !listed.has(before.primary_region) && !Object.hasOwn(before.regions, primary);
  return removed.map(([region, stack]) => {
    const what = `the next apply of ${name} destroys its stack in ${region}: ${describeStorage(stack)}`;
    if (before.protected) {
      const path = ['environments', name, 'regions'];
      return {
        code: 'SONO330',
        severity: 'error',
        path: formatPath(path),
        location: change.spec.locateKey(path),
        what: `${what}; ${name} is protected`,
        fix: 'put the region back; to allow its loss, set `protected: false`, generate and apply first',
      };
    }
    if (isMoved && region === before.primary_region)
      return refuseLoss(change, {
        code: 'SONO328',
        path: ['environments', name, 'regions', 0],
        what: `${what}, and begins empty in ${primary}`,
        wayOut: `add ${primary} after ${region} instead of replacing it, and remove ${region} when its data has been copied`,
        environment: name,
        entry: before,
      });
    return warn(change, {
      code: 'SONO604',
      path: ['environments', name, 'regions'],
      what,
      fix: `put the region back to keep it; ${describeEmptying(stack)}`,
    });
  });
}

/** A bucket cannot be emptied by hand while S3 writes access logs to it. */
function describeEmptying({ access_logs }: StackEntry): string {
  return access_logs === undefined
    ? 'AWS refuses to delete a bucket that is not empty, so copy its audio and empty it first'
    : 'AWS refuses to delete buckets that are not empty, and S3 keeps writing access logs: copy the objects that you need, and apply `s3.force_destroy: true` there first';
}

function reportRetiring(change: Change): Diagnostic[] {
  const { previous, resolved, dropRegions } = change;
  const names = resolved.environments.map((environment) => environment.name);
  return findRetiring(previous, resolved)
    .filter(({ name }) => !dropRegions.includes(name))
    .map(({ name: region, environments }) => {
      const here = environments.filter((environment) => names.includes(environment));
      const gone = environments.filter((environment) => !names.includes(environment));
      const steps = [
        ...(here.length > 0 ? [`apply ${joinWords(here)}`] : []),
        ...(gone.length > 0 ? [`destroy ${joinWords(gone)} if that was not done`] : []),
        `then run \`npx sonotheia generate --drop-region ${region}\``,
      ];
      return warn(change, {
        code: 'SONO605',
        path: ['environments'],
        what: `${region} is retiring; the tree keeps its provider: ${steps.join(', ')}`,
      });
    });
}

function checkDrop({ previous, resolved, spec, states, outDir }: Change, region: string): Diagnostic[] {
  const refuse = (path: (string | number)[], what: string, fix: string): Diagnostic[] => [
    {
      code: 'SONO332',
      severity: 'error',
      path: formatPath(path),
      location: path.length > 1 ? spec.locate(path) : spec.locateKey(path),
      what: `--drop-region ${region}: ${what}`,
      fix,
    },
  ];
  for (const { name, regions } of resolved.environments) {
    const index = regions.findIndex((used) => used.name === region);
    if (index !== -1)
      return refuse(
        ['environments', name, 'regions', index],
        `${name} still lists the region`,
        `remove it, generate, apply ${name}, then drop it`,
      );
  }
  const held = states.filter(({ resources }) => selectRegion(resources ?? [], region).length > 0);
  const [first] = held;
  if (first !== undefined) {
    const { environment } = first;
    const isKept = resolved.environments.some(({ name }) => name === environment);
    return refuse(
      ['environments'],
      held.map((state) => describeHeld(state, region)).join('; '),
      isKept
        ? `generate without --drop-region, then apply ${environment}, which destroys them: \`npx sonotheia deploy --env ${environment}\``
        : `${environment} was removed from the spec: put it back, generate, \`npx sonotheia destroy --env ${environment}\`, then drop the region`,
    );
  }
  const unreadable = states.find(({ resources }) => resources === undefined);
  if (unreadable !== undefined)
    return refuse(
      ['environments'],
      `${unreadable.file} cannot be read, and may hold resources there`,
      `look with \`terraform -chdir=${outDir} state list\`; restore the file, or move it away`,
    );
  if (Object.hasOwn(previous.retiring, region)) return [];
  const leaving = findRetiring(previous, resolved).find(({ name }) => name === region);
  if (leaving !== undefined)
    return refuse(
      ['environments'],
      'stacks are still deployed there',
      `generate without --drop-region, apply ${joinWords(leaving.environments)}, then drop it`,
    );
  const others = Object.keys(previous.retiring);
  return refuse(
    ['environments'],
    'the region is not retiring',
    others.length === 0 ? 'no region is retiring: leave the option out' : `retiring: ${joinWords(others)}`,
  );
}

/** Lists only the first addresses: there may be sixty. */
function describeHeld({ file, resources }: LocalState, region: string): string {
  const addresses = selectRegion(resources ?? [], region).map(({ address }) => `\`${address}\``);
  const more = addresses.length > SHOWN_ADDRESSES ? [`${addresses.length - SHOWN_ADDRESSES} more`] : [];
  return `${file} still holds ${joinWords([...addresses.slice(0, SHOWN_ADDRESSES), ...more])}`;
}
