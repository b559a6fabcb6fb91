// The roles that the workflow takes, and the resources of each environment that they may touch. Receives a resolved
// spec; pure.
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
  /** Lists of names by kind. */
  readonly owned: JsonObject;
  /** A bucket with `force_destroy` is emptied before it goes. */
  readonly emptiesBucket: boolean;
  /** The key of the state's bucket, where it is not S3's own; null also where another role reaches the state. */
  readonly stateKey: string | null;
  /** The role that reaches the state; null: the workflow's own roles. */
  readonly stateRole: string | null;
}

export interface OidcModel {
  readonly createsProvider: boolean;
  readonly region: string;
  /** `repo:acme/voice` and `repo:acme@1/voice@2`: how GitHub begins a token's subject. */
  readonly subjects: readonly string[];
  readonly branch: string;
  /** As it stands in tokens: text. */
  readonly repositoryId: string;
  /** Whether pull requests may read the values of secrets. */
  readonly planReadsSecrets: boolean;
  readonly environments: readonly OidcEnvironment[];
  /** Below which the states of all environments are, each below its own name. */
  readonly statePrefix: string;
  readonly stateBuckets: { readonly [environment: string]: string };
}

/** Decides the roles; null when the spec asks for none. The rules have checked that the repository is known. */
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
