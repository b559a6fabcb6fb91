// View of .github/workflows/terraform.yml: flat and display-ready.

import { renderYamlString } from '../literals/yaml.ts';
import type { WorkflowEnvironment, WorkflowModel } from '../model/workflow-model.ts';
import { ACTION_PINS } from './action-pins.ts';
import type { View } from './view.ts';

export function viewWorkflow(workflow: WorkflowModel): View {
  const { environments, driftSchedule, usesOidc, hasSharedState, extraFiles } = workflow;
  const names = environments.map(({ name }) => name);
  const protectedNames = environments.filter(({ isProtected }) => isProtected).map(({ name }) => name);
  const deploys = environments.length > 0;
  return {
    ...workflow,
    pins: ACTION_PINS,
    runsOn: writeRunner(workflow),
    deploys,
    valueFiles: workflow.valueFiles.join(' '),
    // The schema allows only characters that need no quotes.
    ownFiles: extraFiles.join(' '),
    ownTests: extraFiles
      .filter((path) => /\.tftest\.(?:hcl|json)$/.test(path))
      .map((path) => `-filter=${path}`)
      .join(' '),
    hasLocalState: !hasSharedState,
    hasUnreachable: hasSharedState && !deploys,
    hasDrift: deploys && driftSchedule !== null,
    hasDestroy: protectedNames.length < names.length,
    usesKeys: !usesOidc,
    // One line of JSON, which the scripts read from an environment variable.
    environmentNames: JSON.stringify(names),
    protectedNames: JSON.stringify(protectedNames),
    planJobs: namePlanJobs(names).join(', '),
    environments: environments.map((environment, index) => ({
      ...environment,
      // Names of environments have no slash; the concurrency groups of pull requests have one, so they differ.
      queue: `terraform-${environment.name}`,
      ...describeOrder(names, index),
    })),
    deployRoles: writeRoleMap(environments, ({ deployRoleArn }) => deployRoleArn ?? ''),
    regions: writeRoleMap(environments, ({ region }) => region),
  };
}

/** Value of `runs-on:`. */
function writeRunner({ runnerLabels, runnerGroup }: WorkflowModel): string {
  const write = (labels: string | readonly string[]): string =>
    typeof labels === 'string' ? labelText(labels) : `[${labels.map(renderYamlString).join(', ')}]`;
  if (runnerGroup === null) return write(runnerLabels ?? []);
  const labels = runnerLabels === null ? '' : `, labels: ${write(runnerLabels)}`;
  return `{ group: ${renderYamlString(runnerGroup)}${labels} }`;
}

/** GitHub's own labels without quotes; any other text in quotes. */
function labelText(label: string): string {
  return /^ubuntu-[a-z0-9.-]+$/.test(label) ? label : renderYamlString(label);
}

function namePlanJobs(names: readonly string[]): string[] {
  return names.map((name) => `plan-${name}`);
}

/**
 * Each apply waits for all plans and all earlier applies: a skipped apply does not show whether those before it
 * succeeded.
 */
function describeOrder(names: readonly string[], index: number): View {
  const earlier = names.slice(0, index).map((name) => `apply-${name}`);
  return {
    needs: ['check', ...namePlanJobs(names), ...earlier].join(', '),
    hasEarlier: earlier.length > 0,
  };
}

/** A string literal of an expression in single quotes, which names, ARNs and regions cannot contain. */
function writeRoleMap(
  environments: readonly WorkflowEnvironment[],
  read: (environment: WorkflowEnvironment) => string,
): string {
  return JSON.stringify(
    Object.fromEntries(environments.map((environment) => [environment.name, read(environment)])),
  );
}
