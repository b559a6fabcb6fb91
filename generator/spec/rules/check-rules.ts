// Checks a resolved spec for problems that a schema cannot express: limits that depend on several settings, expanded
// names, and settings that must fit each other. Returns located diagnostics.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedSpec } from '../resolve.ts';
import { checkAdoptedParts } from './adoption-part-rules.ts';
import { checkAdoptedNames } from './adoption-rules.ts';
import { checkAdoptedRegions, checkImportSupport } from './adoption-spec-rules.ts';
import { checkDomain } from './domain-rules.ts';
import { checkEffects } from './effect-rules.ts';
import { checkFilters } from './filter-rules.ts';
import { checkEnvironment, checkEnvironmentSize, checkLayers } from './function-rules.ts';
import { checkBucketName, checkNames, checkRolePath, checkSecretNames, checkTags } from './name-rules.ts';
import { checkPace } from './pace-rules.ts';
import { checkEnvironmentArns, checkPartitions, checkSettingArns } from './partition-rules.ts';
import { checkProtection } from './protection-rules.ts';
import { checkRetention, checkWaitingRecordings } from './retention-rules.ts';
import type { Finding, Rule, Scope } from './rule.ts';
import {
  checkAllowList,
  checkAllowListSize,
  checkConcurrency,
  checkKeyChoice,
  checkProfile,
} from './security-rules.ts';
import {
  checkAlarmReceivers,
  checkAlarms,
  checkAlarmUrls,
  checkApiUrl,
  checkCapacity,
  checkKmsKey,
  checkLifecycle,
  checkQueues,
  checkRisk,
  checkTimeout,
  checkVpc,
} from './setting-rules.ts';
import { hasPath } from './spec-paths.ts';
import { checkCollisions, checkFileNames, checkRegionLists, checkTerraformVersion } from './stack-rules.ts';
import { checkState } from './state-rules.ts';
import { checkStreams, checkSubscriptions } from './subscription-rules.ts';
import { checkWorkflow } from './workflow-rules.ts';

const RULES: readonly Rule[] = [
  checkLifecycle,
  checkTimeout,
  checkEnvironment,
  checkEnvironmentSize,
  checkLayers,
  checkDomain,
  checkAlarms,
  checkAlarmReceivers,
  checkAlarmUrls,
  checkQueues,
  checkPace,
  checkCapacity,
  checkVpc,
  checkKmsKey,
  checkApiUrl,
  checkRisk,
  checkSubscriptions,
  checkStreams,
  checkFilters,
  checkNames,
  checkBucketName,
  checkRolePath,
  checkSecretNames,
  checkTags,
  checkAdoptedNames,
  checkAdoptedParts,
  checkProtection,
  checkKeyChoice,
  checkConcurrency,
  checkAllowList,
  checkAllowListSize,
  checkProfile,
  checkRetention,
  checkWaitingRecordings,
  checkSettingArns,
];

/**
 * Checks every environment in every region; reports the same problem at the same place once. Skips settings that the
 * schema refused (`refused`), because defaults replace them.
 */
export function checkRules(
  resolved: ResolvedSpec,
  spec: LoadedSpec,
  refused: readonly SpecPath[] = [],
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    const { location, code, path } = diagnostic;
    const id = [location?.line, location?.column, code, path].join('|');
    if (!found.has(id)) found.set(id, diagnostic);
  };
  for (const environment of resolved.environments) {
    for (const region of environment.regions) {
      const scope = { resolved, environment, region };
      const report = (finding: Finding): void => {
        if (finding.isAboutWritten === true && !isWritten(finding, scope, spec)) return;
        if (!concernsRefused(finding, scope, spec, refused)) add(locateFinding(finding, scope, spec));
      };
      for (const rule of RULES) rule(scope, report);
    }
  }
  for (const diagnostic of [
    ...checkTerraformVersion(resolved, spec),
    ...checkRegionLists(resolved, spec),
    ...checkFileNames(resolved, spec),
    ...checkPartitions(resolved, spec),
    ...checkEnvironmentArns(resolved, spec),
    ...checkCollisions(resolved, spec),
    ...checkState(resolved, spec),
    ...checkAdoptedRegions(resolved, spec),
    ...checkImportSupport(resolved, spec),
    ...checkWorkflow(resolved, spec),
    ...(refused.length === 0 ? checkEffects(resolved, spec) : []),
  ])
    add(diagnostic);
  return [...found.values()];
}

function isWritten({ setting }: Finding, scope: Scope, spec: LoadedSpec): boolean {
  return listPlaces(setting, scope).some((place) => hasPath(spec.value, place));
}

function locateFinding(finding: Finding, scope: Scope, spec: LoadedSpec): Diagnostic {
  const { code, setting, other, what, why, fix, severity = 'error' } = finding;
  const places = [setting, other ?? []].flatMap((path) => listPlaces(path, scope));
  const path = places.find((place) => hasPath(spec.value, place)) ?? ['environments', scope.environment.name];
  return {
    code,
    severity,
    what,
    path: formatPath(path),
    location: spec.locate(path),
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The places of a setting, the winning one first. */
function listPlaces(path: SpecPath, { environment, region }: Scope): SpecPath[] {
  if (path.length === 0) return [];
  return [
    ['environments', environment.name, 'region_overrides', region.name, ...path],
    ['environments', environment.name, ...path],
    ['defaults', ...path],
    path,
  ];
}

function concernsRefused(
  { setting, other = [] }: Finding,
  scope: Scope,
  spec: LoadedSpec,
  refused: readonly SpecPath[],
): boolean {
  return [setting, other].some((path) => {
    const isRefused = (place: SpecPath): boolean => refused.some((gone) => overlaps(gone, place));
    const place = listPlaces(path, scope).find(
      (candidate) => hasPath(spec.value, candidate) || isRefused(candidate),
    );
    return place !== undefined && isRefused(place);
  });
}

/** Whether one path contains the other. */
function overlaps(a: SpecPath, b: SpecPath): boolean {
  return a.slice(0, b.length).every((segment, index) => segment === b[index]);
}
