// Checks for losses besides buckets and tables: settings that protect data or an address, and topics whose names
// change.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { JsonValue } from '../spec/json.ts';
import { nameStack } from '../spec/naming.ts';
import type { ResolvedRegion } from '../spec/resolve.ts';
import { type Change, findSetting, type KeptEnvironment, refuseLoss, warn } from './change.ts';
import { GUARDED_SETTINGS, type GuardedSetting, nameSetting, readGuardedValues } from './guarded-settings.ts';
import { joinWords } from './join-words.ts';

/** SONO343 less protection or retention of data, SONO344 a lost address, SONO604 topics. */
export function checkSettings(change: Change, kept: KeptEnvironment): Diagnostic[] {
  return [
    ...GUARDED_SETTINGS.flatMap((setting) => checkSetting(change, kept, setting)),
    ...checkTopics(change, kept),
  ];
}

interface Weakening {
  readonly region: ResolvedRegion;
  readonly before: JsonValue;
  readonly loss: string;
}

/** Reports the same loss in several regions once. */
function checkSetting(change: Change, kept: KeptEnvironment, setting: GuardedSetting): Diagnostic[] {
  const name = nameSetting(setting);
  const groups = new Map<string, Weakening[]>();
  for (const weakening of findWeakenings(kept, setting))
    groups.set(weakening.loss, [...(groups.get(weakening.loss) ?? []), weakening]);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const regions = joinWords([first, ...others].map(({ region }) => region.name));
    const at = { environment: kept.name, region: first.region.name };
    const isData = setting.kind === 'data';
    const what = `the next apply of ${kept.name} ${first.loss} (in ${regions})`;
    if (wentWithProtection(change, kept, setting, at))
      return [
        warn(change, {
          code: 'SONO604',
          path: ['environments', kept.name],
          what: `${what}: it is no longer protected`,
          fix: `to keep them, set \`${name}: ${first.before}\``,
        }),
      ];
    return [
      refuseLoss(change, {
        code: isData ? 'SONO343' : 'SONO344',
        path: findSetting(change, at, listCauses(setting)) ?? ['environments', kept.name],
        what,
        wayOut: describeWayBack(name, first.before),
        allowedIf: isData ? 'that may be lost' : 'its users know about it',
        environment: kept.name,
        entry: kept.before,
      }),
    ];
  });
}

function wentWithProtection(
  change: Change,
  { before, after }: KeptEnvironment,
  { path, comesWithProtection }: GuardedSetting,
  at: { readonly environment: string; readonly region: string },
): boolean {
  if (comesWithProtection !== true || !before.protected || after.protected) return false;
  return findSetting(change, at, [path.map(String)]) === undefined;
}

function findWeakenings({ before, after }: KeptEnvironment, setting: GuardedSetting): Weakening[] {
  return after.regions.flatMap((region) => {
    const recorded = before.regions[region.name]?.settings;
    const value = recorded?.[nameSetting(setting)] ?? setting.unrecorded;
    // A record of an earlier generator lacks some values.
    if (recorded === undefined || value === undefined) return [];
    const now = readGuardedValues(region.settings);
    const loss = setting.describeLoss(value, setting.read(region.settings), { before: recorded, after: now });
    return loss === undefined ? [] : [{ region, before: value, loss }];
  });
}

/** Other settings that may have changed this one. */
function listCauses({ path }: GuardedSetting): string[][] {
  const own = path.map(String);
  return own[0] === 'kms' ? [own, ['kms_key_arn'], ['profile']] : [own, ['profile']];
}

function describeWayBack(setting: string, before: JsonValue): string {
  if (setting !== 'kms.managed') return `put it back: \`${setting}: ${before}\``;
  return before === 'managed'
    ? 'put it back: `kms.managed: true`, without `kms_key_arn`'
    : `put it back: \`kms_key_arn: ${before}\``;
}

/** Topics and queues are named after the project; an explicit bucket or table name does not keep them. */
function checkTopics(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  if (before.project_name === after.projectName) return [];
  const [region] = after.regions;
  const { resultsTopic } = nameStack({ ...after, projectName: before.project_name }, region);
  return [
    warn(change, {
      code: 'SONO604',
      path: findSetting(change, { environment: name, region: region.name }, [['project_name']]) ?? [
        'environments',
        name,
      ],
      what: `the next apply of ${name} replaces topics and queues by new ones named after \`${after.projectName}\`: subscribers of \`${resultsTopic}\` must subscribe again, and waiting messages are lost`,
      fix: 'put the project name back to keep them',
    }),
  ];
}
