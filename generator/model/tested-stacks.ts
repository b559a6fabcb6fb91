// Receives a resolved spec and promises what the generated tests need of it: each environment's stacks, with the
// arguments that the module gets there. Pure.
import type { JsonValue } from '../spec/json.ts';
import { nameStack } from '../spec/naming.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import type { Features } from './features.ts';
import type { SettingVariable } from './setting-variables.ts';
import type { ModuleArgument, TestedEnvironment, TestedStack } from './stack-model.ts';

/** A secret that opens nothing. */
export const FAKE_SECRET = 'not-a-real-secret';

interface TestedOptions {
  readonly spec: ResolvedSpec;
  readonly features: Features;
  readonly moduleArguments: readonly ModuleArgument[];
  /** The settings that the root passes to the module. */
  readonly variables: readonly SettingVariable[];
}

/** Lists the stacks in the spec's order, the primary region first. */
export function listTestedEnvironments(options: TestedOptions): TestedEnvironment[] {
  return options.spec.environments.map((environment) => {
    const [primary, ...others] = environment.regions;
    const describe = (region: ResolvedRegion): TestedStack => describeStack(environment, region, options);
    return { name: environment.name, stacks: [describe(primary), ...others.map(describe)] };
  });
}

function describeStack(
  environment: ResolvedEnvironment,
  region: ResolvedRegion,
  { moduleArguments, variables }: TestedOptions,
): TestedStack {
  const { settings } = region;
  const own: { readonly [name: string]: JsonValue } = {
    project_name: environment.projectName,
    environment: environment.name,
    function_prefix: environment.functionPrefix,
    // Given even where nothing reads them: a test cannot apply with an ephemeral variable that has no value.
    sonotheia_api_key: FAKE_SECRET,
    webhook_secret: FAKE_SECRET,
    ...Object.fromEntries(variables.map((variable) => [variable.name, variable.read(settings)])),
  };
  return {
    region: region.name,
    label: region.name.replaceAll('-', '_'),
    names: nameStack(environment, region),
    settings,
    arguments: [
      { name: 'aws_region', value: region.name },
      { name: 'primary_region', value: environment.regions[0].name },
      ...moduleArguments.map(({ name }) => ({ name, value: findValue(own, name) })),
    ],
  };
}

/** An argument that is neither a setting nor known above would be tested with whatever the module defaults to. */
function findValue(values: { readonly [name: string]: JsonValue }, name: string): JsonValue {
  const value = values[name];
  if (value === undefined) throw new Error(`the generated tests have no value for the argument ${name}`);
  return value;
}
