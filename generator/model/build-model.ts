// Receives a resolved spec and promises every decision about the generated tree; its only HCL are the
// conditions of validations. Pure.
import { compareText } from '../diagnostics/diagnostic.ts';
import { buildRecord } from '../lifecycle/build-record.ts';
import { equalJson, type JsonValue } from '../spec/json.ts';
import {
  type ResolvedEnvironment,
  type ResolvedSpec,
  readDefaultSettings,
  type Settings,
} from '../spec/resolve.ts';
import { readTerraformMinor } from '../spec/rules/terraform-version.ts';
import { findSettingSchema } from '../spec/schema.ts';
import { describeAdoptSwitch, listImports } from './adoption.ts';
import { describeBackend } from './backend.ts';
import { describeDeployment } from './deployed-stacks.ts';
import { decideFeatures, type Features } from './features.ts';
import {
  describeModuleIdentity,
  describeRootIdentity,
  describeSecretVariables,
} from './identity-variables.ts';
import { describeLimits } from './limits.ts';
import { decideOidc } from './oidc-model.ts';
import { SETTING_VARIABLES, type SettingVariable } from './setting-variables.ts';
import type { ModuleArgument, RegionModel, StackModel, TfvarsModel, VariableModel } from './stack-model.ts';
import { listTestedEnvironments } from './tested-stacks.ts';
import { decideWorkflow } from './workflow-model.ts';
import { describeWorkspaceGuards, needsGuardingLocal } from './workspace-guard.ts';

/** `mock_provider` came with Terraform 1.7. */
const MOCKS_SINCE_MINOR = 7;

/** Decides what the generated tree holds. Regions are sorted, environments keep their order. */
export function buildModel(spec: ResolvedSpec): StackModel {
  const terraformMinor = readTerraformMinor(spec.requiredVersion);
  const writeOnlySecrets = terraformMinor >= 11;
  const readsOtherVariables = terraformMinor >= 9;
  const features = decideFeatures(spec);
  const regions = collectRegions(spec);
  const defaults = readDefaultSettings();
  const available = SETTING_VARIABLES.filter(({ when }) => when === undefined || when(features));
  const absent = SETTING_VARIABLES.filter((variable) => variable.documented && !available.includes(variable));
  const settings = findRootSettings(available, spec, defaults);
  const [first] = spec.environments;
  const imports = listImports(spec, regions, features);
  const moduleArguments = listModuleArguments(features, settings);
  const variables = settings.map(({ variable }) => variable);
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
    testedEnvironments:
      terraformMinor >= MOCKS_SINCE_MINOR
        ? listTestedEnvironments({ spec, features, moduleArguments, variables })
        : [],
  };
}

/** A setting that is a variable of the root, and whether a region of some environment has a value of its own. */
interface RootSetting {
  readonly variable: SettingVariable;
  readonly variesByRegion: boolean;
}

/** Settings that every environment leaves at the documented default stay inside the module. */
function findRootSettings(
  available: readonly SettingVariable[],
  spec: ResolvedSpec,
  defaults: Settings,
): RootSetting[] {
  return available
    .filter((variable) => {
      const fallback = variable.read(defaults);
      return (
        variable.documented === true ||
        collectSettings(spec).some((settings) => !equalJson(variable.read(settings), fallback))
      );
    })
    .map((variable) => ({
      variable,
      variesByRegion: spec.environments.some(
        (environment) => Object.keys(readByRegion(variable, environment)).length > 0,
      ),
    }));
}

function collectSettings({ environments }: ResolvedSpec): Settings[] {
  return environments.flatMap(({ regions }) => regions.map(({ settings }) => settings));
}

function collectRegions(spec: ResolvedSpec): RegionModel[] {
  const names = new Set<string>(spec.environments.flatMap(({ regions }) => regions.map(({ name }) => name)));
  return [...names].sort(compareText).map(labelRegion);
}

function labelRegion(name: string): RegionModel {
  return { name, label: name.replaceAll('-', '_') };
}

function readPrimary(variable: SettingVariable, { regions }: ResolvedEnvironment): JsonValue {
  return variable.read(regions[0].settings);
}

function readByRegion(
  variable: SettingVariable,
  environment: ResolvedEnvironment,
): { readonly [region: string]: JsonValue } {
  const primary = readPrimary(variable, environment);
  const values = environment.regions.map(({ name, settings }) => [name, variable.read(settings)] as const);
  return Object.fromEntries(values.filter(([, value]) => !equalJson(value, primary)));
}

function describeRootSetting(
  { variable, variesByRegion }: RootSetting,
  first: ResolvedEnvironment,
): VariableModel[] {
  const own = describeSetting(variable, readPrimary(variable, first));
  if (!variesByRegion) return [own];
  const byRegion: VariableModel = {
    name: nameByRegion(variable),
    type: `map(${variable.type})`,
    description: `Values of ${variable.name} in the regions where it differs, by region.`,
    default: readByRegion(variable, first),
    nullable: false,
    secret: false,
    validations: [],
  };
  return [own, byRegion];
}

function describeSetting(variable: SettingVariable, value: JsonValue): VariableModel {
  const { name, type, path, nullable = false, description, validation } = variable;
  const node = findSettingSchema(path);
  const limits = type === 'bool' ? [] : describeLimits(name, node);
  return {
    name,
    type,
    description: description ?? String(node.description),
    default: value,
    nullable,
    secret: false,
    validations: validation === undefined ? limits : [validation],
  };
}

/** A documented switch whose part of the HCL was left out: it stays off, and says how to get the part back. */
function describeAbsent(variable: SettingVariable): VariableModel {
  const { name, path } = variable;
  return {
    ...describeSetting(variable, false),
    validations: [
      {
        condition: `!var.${name}`,
        message: `No environment uses this part, so it was not generated: set ${path.join('.')} in sonotheia.config.yaml and run npm run generate.`,
      },
    ],
  };
}

function nameByRegion(variable: SettingVariable): string {
  return `${variable.name}_by_region`;
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
      ...settings.flatMap(({ variable, variesByRegion }) => [
        { name: variable.name, value: readPrimary(variable, environment) },
        ...(variesByRegion
          ? [{ name: nameByRegion(variable), value: readByRegion(variable, environment) }]
          : []),
      ]),
    ],
  };
}
