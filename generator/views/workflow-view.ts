// View of .github/workflows/terraform.yml: flat and display-ready.
import type { WorkflowEnvironment, WorkflowModel } from '../model/workflow-model.ts';
import type { View } from '../render/render-template.ts';
import { ACTION_PINS } from './action-pins.ts';

export function viewWorkflow(workflow: WorkflowModel): View {
  const { environments, driftSchedule, usesOidc, hasSharedState } = workflow;
  const destroyable = environments.filter(({ isProtected }) => !isProtected);
  const names = environments.map(({ name }) => name);
  const deploys = environments.length > 0;
  return {
    ...workflow,
    pins: ACTION_PINS,
    deploys,
    hasLocalState: !hasSharedState,
    hasUnreachable: hasSharedState && !deploys,
    hasDrift: deploys && driftSchedule !== null,
    hasDestroy: destroyable.length > 0,
    usesKeys: !usesOidc,
    // One line of JSON in an environment variable: the scripts read it.
    environmentNames: JSON.stringify(names),
    environments: environments.map((environment, index) => ({
      ...environment,
      concurrencyGroup: `terraform-${environment.name}`,
      sealedPlan: `sealed-plan-${environment.name}`,
      ...describeOrder(names.slice(0, index)),
    })),
    destroyable,
    deployRoles: writeRoleMap(destroyable, ({ deployRoleArn }) => deployRoleArn ?? ''),
    regions: writeRoleMap(destroyable, ({ region }) => region),
  };
}

/** Each apply waits for all before it: one that was skipped says nothing about the ones before. */
function describeOrder(earlier: readonly string[]): View {
  return {
    needs: ['plan', ...earlier.map((name) => `apply-${name}`)].join(', '),
    hasEarlier: earlier.length > 0,
  };
}

/** A literal for an expression: single quotes end it, and no name, ARN or region has one. */
function writeRoleMap(
  environments: readonly WorkflowEnvironment[],
  read: (environment: WorkflowEnvironment) => string,
): string {
  return JSON.stringify(
    Object.fromEntries(environments.map((environment) => [environment.name, read(environment)])),
  );
}
