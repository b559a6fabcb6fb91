// View of the generated test: the parts of the tree. The var-files give the values that the test checks.
import type { Attribute } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import type { StackModel } from '../model/stack-model.ts';
import { listSecrets, type Secret, viewModule } from './module-views.ts';
import type { View } from './view.ts';

export function viewTest(model: StackModel): View {
  const { features, regions, retiringRegions, environments, readsOtherVariables } = model;
  // Before Terraform 1.9 a local value refuses the workspace, and a test cannot expect its failure.
  const refusesOtherWorkspaces = readsOtherVariables && environments.length > 1;
  const mistakes = listMistakes(features);
  return {
    ...viewModule(model),
    environments: environments.map(({ name }) => name),
    regions: [...regions, ...retiringRegions],
    retiringRegions,
    readsOtherVariables,
    refusesOtherWorkspaces,
    mistakes: [
      {
        name: 'environment',
        expression: `run.workspace.${refusesOtherWorkspaces ? 'other_environment' : 'environment'}`,
      },
      ...mistakes,
    ],
    refused: [...(refusesOtherWorkspaces ? [{ name: 'environment' }] : []), ...mistakes]
      .map(({ name }) => `var.${name}`)
      .join(', '),
    secrets: listSecrets(features).map((secret) => ({
      ...secret,
      emptySecret: listEmptySecret(secret),
    })),
  };
}

/** Wrong values, each with its own validation, so that one run can test all of them. */
function listMistakes(features: Features): Attribute[] {
  const isRefused = ({ isManaged, isGiven }: Secret): boolean => isManaged && !isGiven;
  return [
    { name: 'regions', expression: '[var.aws_region, "xx-nowhere-1"]' },
    { name: 'sonotheia_api_url', expression: '"http://api.sonotheia.com"' },
    { name: 'lambda_memory_size', expression: '64' },
    ...listSecrets(features)
      .filter(isRefused)
      .map(({ valueVariable }) => ({ name: valueVariable, expression: '" "' })),
    ...(features.apiGateway ? [] : [{ name: 'enable_api_gateway', expression: 'true' }]),
    ...(features.monitoring ? [] : [{ name: 'enable_monitoring', expression: 'true' }]),
  ];
}

/** A managed secret without a value, which the module must refuse. */
function listEmptySecret({ switchName, valueVariable }: Secret): Attribute[] {
  return [
    { name: 'primary_region', expression: 'var.aws_region' },
    { name: switchName, expression: 'true' },
    { name: valueVariable, expression: '" "' },
  ];
}
