// Views of the root's templates: flat and display-ready, one function a template.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { ModuleArgument, RegionModel, StackModel, TfvarsModel } from '../model/stack-model.ts';
import { findOldestProvider } from '../spec/provider-versions.ts';
import { listRootOutputs } from './outputs.ts';
import { renderMessage } from './variables-view.ts';
import type { View } from './view.ts';

/** The AWS provider; the tree is compatible with version 6. */
export function viewVersions({
  requiredVersion,
  runtime,
  regions,
  retiringRegions,
  features,
}: StackModel): View {
  const names = [...regions, ...retiringRegions].map(({ name }) => name);
  return {
    requiredVersion,
    providerVersion: `>= ${findOldestProvider(runtime, names, features.provisioned)}, < 7.0`,
  };
}

export function viewProviders({ regions, retiringRegions, features, localGuards }: StackModel): View {
  const environment = localGuards.length === 0 ? 'var.environment' : 'local.environment';
  return {
    regions,
    retiringRegions,
    hasManyRegions: regions.length + retiringRegions.length > 1,
    environment,
    hasTags: features.tags,
    hasAccountId: features.accountId,
  };
}

export function viewMain({
  regions,
  retiringRegions,
  moduleArguments,
  localGuards,
  backend,
  record,
}: StackModel): View {
  const describe = (region: RegionModel): View => ({
    ...region,
    arguments: listArguments(region, moduleArguments),
  });
  return {
    hasLocalState: backend === null,
    firstEnvironment: record.first_environment,
    hasGuard: localGuards.length > 0,
    guardedEnvironment: localGuards.reduceRight(
      (inner, { condition, message }) => `(${condition}) ? ${inner} : tobool(${renderMessage(message)})`,
      'var.environment',
    ),
    regions: regions.map(describe),
    retiringRegions: retiringRegions.map(describe),
  };
}

function listArguments({ name }: RegionModel, moduleArguments: readonly ModuleArgument[]): Attribute[] {
  const region = renderLiteral(name);
  return [
    { name: 'aws_region', expression: region },
    { name: 'primary_region', expression: 'var.aws_region' },
    ...moduleArguments.map(({ name: argument, byRegion }) => ({
      name: argument,
      expression:
        byRegion === null ? `var.${argument}` : `lookup(var.${byRegion}, ${region}, var.${argument})`,
    })),
  ];
}

/** `prevent_destroy` takes no expression: each protected environment has a block of its own. */
export function viewProtection({ environments }: StackModel): View {
  const names = environments.filter((environment) => environment.protected).map(({ name }) => name);
  return { protectedEnvironments: names.map((name) => ({ name, label: name.replaceAll('-', '_') })) };
}

export function viewOutputs({ regions }: StackModel): View {
  return { regions, ...listRootOutputs() };
}

export function viewTfvars({ environment, values }: TfvarsModel): View {
  const attributes = values.map(({ name, value }) => ({ name, expression: renderLiteral(value) }));
  return { environment, values: attributes };
}
