// What would be replaced because its physical name changes. Names are compared as AWS has them, so that whatever keeps
// a name keeps its data, however the spec comes to it.
import type { Diagnostic } from '../diagnostics.ts';
import { nameStack } from '../model/naming.ts';
import type { SpecPath } from '../spec/load.ts';
import type { ResolvedRegion } from '../spec/resolve.ts';
import { describeStack } from './build-record.ts';
import {
  type Change,
  findSetting,
  joinWords,
  type KeptEnvironment,
  listKept,
  refuseLoss,
  warn,
} from './change.ts';
import { checkAccessLogs } from './check-access-logs.ts';
import { ACCOUNT_ID_PLACEHOLDER, type StackEntry } from './stack-record.ts';

/** SONO326 replaced bucket or table, SONO330 protected logs, SONO333 a secret that would vanish, SONO604 lesser losses. */
export function checkNames(change: Change): Diagnostic[] {
  return listKept(change).flatMap((kept) => [
    ...checkStorage(change, kept),
    ...checkAccessLogs(change, kept),
    ...checkSecrets(change, kept),
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
      message: `the next apply of ${kept.name} would destroy ${joinWords(replacements.map(describeLoss))}`,
      wayOut: `put the name back, or keep the data by its name: ${describeKeeping(first.before, first)}${replacements.length > 1 ? ', likewise in the other regions under `region_overrides`' : ''}`,
      environment: kept.name,
      entry: kept.before,
      isAllowed,
    }),
  ];
}

/** Which of the two changes its name. */
export function compareStorage(
  before: StackEntry,
  after: StackEntry,
): { readonly bucket: boolean; readonly table: boolean } {
  return {
    bucket: !isSameName(before.bucket, after.bucket),
    table: !isSameName(before.table, after.table),
  };
}

/** The generator does not know the account's number; Terraform and whoever writes a name in full do. */
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

/** How a spec says that the names stay. */
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

function checkSecrets(change: Change, kept: KeptEnvironment): Diagnostic[] {
  return pairStacks(kept).flatMap(({ region, before, after }) =>
    Object.entries(before.secrets).flatMap(([label, secret]): Diagnostic[] => {
      const setting = label === 'api_key' ? 'api_key' : 'webhook_secret';
      const now = region.settings.secrets[setting];
      const at = { environment: kept.name, region: region.name };
      if (after.secrets[label] === secret) return [];
      const path = findSetting(change, at, [
        ['secrets', setting, 'source'],
        ['secrets', setting, 'name'],
      ]) ?? ['environments', kept.name];
      const names = nameStack(kept.after, region);
      const readName = label === 'api_key' ? names.apiKeySecret : names.webhookSecret;
      const stillReads = now.source === 'existing' && readName === secret;
      if (!stillReads)
        return [
          warn(change, {
            code: 'SONO604',
            path,
            message: `the next apply of ${kept.name} deletes the secret \`${secret}\` in ${region.name}`,
            hint: 'it can be restored within the recovery window',
          }),
        ];
      const address = `module.${region.name.replaceAll('-', '_')}[0]`;
      return [
        refuseLoss(change, {
          code: 'SONO333',
          path,
          message: `the next apply of ${kept.name} would delete the secret \`${secret}\` in ${region.name}, which the functions are to go on reading: Terraform made it`,
          wayOut: `leave it \`managed\`, or first make Terraform forget it: \`terraform state rm '${address}.aws_secretsmanager_secret.${label}' '${address}.aws_secretsmanager_secret_version.${label}'\` in the environment's workspace`,
          allowedIf: 'that is done or the secret may be deleted',
          environment: kept.name,
          entry: kept.before,
        }),
      ];
    }),
  );
}

function checkFunctions(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  if (before.function_prefix === after.functionPrefix) return [];
  const at = { environment: name, region: after.regions[0].name };
  return [
    warn(change, {
      code: 'SONO604',
      path: findSetting(change, at, [['function_prefix']]) ?? ['environments', name],
      message: `the next apply of ${name} makes the functions anew as \`${after.functionPrefix}-…\` and deletes the logs of \`${before.function_prefix}-…\``,
      hint: 'put the prefix back if the logs must stay',
    }),
  ];
}

/** The regions that both generations have. */
function pairStacks({ before, after }: KeptEnvironment): {
  readonly region: ResolvedRegion;
  readonly before: StackEntry;
  readonly after: StackEntry;
}[] {
  return after.regions.flatMap((region) => {
    const entry = before.regions[region.name];
    return entry === undefined ? [] : [{ region, before: entry, after: describeStack(after, region) }];
  });
}
