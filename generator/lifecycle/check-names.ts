// Checks for resources that would be replaced because their physical name changes. Compares the names in AWS, so that a
// resource with an unchanged name is safe whichever settings produce the name.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { StackEntry } from '../spec/inheritance.ts';
import type { SpecPath } from '../spec/path-text.ts';
import type { ResolvedRegion } from '../spec/resolve.ts';
import { describeStack } from './build-record.ts';
import { type Change, findSetting, type KeptEnvironment, listKept, refuseLoss, warn } from './change.ts';
import { checkAccessLogs } from './check-access-logs.ts';
import { joinWords } from './join-words.ts';
import { ACCOUNT_ID_PLACEHOLDER } from './stack-record.ts';

/**
 * For each environment that stays: SONO326 a replaced bucket or table, SONO330 protected logs, SONO604 smaller losses.
 */
export function checkNames(change: Change): Diagnostic[] {
  return listKept(change).flatMap((kept) => [
    ...checkStorage(change, kept),
    ...checkAccessLogs(change, kept),
    ...checkFunctions(change, kept),
  ]);
}

interface Replacement {
  readonly region: ResolvedRegion;
  readonly before: StackEntry;
  readonly after: StackEntry;
  readonly bucket: boolean;
  readonly table: boolean;
}

function checkStorage(change: Change, kept: KeptEnvironment): Diagnostic[] {
  const replacements = pairStacks(kept)
    .map((pair) => ({ ...pair, ...compareStorage(pair.before, pair.after) }))
    .filter(({ bucket, table }) => bucket || table);
  const isAllowed = pairStacks({ ...kept, before: kept.recorded }).every(({ before, after }) => {
    const recorded = compareStorage(before, after);
    return !recorded.bucket && !recorded.table;
  });
  const [first] = replacements;
  if (first === undefined) return [];
  return [
    refuseLoss(change, {
      code: 'SONO326',
      path: findCause(change, kept, first),
      what: `the next apply of ${kept.name} would destroy ${joinWords(replacements.map(describeLoss))}`,
      wayOut: `${describeWayBack(kept, first)}, or keep the data by its name: ${describeOverrides(kept, replacements)}`,
      environment: kept.name,
      entry: kept.before,
      isAllowed,
    }),
  ];
}

/** Names in the primary region have no suffix, so a new order of the regions changes names. */
function describeWayBack({ before, after }: KeptEnvironment, { bucket }: Replacement): string {
  const { primary_region: primary } = before;
  const isReordered = primary !== after.regions[0].name && after.regions.some(({ name }) => name === primary);
  return bucket && isReordered ? `put ${primary} first again` : 'put the name back';
}

/** Each name belongs to one region; set for the environment, it would apply to every region. */
function describeOverrides({ after }: KeptEnvironment, replacements: readonly Replacement[]): string {
  const [first] = replacements;
  if (first !== undefined && after.regions.length === 1) return describeKeeping(first.before, first);
  const overrides = replacements.map(({ region, before, bucket, table }) => {
    const settings = [
      ...(bucket ? [`s3: { bucket_name: ${before.bucket} }`] : []),
      ...(table ? [`dynamodb: { table_name: ${before.table} }`] : []),
    ];
    return `${region.name}: { ${settings.join(', ')} }`;
  });
  return `\`region_overrides: { ${overrides.join(', ')} }\``;
}

/** Whether the bucket and the table change their names. */
export function compareStorage(
  before: StackEntry,
  after: StackEntry,
): { readonly bucket: boolean; readonly table: boolean } {
  return {
    bucket: !isSameName(before.bucket, after.bucket),
    table: !isSameName(before.table, after.table),
  };
}

/** Compares names that may hold a placeholder for the account id, which the generator may not know. */
function isSameName(a: string, b: string): boolean {
  return a === b || fillsIn(a, b) || fillsIn(b, a);
}

function fillsIn(pattern: string, name: string): boolean {
  const [head = '', tail] = pattern.split(ACCOUNT_ID_PLACEHOLDER);
  if (tail === undefined || !name.startsWith(head) || !name.endsWith(tail)) return false;
  return /^\d{12}$/.test(name.slice(head.length, name.length - tail.length));
}

function describeLoss({ region, before, after, bucket, table }: Replacement): string {
  const parts = [
    ...(bucket ? [`the bucket \`${before.bucket}\` (an empty \`${after.bucket}\` in its place)`] : []),
    ...(bucket && before.access_logs !== undefined ? [`its access logs \`${before.access_logs}\``] : []),
    ...(table ? [`the table \`${before.table}\` (an empty \`${after.table}\`)`] : []),
  ];
  return `${joinWords(parts)} in ${region.name}`;
}

/** The settings that keep the names. */
export function describeKeeping(
  before: StackEntry,
  { bucket, table }: { readonly bucket: boolean; readonly table: boolean },
): string {
  return joinWords([
    ...(bucket ? [`\`s3.bucket_name: ${before.bucket}\``] : []),
    ...(table ? [`\`dynamodb.table_name: ${before.table}\``] : []),
  ]);
}

function findCause(change: Change, { name, before, after }: KeptEnvironment, first: Replacement): SpecPath {
  const environment = ['environments', name];
  const at = { environment: name, region: first.region.name };
  const explicit = [
    ...(first.bucket ? [['s3', 'bucket_name']] : []),
    ...(first.table ? [['dynamodb', 'table_name']] : []),
  ];
  const projectChanged = before.project_name !== after.projectName;
  const primaryChanged = before.primary_region !== after.regions[0].name;
  return (
    findSetting(change, at, explicit) ??
    (projectChanged ? findSetting(change, at, [['project_name']]) : undefined) ??
    (primaryChanged ? [...environment, 'regions', 0] : undefined) ??
    findSetting(change, at, [['s3', 'bucket_suffix']]) ??
    environment
  );
}

function checkFunctions(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  if (before.function_prefix === after.functionPrefix) return [];
  const at = { environment: name, region: after.regions[0].name };
  return [
    warn(change, {
      code: 'SONO604',
      path: findSetting(change, at, [['function_prefix']]) ?? ['environments', name],
      what: `the next apply of ${name} replaces the functions by \`${after.functionPrefix}-…\` and deletes the logs of \`${before.function_prefix}-…\``,
      fix: 'put the prefix back if the logs must stay',
    }),
  ];
}

/** The regions that both generations have. */
export function pairStacks({ before, after }: KeptEnvironment): {
  readonly region: ResolvedRegion;
  readonly before: StackEntry;
  readonly after: StackEntry;
}[] {
  return after.regions.flatMap((region) => {
    const entry = before.regions[region.name];
    return entry === undefined ? [] : [{ region, before: entry, after: describeStack(after, region) }];
  });
}
