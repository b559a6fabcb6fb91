// Receives a plan, promises its summary: creations by type, changes and deletions one by one, and losses. Pure.
import { compareText } from '../../generator/diagnostics/diagnostic.ts';
import type { ResourceChange, SavedPlan } from '../operator/plan-file.ts';
import { findAddress, findData } from '../workflow/data-resources.mjs';

/** Minor losses, which need no confirmation. */
const TRACES: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: 'its logs go',
  aws_sqs_queue: 'waiting messages go',
};

/** Beyond this many, changes of one action are counted instead of listed, unless they lose something. */
const MOST_LINES = 20;
const LINE_LENGTH = 90;
const TITLES = [
  ['create', '+', 'make'],
  ['import', '<', 'take over'],
  ['update', '~', 'change'],
  ['replace', '!', 'destroy and recreate'],
  ['delete', '-', 'destroy'],
  ['forget', '.', 'forget, without destroying'],
] as const;

export function describePlan({ changes }: SavedPlan): string[] {
  const lines = TITLES.flatMap(([action, mark, verb]) => {
    const own = changes.filter((change) => change.action === action);
    if (own.length === 0) return [];
    const isLong = own.length > MOST_LINES;
    const shown = own.filter(
      (change) => action !== 'create' && (!isLong || describeLoss(change) !== undefined),
    );
    const counted =
      action === 'create' || isLong ? countTypes(own.filter((change) => !shown.includes(change))) : [];
    const details = [...shown.map(describeChange), ...counted];
    return [`  ${mark} ${verb} ${own.length}`, ...details.map((detail) => `      ${detail}`)];
  });
  return lines.length === 0 ? ['  only outputs change'] : lines;
}

/** Returns a line for each resource whose data would be lost. */
export function listLosses({ changes }: SavedPlan): string[] {
  return changes.flatMap((change) => {
    const loss = (isDestroyed(change) ? findData(change) : undefined) ?? change.weakening;
    return loss === undefined ? [] : [`${change.address}: ${loss}`];
  });
}

/** Returns a line for each address (URL, topic, subscription) that others would lose. */
export function listLostAddresses({ changes }: SavedPlan): string[] {
  return changes.flatMap((change) => {
    const loss = isDestroyed(change) ? findAddress(change) : undefined;
    return loss === undefined ? [] : [`${change.address}: ${loss}`];
  });
}

function describeChange(change: ResourceChange): string {
  const { address, action, attributes } = change;
  const loss = describeLoss(change);
  if (action === 'update') {
    const names = `${address} (${attributes.join(', ')})`;
    return loss === undefined ? names : `${names}: ${loss}`;
  }
  return loss === undefined ? address : `${address}: ${loss}`;
}

function describeLoss(change: ResourceChange): string | undefined {
  if (!isDestroyed(change)) return change.weakening;
  return findData(change) ?? findAddress(change) ?? change.weakening ?? TRACES[change.type];
}

function isDestroyed({ action }: ResourceChange): boolean {
  return action === 'delete' || action === 'replace';
}

/** Lists each module with its number of resources, and the types below it. */
function countTypes(changes: readonly ResourceChange[]): string[] {
  const modules = new Map<string, Map<string, number>>();
  for (const { address, type } of changes) {
    const module = /^(module\.[^.]+)\./.exec(address)?.[1] ?? 'root';
    const counts = modules.get(module) ?? new Map<string, number>();
    modules.set(module, counts.set(type, (counts.get(type) ?? 0) + 1));
  }
  return [...modules].flatMap(([module, counts]) => {
    const types = [...counts].sort(([one], [other]) => compareText(one, other));
    const total = types.reduce((sum, [, count]) => sum + count, 0);
    const texts = types.map(([type, count]) => (count === 1 ? type : `${count} ${type}`));
    return [`${module}: ${total}`, ...wrap(texts).map((line) => `  ${line}`)];
  });
}

/** Joins with commas, in lines of about 90 characters. */
function wrap(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length > LINE_LENGTH) lines.push(text);
    else lines[lines.length - 1] = `${last}, ${text}`;
  }
  return lines;
}
