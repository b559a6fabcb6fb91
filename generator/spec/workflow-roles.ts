// Names and ARNs of the roles that the workflow assumes.
import { findPartition } from './partitions.ts';
import type { ResolvedEnvironment, ResolvedSpec } from './resolve.ts';

/** The purposes of the workflow's roles, and IAM's limit on a role name. */
export const MAX_ROLE_NAME_LENGTH = 64;

export type RolePurpose = 'plan' | 'deploy';

/** `acme-voice-github-deploy-prod`: the name of a generated role. */
export function nameWorkflowRole(environment: ResolvedEnvironment, purpose: RolePurpose): string {
  return `${environment.projectName}-github-${purpose}-${environment.name}`;
}

/** Whether both of an environment's roles are known. */
export function isReachable(spec: ResolvedSpec, environment: ResolvedEnvironment): boolean {
  return (['plan', 'deploy'] as const).every(
    (purpose) => findRoleArn(spec, environment, purpose) !== undefined,
  );
}

/** The role that the spec names, else the generated one, whose ARN follows from the account. */
export function findRoleArn(
  { workflow }: ResolvedSpec,
  environment: ResolvedEnvironment,
  purpose: RolePurpose,
): string | undefined {
  const given = purpose === 'plan' ? environment.planRoleArn : environment.deployRoleArn;
  if (given !== null) return given;
  const account = environment.accountId;
  if (!workflow.oidc.roles || account === null) return undefined;
  const partition = findPartition(environment.regions[0].name);
  return `arn:${partition}:iam::${account}:role/${nameWorkflowRole(environment, purpose)}`;
}
