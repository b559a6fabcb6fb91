// Where the state is. A workspace holds one environment, and S3 keeps a workspace's state below its name, so that
// environments in one bucket never meet; the project's name keeps the projects apart.
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { findStateAccount } from '../spec/resolve-state.ts';
import type { BackendModel, StateModel } from './stack-model.ts';

/**
 * The S3 backend; null where the state is local. The workspace `prod` of the project `acme` has the key
 * `acme/prod/acme/terraform.tfstate`, the workspace `default` `acme/terraform.tfstate`.
 */
export function describeBackend({ backend, projectName, environments }: ResolvedSpec): BackendModel | null {
  if (backend === 'local') return null;
  return {
    key: `${projectName}/terraform.tfstate`,
    workspaceKeyPrefix: projectName,
    environments: environments.map(describeState),
  };
}

/** One environment's bucket and how it is reached; throws where the rules were not asked. */
export function describeState({ name, accountId, state }: ResolvedEnvironment): StateModel {
  if (state === null || state.bucket === null) throw new Error(`${name} has no state bucket`);
  const { bucket, region, kmsKeyArn, roleArn } = state;
  return {
    environment: name,
    bucket,
    region,
    kmsKeyArn,
    roleArn,
    accountId: findStateAccount(state, accountId),
  };
}
