// The workflow's roles and the resources of each environment that they may access. Pure.
import type { JsonObject } from '../spec/json.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { nameWorkflowRole } from '../spec/workflow-roles.ts';
import type { Features } from './features.ts';
import { collectOwnedNames } from './owned-names.ts';

export interface OidcEnvironment {
  readonly name: string;
  readonly planRole: string;
  readonly deployRole: string;
  readonly projectName: string;
  /** Names of the environment's resources, by kind. */
  readonly owned: JsonObject;
  /** Whether a bucket has `force_destroy`: Terraform empties it before it deletes it. */
  readonly emptiesBucket: boolean;
  /** KMS key of the state bucket; null for S3's own key and if another role accesses the state. */
  readonly stateKey: string | null;
  /** The role that accesses the state; null for the workflow's own roles. */
  readonly stateRole: string | null;
}

export interface OidcModel {
  readonly createsProvider: boolean;
  readonly region: string;
  /** Prefixes of GitHub's token subjects: `repo:acme/voice` and `repo:acme@1/voice@2`. */
  readonly subjects: readonly string[];
  readonly branch: string;
  /** A string, as in tokens. */
  readonly repositoryId: string;
  /** Whether pull requests may read the values of secrets. */
  readonly planReadsSecrets: boolean;
  readonly environments: readonly OidcEnvironment[];
  /** Key prefix of all environments' states. */
  readonly statePrefix: string;
  readonly stateBuckets: { readonly [environment: string]: string };
}

/** Builds the model of the roles; null if the spec has none. Expects that the rules have checked the repository. */
export function decideOidc(spec: ResolvedSpec, features: Features): OidcModel | null {
  const { workflow, environments, projectName } = spec;
  const { repository, owner_id, repository_id } = workflow.github;
  if (!workflow.enabled || !workflow.oidc.roles || repository === null) return null;
  const [owner = '', name = ''] = repository.split('/');
  return {
    createsProvider: workflow.oidc.provider === 'create',
    region: environments[0].regions[0].name,
    subjects: [`repo:${owner}/${name}`, `repo:${owner}@${owner_id}/${name}@${repository_id}`],
    branch: workflow.branch,
    repositoryId: String(repository_id),
    planReadsSecrets: workflow.oidc.plan_reads_secrets,
    environments: environments.map((environment) => describeEnvironment(spec, environment, features)),
    statePrefix: projectName,
    stateBuckets: Object.fromEntries(
      environments.flatMap(({ name: environment, state }) =>
        state === null || state.bucket === null ? [] : [[environment, state.bucket]],
      ),
    ),
  };
}

function describeEnvironment(
  spec: ResolvedSpec,
  environment: ResolvedEnvironment,
  features: Features,
): OidcEnvironment {
  const { regions, projectName, name, state } = environment;
  const stateRole = state?.roleArn ?? null;
  return {
    name,
    planRole: nameWorkflowRole(environment, 'plan'),
    deployRole: nameWorkflowRole(environment, 'deploy'),
    projectName,
    owned: collectOwnedNames(spec, environment, features),
    emptiesBucket: regions.some(({ settings }) => settings.s3.force_destroy),
    stateKey: stateRole === null ? (state?.kmsKeyArn ?? null) : null,
    stateRole,
  };
}
