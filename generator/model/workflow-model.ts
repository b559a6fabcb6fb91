// The GitHub Actions workflow and its environments, from a resolved spec. Pure.
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
  /** Labels of the job's runner; a single label is a string, as in most workflows. */
  readonly runnerLabels: string | readonly string[] | null;
  readonly runnerGroup: string | null;
  readonly usesOidc: boolean;
  /**
   * Whether the state is in S3. With a local state the workflow must not plan or apply: the state would be lost with
   * the runner's disk.
   */
  readonly hasSharedState: boolean;
  /** The environments whose roles are known, in declared order. */
  readonly environments: readonly WorkflowEnvironment[];
  /** The var-file of every environment. */
  readonly valueFiles: readonly string[];
  /** The user's own Terraform files, relative to the output folder. */
  readonly extraFiles: readonly string[];
  readonly managesApiKey: boolean;
  readonly managesWebhookSecret: boolean;
}

/** Builds the model of the workflow; null if it is disabled. */
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
    valueFiles: environments.map(({ name }) => `${name}.tfvars`),
    extraFiles: spec.extraFiles,
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
