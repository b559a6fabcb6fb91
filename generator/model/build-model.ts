// Makes every decision about the generated tree from a resolved spec. Its only HCL is the conditions of validations.
// Pure.
import { compareText } from '../diagnostics/diagnostic.ts';
import { buildRecord } from '../lifecycle/build-record.ts';
import { type ResolvedEnvironment, type ResolvedSpec, readDefaultSettings } from '../spec/resolve.ts';
import { readTerraformMinor } from '../spec/rules/terraform-version.ts';
import { describeAdoptSwitch, listImports } from './adoption.ts';
import { describeBackend } from './backend.ts';
import { describeDeployment } from './deployed-stacks.ts';
import { decideFeatures, type Features } from './features.ts';
import {
  describeModuleIdentity,
  describeRootIdentity,
  describeSecretVariables,
} from './identity-variables.ts';
import { decideOidc } from './oidc-model.ts';
import {
  describeAbsent,
  describeRootSetting,
  describeSetting,
  findRootSettings,
  listValues,
  nameByRegion,
  type RootSetting,
} from './root-settings.ts';
import { listVariables, SETTING_VARIABLES } from './setting-variables.ts';
import type { ModuleArgument, RegionModel, StackModel, TfvarsModel } from './stack-model.ts';
import { decideWorkflow } from './workflow-model.ts';
import { describeWorkspaceGuards, needsGuardingLocal } from './workspace-guard.ts';

/** Terraform has `mock_provider` from 1.7 on. */
const MOCKS_SINCE_MINOR = 7;

/** Builds the model of the generated tree. Regions are sorted; environments keep their order. */
export function buildModel(spec: ResolvedSpec): StackModel {
  const terraformMinor = readTerraformMinor(spec.requiredVersion);
  const writeOnlySecrets = terraformMinor >= 11;
  const readsOtherVariables = terraformMinor >= 9;
  const features = decideFeatures(spec);
  const regions = collectRegions(spec);
  const defaults = readDefaultSettings();
  const available = listVariables(features);
  const absent = SETTING_VARIABLES.filter(
    (variable) => variable.isDocumented && !available.includes(variable),
  );
  const settings = findRootSettings(available, spec, defaults);
  const [first] = spec.environments;
  const imports = listImports(spec, regions, features);
  const moduleArguments = listModuleArguments(features, settings);
  return {
    requiredVersion: spec.requiredVersion,
    runtime: spec.runtime,
    sourceMaps: spec.sourceMaps,
    writeOnlySecrets,
    readsOtherVariables,
    features,
    localGuards: needsGuardingLocal(spec) ? describeWorkspaceGuards(spec) : [],
    backend: describeBackend(spec),
    regions,
    retiringRegions: spec.inheritance.retiring.map(({ name }) => labelRegion(name)),
    subscriptionMoves: features.subscriptions ? spec.inheritance.subscriptionMoves : [],
    record: buildRecord(spec),
    rootVariables: [
      ...describeRootIdentity({ spec, features, regions, readsOthers: readsOtherVariables }),
      ...describeSecretVariables(features, false),
      ...settings.flatMap((setting) => describeRootSetting(setting, first)),
      ...absent.map((variable) => describeAbsent(variable)),
      ...(imports.length === 0 ? [] : [describeAdoptSwitch()]),
    ],
    moduleVariables: [
      ...describeModuleIdentity(),
      ...describeSecretVariables(features, writeOnlySecrets),
      ...available.map((variable) => describeSetting(variable, variable.read(defaults))),
    ],
    moduleArguments,
    tfvars: spec.environments.map((environment) => buildTfvars(environment, features, settings)),
    ...describeDeployment(spec),
    imports,
    workflow: decideWorkflow(spec, features),
    oidc: decideOidc(spec, features),
    hasMockProviders: terraformMinor >= MOCKS_SINCE_MINOR,
  };
}

function collectRegions(spec: ResolvedSpec): RegionModel[] {
  const names = new Set<string>(spec.environments.flatMap(({ regions }) => regions.map(({ name }) => name)));
  return [...names].sort(compareText).map(labelRegion);
}

function labelRegion(name: string): RegionModel {
  return { name, label: name.replaceAll('-', '_') };
}

function listModuleArguments(features: Features, settings: readonly RootSetting[]): ModuleArgument[] {
  const always = [
    'project_name',
    'environment',
    ...(features.functionPrefix ? ['function_prefix'] : []),
    ...(features.managedApiKey ? ['sonotheia_api_key'] : []),
    ...(features.managedWebhookSecret ? ['webhook_secret'] : []),
  ];
  return [
    ...always.map((name) => ({ name, byRegion: null })),
    ...settings.map(({ variable, variesByRegion }) => ({
      name: variable.name,
      byRegion: variesByRegion ? nameByRegion(variable) : null,
    })),
  ];
}

function buildTfvars(
  environment: ResolvedEnvironment,
  features: Features,
  settings: readonly RootSetting[],
): TfvarsModel {
  const { name, projectName, functionPrefix, tags, accountId, regions } = environment;
  return {
    environment: name,
    values: [
      { name: 'aws_region', value: regions[0].name },
      { name: 'regions', value: regions.map((region) => region.name) },
      { name: 'project_name', value: projectName },
      { name: 'environment', value: name },
      ...(features.accountId ? [{ name: 'account_id', value: accountId }] : []),
      ...(features.functionPrefix ? [{ name: 'function_prefix', value: functionPrefix }] : []),
      ...(features.tags ? [{ name: 'tags', value: tags }] : []),
      ...settings.flatMap((setting) => listValues(setting, environment)),
    ],
  };
}
