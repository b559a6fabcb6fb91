// Receives a resolved spec and promises located diagnostics for what a schema cannot say: limits that depend on
// several settings, names after expansion, and values that belong together.
import type { Diagnostic } from '../../diagnostics.ts';
import type { LoadedSpec, SpecPath } from '../load.ts';
import type { ResolvedSpec } from '../resolve.ts';
import { formatPath } from '../validate.ts';
import { checkAdoptedParts } from './adoption-part-rules.ts';
import { checkAdoptedNames } from './adoption-rules.ts';
import { checkAdoptedRegions, checkImportSupport } from './adoption-spec-rules.ts';
import { checkBucketName, checkNames, checkSecretNames, checkTags } from './name-rules.ts';
import { checkProtection } from './protection-rules.ts';
import type { Finding, Rule, Scope } from './rule.ts';
import { checkAllowList, checkConcurrency, checkKeyChoice, checkProfile } from './security-rules.ts';
import {
  checkAlarms,
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
import { checkCollisions, checkRegionLists, checkTerraformVersion } from './stack-rules.ts';
import { checkState } from './state-rules.ts';
import { checkSubscriptions } from './subscription-rules.ts';
import { checkWorkflow } from './workflow-rules.ts';

const RULES: readonly Rule[] = [
  checkLifecycle,
  checkTimeout,
  checkAlarms,
  checkQueues,
  checkCapacity,
  checkVpc,
  checkKmsKey,
  checkApiUrl,
  checkRisk,
  checkSubscriptions,
  checkNames,
  checkBucketName,
  checkSecretNames,
  checkTags,
  checkAdoptedNames,
  checkAdoptedParts,
  checkProtection,
  checkKeyChoice,
  checkConcurrency,
  checkAllowList,
  checkProfile,
];

/** Checks every environment in every region; the same problem at the same place is reported once. */
export function checkRules(resolved: ResolvedSpec, spec: LoadedSpec): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    const { location, code, path } = diagnostic;
    const id = [location?.line, location?.column, code, path].join('|');
    if (!found.has(id)) found.set(id, diagnostic);
  };
  for (const environment of resolved.environments) {
    for (const region of environment.regions) {
      const scope = { environment, region };
      for (const rule of RULES) rule(scope, (finding) => add(locateFinding(finding, scope, spec)));
    }
  }
  for (const diagnostic of [
    ...checkTerraformVersion(resolved, spec),
    ...checkRegionLists(resolved, spec),
    ...checkCollisions(resolved, spec),
    ...checkState(resolved, spec),
    ...checkAdoptedRegions(resolved, spec),
    ...checkImportSupport(resolved, spec),
    ...checkWorkflow(resolved, spec),
  ])
    add(diagnostic);
  return [...found.values()];
}

function locateFinding(finding: Finding, { environment, region }: Scope, spec: LoadedSpec): Diagnostic {
  const { code, setting, other, message, hint, severity = 'error' } = finding;
  const findPlaces = (path: SpecPath): SpecPath[] => [
    ['environments', environment.name, 'region_overrides', region.name, ...path],
    ['environments', environment.name, ...path],
    ['defaults', ...path],
    path,
  ];
  const places = [...findPlaces(setting), ...(other === undefined ? [] : findPlaces(other))];
  const path = places.find((place) => hasPath(spec.value, place)) ?? ['environments', environment.name];
  return {
    code,
    severity,
    message,
    path: formatPath(path),
    location: spec.locate(path),
    ...(hint === undefined ? {} : { hint }),
  };
}
