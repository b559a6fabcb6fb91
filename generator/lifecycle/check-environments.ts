// Environments that are gone from the spec or have another name, and the one that the workspace `default` belongs to.
import type { Diagnostic } from '../diagnostics.ts';
import { formatPath } from '../spec/path-text.ts';
import type { ResolvedEnvironment } from '../spec/resolve.ts';
import { describeStack } from './build-record.ts';
import { type Change, joinWords, refuseLoss, warn } from './change.ts';
import { compareStorage, describeKeeping } from './check-names.ts';
import { describeStorage } from './check-regions.ts';
import type { EnvironmentEntry } from './stack-record.ts';

/** SONO330 protected, SONO327 renamed, SONO606 gone while its stack runs, SONO329 another first environment. */
export function checkEnvironments(change: Change): Diagnostic[] {
  const { previous, resolved } = change;
  const names = new Set(resolved.environments.map(({ name }) => name));
  const fresh = resolved.environments.filter(({ name }) => !Object.hasOwn(previous.environments, name));
  const gone = Object.entries(previous.environments).filter(([name]) => !names.has(name));
  const taken = new Set<string>();
  const diagnostics = gone.map(([name, entry]) => {
    if (entry.protected) return refuseProtected(change, name, entry);
    const candidates = fresh.filter((other) => !taken.has(other.name) && hasSameRegions(entry, other));
    const successor = candidates.find((other) => keepsStorage(entry, other)) ?? candidates[0];
    if (successor === undefined) return reportGone(change, name, entry);
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
    message: `${name} is protected and gone from the spec: ${describeStacks(entry)}`,
    hint: `put ${name} back; to give its data up, set \`protected: false\`, generate and apply first`,
  };
}

function reportGone(change: Change, name: string, entry: EnvironmentEntry): Diagnostic {
  const { outDir } = change;
  const orDefault =
    change.previous.first_environment === name
      ? ' (or `default`, if its state is there: apply nothing else in that workspace before)'
      : '';
  return warn(change, {
    code: 'SONO606',
    path: ['environments'],
    message: `${name} is gone from the spec, but its stack stays until it is destroyed: ${describeStacks(entry)}`,
    hint: `if it still runs, destroy it with the tree from version control: \`git checkout HEAD -- ${outDir} && terraform -chdir=${outDir} workspace select ${name} && terraform -chdir=${outDir} destroy -var-file=${name}.tfvars\`${orDefault}, then generate again`,
  });
}

interface Rename {
  readonly name: string;
  readonly entry: EnvironmentEntry;
  readonly successor: ResolvedEnvironment;
}

function checkRename(change: Change, { name, entry, successor }: Rename): Diagnostic {
  const path = ['environments', successor.name];
  if (keepsStorage(entry, successor)) {
    return warn(change, {
      code: 'SONO606',
      path,
      message: `${name} is now called ${successor.name} and keeps its bucket and table; its state must move along before the next apply`,
      hint: `${describeMove(change, name, successor.name)} && terraform workspace delete -force ${name}\`${describeDefaultWorkspace(change, name, successor.name)}`,
    });
  }
  const [[region, before] = []] = Object.entries(entry.regions);
  const target = successor.regions.find((other) => other.name === region);
  if (before === undefined || target === undefined) throw new Error(`${name} has no region`);
  const differs = compareStorage(before, describeStack(successor, target));
  return refuseLoss(change, {
    code: 'SONO327',
    path,
    message: `${name} seems to be called ${successor.name} now: ${describeStacks(entry)} would be destroyed or left behind, and ${successor.name} begin with an empty ${describeStorage(describeStack(successor, target))}`,
    wayOut: `put the name ${name} back, or keep the data by its name: ${describeKeeping(before, differs)}${Object.keys(entry.regions).length > 1 ? ', likewise in the other regions under `region_overrides`' : ''}. If ${successor.name} is an environment of its own, add it first and remove ${name} afterwards`,
    isProtected: false,
  });
}

function describeDefaultWorkspace({ previous, resolved }: Change, from: string, to: string): string {
  if (previous.first_environment !== from) return '';
  return resolved.environments[0].name === to
    ? '; a state in the workspace `default` stays where it is'
    : '; a state in the workspace `default` is pulled from there';
}

function describeMove({ outDir }: Change, from: string, to: string): string {
  return `in ${outDir}: \`terraform workspace select ${from} && terraform state pull > ${to}.tfstate && terraform workspace select -or-create ${to} && terraform state push ${to}.tfstate && terraform workspace select default`;
}

/** Renaming in one step is what people do; a new environment with the same regions in the same step is rare. */
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

/** SONO329: in the workspace `default` another environment's plan would now replace what the old first one has. */
function checkFirst(change: Change): Diagnostic[] {
  const { previous, resolved, spec, allowReplace, outDir } = change;
  const before = previous.first_environment;
  const [{ name: after }] = resolved.environments;
  if (before === null || before === after) return [];
  const entry = previous.environments[before];
  if (entry === undefined || !resolved.environments.some(({ name }) => name === before)) return [];
  const path = ['environments', after];
  const at = { path: formatPath(path), location: spec.locateKey(path) };
  const message = `${after} is the first environment now: applied in the workspace \`default\`, it would replace what ${before} has: ${describeStacks(entry)}`;
  if (allowReplace)
    return [
      { code: 'SONO604', severity: 'warning', ...at, message: `${message} (allowed by --allow-replace)` },
    ];
  const modules = Object.keys(entry.regions).map((region) => `module.${region.replaceAll('-', '_')}`);
  return [
    {
      code: 'SONO329',
      severity: 'error',
      ...at,
      message,
      hint: `put ${before} first again; or, if its state is in \`default\`, move it (in ${outDir}: \`terraform workspace select default && terraform state pull > ${before}.tfstate && terraform workspace select -or-create ${before} && terraform state push ${before}.tfstate && terraform workspace select default && terraform state rm ${modules.join(' ')}\`), then run once with --allow-replace`,
    },
  ];
}
