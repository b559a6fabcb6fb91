// What the GitHub Actions workflow does for which environments. Receives a resolved spec; pure.
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { findRoleArn, isReachable, type RolePurpose } from '../spec/workflow-roles.ts';
import type { Features } from './features.ts';

/** An environment that the workflow plans and applies. */
export interface WorkflowEnvironment {
  readonly name: string;
  readonly region: string;
  /** Null with static keys. */
  readonly planRoleArn: string | null;
  readonly deployRoleArn: string | null;
  readonly isProtected: boolean;
}

export interface WorkflowModel {
  readonly branch: string;
  readonly driftSchedule: string | null;
  readonly terraformVersion: string;
  readonly nodeVersion: string;
  /** Labels that a job's runner must have; one as a string, as most workflows have it. */
  readonly runnerLabels: string | readonly string[] | null;
  readonly runnerGroup: string | null;
  readonly usesOidc: boolean;
  /** Without a shared state a runner must not plan or apply: it would lose the state with its disk. */
  readonly hasSharedState: boolean;
  /** In declared order; those that the workflow can reach. */
  readonly environments: readonly WorkflowEnvironment[];
  readonly managesApiKey: boolean;
  readonly managesWebhookSecret: boolean;
}

/** Decides the workflow; null when the spec wants none. */
export function decideWorkflow(spec: ResolvedSpec, features: Features): WorkflowModel | null {
  const { workflow, environments, backend } = spec;
  if (!workflow.enabled) return null;
  const hasSharedState = backend === 's3';
  const usesOidc = workflow.credentials === 'oidc';
  return {
    branch: workflow.branch,
    driftSchedule: workflow.drift_schedule,
    terraformVersion: workflow.terraform_version,
    nodeVersion: workflow.node_version,
    runnerLabels: workflow.runs_on ?? (workflow.runner_group === null ? 'ubuntu-latest' : null),
    runnerGroup: workflow.runner_group,
    usesOidc,
    hasSharedState,
    environments: hasSharedState
      ? environments
          .filter((environment) => !usesOidc || isReachable(spec, environment))
          .map((environment) => describeEnvironment(spec, environment))
      : [],
    managesApiKey: features.managedApiKey,
    managesWebhookSecret: features.managedWebhookSecret,
  };
}

function describeEnvironment(spec: ResolvedSpec, environment: ResolvedEnvironment): WorkflowEnvironment {
  const usesOidc = spec.workflow.credentials === 'oidc';
  const findRole = (purpose: RolePurpose): string | null =>
    usesOidc ? (findRoleArn(spec, environment, purpose) ?? null) : null;
  return {
    name: environment.name,
    region: environment.regions[0].name,
    planRoleArn: findRole('plan'),
    deployRoleArn: findRole('deploy'),
    isProtected: environment.protected,
  };
}
