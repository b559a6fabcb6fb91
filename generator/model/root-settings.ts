// The settings that are root variables, and each environment's values. Pure.
import { equalJson, type JsonValue } from '../spec/json.ts';
import type { ResolvedEnvironment, ResolvedSpec, Settings } from '../spec/resolve.ts';
import type { SettingVariable } from './setting-variables.ts';
import type { TfvarsModel, VariableModel } from './stack-model.ts';

/** A setting that is a root variable, and whether its value differs between the regions of an environment. */
export interface RootSetting {
  readonly variable: SettingVariable;
  readonly variesByRegion: boolean;
}

/** A setting that has the documented default in every environment is only a variable of the module. */
export function findRootSettings(
  available: readonly SettingVariable[],
  spec: ResolvedSpec,
  defaults: Settings,
): RootSetting[] {
  return available
    .filter((variable) => {
      const fallback = variable.read(defaults);
      return (
        variable.isDocumented ||
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

export function describeRootSetting(
  { variable, variesByRegion }: RootSetting,
  first: ResolvedEnvironment,
): VariableModel[] {
  const own = describeSetting(variable, readPrimary(variable, first));
  if (!variesByRegion) return [own];
  const byRegion: VariableModel = {
    name: nameByRegion(variable),
    type: `map(${variable.type})`,
    description: `Values of ${variable.name} by region, for regions where it differs.`,
    default: readByRegion(variable, first),
    nullable: false,
    secret: false,
    validations: [],
  };
  return [own, byRegion];
}

/** The variable with its default in the module or the root. */
export function describeSetting(
  { name, type, description, nullable, validations }: SettingVariable,
  value: JsonValue,
): VariableModel {
  return { name, type, description, default: value, nullable, secret: false, validations };
}

/**
 * A documented switch whose part of the HCL is not generated: it must stay off, and its error says how to generate the
 * part.
 */
export function describeAbsent(variable: SettingVariable): VariableModel {
  const { name, path } = variable;
  return {
    ...describeSetting(variable, false),
    validations: [
      {
        condition: `!var.${name}`,
        message: `No environment uses this part, so it was not generated: set ${path.join('.')} in sonotheia.config.yaml and run npx sonotheia generate.`,
      },
    ],
  };
}

export function nameByRegion(variable: SettingVariable): string {
  return `${variable.name}_by_region`;
}

/** The setting's lines in an environment's tfvars. */
export function listValues(
  { variable, variesByRegion }: RootSetting,
  environment: ResolvedEnvironment,
): TfvarsModel['values'] {
  const own = { name: variable.name, value: readPrimary(variable, environment) };
  if (!variesByRegion) return [own];
  return [own, { name: nameByRegion(variable), value: readByRegion(variable, environment) }];
}
