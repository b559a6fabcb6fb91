// The location of the state. A workspace holds one environment, and the S3 key contains the workspace's and the
// project's name, so environments and projects can share a bucket.
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { findStateAccount } from '../spec/resolve-state.ts';
import type { BackendModel, StateModel } from './stack-model.ts';

/**
 * The S3 backend; null for local states. The workspace `prod` of the project `acme` has the key
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

/** One environment's state bucket and its access. Throws without a bucket, which the rules refuse. */
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
