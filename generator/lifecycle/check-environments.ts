// Checks environments that were removed or renamed, and a change of the first environment, which owns the workspace
// `default`.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatPath } from '../spec/path-text.ts';
import type { ResolvedEnvironment } from '../spec/resolve.ts';
import { describeStack } from './build-record.ts';
import { type Change, refuseLoss, warn } from './change.ts';
import { checkAccessLogs } from './check-access-logs.ts';
import { compareStorage, describeKeeping } from './check-names.ts';
import { describeStorage } from './check-regions.ts';
import { checkSettings } from './check-settings.ts';
import { joinWords } from './join-words.ts';
import type { EnvironmentEntry } from './stack-record.ts';
import { copyState, initState } from './state-commands.ts';

/** SONO330 protected, SONO327 renamed, SONO606 gone while its stack runs, SONO329 another first environment. */
export function checkEnvironments(change: Change): Diagnostic[] {
  const { previous, resolved } = change;
  const names = new Set(resolved.environments.map(({ name }) => name));
  const fresh = resolved.environments.filter(({ name }) => !Object.hasOwn(previous.environments, name));
  const gone = Object.entries(previous.environments).filter(([name]) => !names.has(name));
  const taken = new Set<string>();
  const diagnostics = gone.flatMap(([name, entry]): Diagnostic[] => {
    if (entry.protected) return [refuseProtected(change, name, entry)];
    const candidates = fresh.filter((other) => !taken.has(other.name) && hasSameRegions(entry, other));
    const successor = candidates.find((other) => keepsStorage(entry, other)) ?? candidates[0];
    if (successor === undefined) return [reportGone(change, name, entry)];
    taken.add(successor.name);
    return checkRename(change, { name, entry, successor });
  });
  return [...diagnostics, ...checkFirst(change)];
}

function describeStacks({ regions }: EnvironmentEntry): string {
  return joinWords(
    Object.entries(regions).map(([region, stack]) => `${describeStorage(stack)} in ${region}`),
  );
}

function refuseProtected({ spec }: Change, name: string, entry: EnvironmentEntry): Diagnostic {
  return {
    code: 'SONO330',
    severity: 'error',
    path: 'environments',
    location: spec.locateKey(['environments']),
    what: `${name} is protected and was removed from the spec: ${describeStacks(entry)}`,
    fix: `put ${name} back; to allow its loss, set \`protected: false\`, generate and apply first`,
  };
}

function reportGone(change: Change, name: string, entry: EnvironmentEntry): Diagnostic {
  const { outDir } = change;
  const terraform = `terraform -chdir=${outDir}`;
  const commands = [
    `git checkout HEAD -- ${outDir}`,
    ...initState(change, name, terraform),
    `${terraform} workspace select ${name}`,
    `${terraform} destroy -var-file=${name}.tfvars`,
  ];
  const orDefault =
    change.previous.first_environment === name
      ? ' (or `default`, if its state is there: apply nothing else in that workspace before)'
      : '';
  return warn(change, {
    code: 'SONO606',
    path: ['environments'],
    what: `${name} was removed from the spec, but its stack stays until it is destroyed: ${describeStacks(entry)}`,
    fix: `if it still runs, destroy it with the tree from version control: \`${commands.join(' && ')}\`${orDefault}, then generate again`,
  });
}

interface Rename {
  readonly name: string;
  readonly entry: EnvironmentEntry;
  readonly successor: ResolvedEnvironment;
}

function checkRename(change: Change, { name, entry, successor }: Rename): Diagnostic[] {
  const path = ['environments', successor.name];
  if (keepsStorage(entry, successor)) {
    const moved = warn(change, {
      code: 'SONO606',
      path,
      what: `${name} is renamed to ${successor.name} and keeps its bucket and table; move its state before the next apply`,
      fix: `${describeMove(change, name, successor.name)}${describeDefaultWorkspace(change, name, successor.name)}`,
    });
    const kept = { name: successor.name, before: entry, recorded: entry, after: successor };
    return [moved, ...checkAccessLogs(change, kept), ...checkSettings(change, kept)];
  }
  const [[region, before] = []] = Object.entries(entry.regions);
  const target = successor.regions.find((other) => other.name === region);
  if (before === undefined || target === undefined) throw new Error(`${name} has no region`);
  const differs = compareStorage(before, describeStack(successor, target));
  const lost = refuseLoss(change, {
    code: 'SONO327',
    path,
    what: `${name} seems to be renamed to ${successor.name}: ${describeStacks(entry)} would be destroyed or left behind, and ${successor.name} would begin with an empty ${describeStorage(describeStack(successor, target))}`,
    wayOut: `put the name ${name} back, or keep the data by its name: ${describeKeeping(before, differs)}${Object.keys(entry.regions).length > 1 ? ', likewise in the other regions under `region_overrides`' : ''}. If ${successor.name} is an environment of its own, add it first and remove ${name} afterwards`,
    environment: name,
    entry,
  });
  return [lost];
}

function describeDefaultWorkspace({ previous, resolved }: Change, from: string, to: string): string {
  if (previous.first_environment !== from) return '';
  return resolved.environments[0].name === to
    ? '; a state in the workspace `default` stays where it is'
    : '; a state in the workspace `default` is pulled from there';
}

/**
 * Assumes that both states are in the same bucket: the record does not show whether the spec changed it in the same
 * step.
 */
function describeMove(change: Change, from: string, to: string): string {
  const commands = [
    ...initState(change, to, 'terraform'),
    ...copyState(from, to, to),
    `terraform workspace delete -force ${from}`,
  ];
  const elsewhere =
    change.resolved.backend === 's3'
      ? `; if ${from} had its state in another bucket, pull it from there, with ${from}.s3.tfbackend from version control`
      : '';
  return `in ${change.outDir}: \`${commands.join(' && ')}\`${elsewhere}`;
}

/** A rename is more likely than a removal and a new environment with the same regions in one step. */
function hasSameRegions({ regions }: EnvironmentEntry, other: ResolvedEnvironment): boolean {
  return (
    other.regions.length === Object.keys(regions).length &&
    other.regions.every(({ name }) => Object.hasOwn(regions, name))
  );
}

function keepsStorage({ regions }: EnvironmentEntry, other: ResolvedEnvironment): boolean {
  return other.regions.every((region) => {
    const before = regions[region.name];
    if (before === undefined) return false;
    const { bucket, table } = compareStorage(before, describeStack(other, region));
    return !bucket && !table;
  });
}

/** SONO329: in the workspace `default`, the plan of the new first environment would replace the old one's resources. */
function checkFirst(change: Change): Diagnostic[] {
  const { previous, resolved, spec, allowReplace, outDir } = change;
  const before = previous.first_environment;
  const [{ name: after }] = resolved.environments;
  // With the state in S3 the tree refuses the workspace `default`.
  if (before === null || before === after || resolved.backend === 's3') return [];
  const entry = previous.environments[before];
  if (entry === undefined || !resolved.environments.some(({ name }) => name === before)) return [];
  const path = ['environments', after];
  const at = { path: formatPath(path), location: spec.locateKey(path) };
  const what = `${after} is the first environment now: applied in the workspace \`default\`, it would replace the resources of ${before}: ${describeStacks(entry)}`;
  if (allowReplace)
    return [{ code: 'SONO604', severity: 'warning', ...at, what: `${what} (allowed by --allow-replace)` }];
  const modules = Object.keys(entry.regions).map((region) => `module.${region.replaceAll('-', '_')}`);
  const commands = [...copyState('default', before, before), `terraform state rm ${modules.join(' ')}`];
  return [
    {
      code: 'SONO329',
      severity: 'error',
      ...at,
      what,
      fix: `put ${before} first again; or, if its state is in \`default\`, move it (in ${outDir}: \`${commands.join(' && ')}\`), then run once with --allow-replace`,
    },
  ];
}
