// The roles that the workflow takes, and the resources of each environment that they may touch. Receives a resolved
// spec; pure.
import { compareText } from '../diagnostics.ts';
import type { ResolvedEnvironment, ResolvedSpec, Settings } from '../spec/resolve.ts';
import { nameStack, type StackNames } from './naming.ts';
import { nameWorkflowRole } from './workflow-model.ts';

/** In names: the account, which is known when the roles are made. Nothing that AWS names has upper case here. */
export const ACCOUNT_PLACEHOLDER = 'ACCOUNT_ID';

/** What belongs to an environment, by the names that AWS knows it by; every list is sorted. */
export interface OwnedNames {
  readonly regions: readonly string[];
  readonly buckets: readonly string[];
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  readonly roles: readonly string[];
  readonly queues: readonly string[];
  readonly topics: readonly string[];
  readonly secrets: readonly string[];
  readonly log_groups: readonly string[];
  readonly alarms: readonly string[];
  readonly dashboards: readonly string[];
  readonly kms_keys: readonly string[];
}

export interface OidcEnvironment {
  readonly name: string;
  readonly planRole: string;
  readonly deployRole: string;
  readonly projectName: string;
  readonly owned: OwnedNames;
  /** A bucket with `force_destroy` is emptied before it goes. */
  readonly emptiesBucket: boolean;
}

export interface OidcModel {
  readonly createsProvider: boolean;
  readonly region: string;
  /** `repo:acme/voice` and `repo:acme@1/voice@2`: how GitHub begins a token's subject. */
  readonly subjects: readonly string[];
  readonly branch: string;
  readonly environments: readonly OidcEnvironment[];
  readonly stateBuckets: { readonly [environment: string]: string };
}

/** Decides the roles; null when the spec asks for none. The rules have checked that the repository is known. */
export function decideOidc(spec: ResolvedSpec): OidcModel | null {
  const { workflow, environments } = spec;
  const { repository, owner_id, repository_id } = workflow.github;
  if (!workflow.enabled || !workflow.oidc.roles || repository === null) return null;
  const [owner = '', name = ''] = repository.split('/');
  return {
    createsProvider: workflow.oidc.provider === 'create',
    region: environments[0].regions[0].name,
    subjects: [`repo:${owner}/${name}`, `repo:${owner}@${owner_id}/${name}@${repository_id}`],
    branch: workflow.branch,
    environments: environments.map(describeEnvironment),
    stateBuckets: Object.fromEntries(
      environments.flatMap(({ name: environment, state }) =>
        state === null || state.bucket === null ? [] : [[environment, state.bucket]],
      ),
    ),
  };
}

function describeEnvironment(environment: ResolvedEnvironment): OidcEnvironment {
  const { regions, projectName, name } = environment;
  return {
    name,
    planRole: nameWorkflowRole(environment, 'plan'),
    deployRole: nameWorkflowRole(environment, 'deploy'),
    projectName,
    owned: collectNames(environment),
    emptiesBucket: regions.some(({ settings }) => settings.s3.force_destroy),
  };
}

function collectNames(environment: ResolvedEnvironment): OwnedNames {
  const stacks = environment.regions.map((region) => ({
    settings: region.settings,
    names: nameStack(environment, region),
  }));
  const collect = (list: (names: StackNames, settings: Settings) => readonly string[]): string[] => {
    const all = stacks.flatMap(({ names, settings }) => list(names, settings));
    return [...new Set(all)].sort(compareText);
  };
  return {
    regions: environment.regions.map(({ name }) => name),
    buckets: collect(({ bucket }, { s3 }) => [
      s3.bucket_suffix === 'account-id' ? bucket.replace(/\d{12}$/, ACCOUNT_PLACEHOLDER) : bucket,
    ]),
    tables: collect(({ table }) => [table]),
    functions: collect(({ webhookFunction, audioFunction }) => [webhookFunction, audioFunction]),
    roles: collect(({ webhookRole, audioRole, apiLoggingRole }, { api_gateway }) => [
      webhookRole,
      audioRole,
      ...(api_gateway.enabled && api_gateway.account_role === 'always' ? [apiLoggingRole] : []),
    ]),
    queues: collect(({ queue, deadLetterQueue, webhookDeadLetterQueue }) => [
      queue,
      deadLetterQueue,
      webhookDeadLetterQueue,
    ]),
    topics: collect(({ resultsTopic, alarmsTopic }, { monitoring }) => [
      resultsTopic,
      ...(monitoring.enabled ? [alarmsTopic] : []),
    ]),
    secrets: collect(({ apiKeySecret, webhookSecret }) => [apiKeySecret, webhookSecret]),
    log_groups: collect(({ webhookFunction, audioFunction, apiLogGroup }, { api_gateway }) => [
      `/aws/lambda/${webhookFunction}`,
      `/aws/lambda/${audioFunction}`,
      // API Gateway names its own after an id that nobody knows before.
      ...(api_gateway.enabled ? [apiLogGroup, `API-Gateway-Execution-Logs_*/${api_gateway.stage_name}`] : []),
    ]),
    alarms: collect((_, { monitoring }) =>
      monitoring.enabled ? [`${environment.projectName}-${environment.name}-*`] : [],
    ),
    dashboards: collect(({ dashboard }, { monitoring }) => (monitoring.enabled ? [dashboard] : [])),
    kms_keys: collect((_, { kms_key_arn }) => (kms_key_arn === null ? [] : [kms_key_arn])),
  };
}
