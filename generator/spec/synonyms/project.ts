// Words for the project, its environments, the state and the workflow; and keys that only other tools have.
import type { Synonym } from './synonym.ts';

const NO_VARIABLES =
  'the spec has no variables: write the value where it is used; `defaults` holds what all environments share';
const ONE_FILE =
  'the spec is one file: `defaults` holds what all environments share, and an environment overrides it';
const OWN_FILES =
  'your own Terraform stands in files of its own beside the generated ones: list them in `terraform.extra_files`';

export const PROJECT_SYNONYMS: readonly Synonym[] = [
  {
    under: 'top',
    words: ['service', 'name', 'project', 'app', 'application', 'stack_name', 'namespace', 'prefix'],
    settings: ['project_name'],
  },
  {
    words: ['account', 'account_number', 'aws_account', 'aws_account_id', 'allowed_account_ids'],
    settings: ['environments.<name>.account_id'],
  },
  {
    words: ['region', 'aws_region', 'location', 'primary_region', 'default_region', 'region_name'],
    settings: ['environments.<name>.regions'],
  },
  { under: 'top', words: ['regions'], settings: ['environments.<name>.regions'] },
  {
    words: [
      'env',
      'stage',
      'stages',
      'envs',
      'workspace',
      'workspaces',
      'environment',
      'tenants',
      'deployments',
    ],
    settings: ['environments'],
  },
  {
    words: [
      'aws_profile',
      'aws_access_key_id',
      'aws_secret_access_key',
      'assume_role',
      'shared_credentials_file',
    ],
    advice: 'remove it: credentials come from your shell, for example the variable AWS_PROFILE',
  },
  {
    words: ['provider', 'providers', 'home', 'platform', 'aws'],
    settings: ['environments.<name>.regions', 'environments.<name>.account_id', 'lambda.memory_size'],
    advice: 'the provider is always AWS; these are the usual settings of a provider section',
  },
  { words: ['default_tags', 'common_tags', 'stack_tags', 'labels'], settings: ['tags'] },
  {
    words: [
      'removal',
      'removal_policy',
      'protect',
      'prevent_destroy',
      'termination_protection',
      'deletion_protection',
      'retain',
      'deletion_policy',
      'production',
    ],
    settings: ['environments.<name>.protected'],
  },
  {
    words: ['budget', 'price', 'pricing', 'cost', 'costs'],
    settings: ['traffic'],
    advice: '`npx sonotheia cost` estimates with it',
  },
  { words: ['ci', 'cd', 'cicd', 'github', 'pipeline', 'github_actions', 'deploy'], settings: ['workflow'] },
  {
    under: 'workflow',
    words: ['schedule', 'cron', 'drift'],
    settings: ['workflow.drift_schedule'],
  },
  {
    words: [
      'backend',
      'state_bucket',
      'remote_state',
      'backend_config',
      'state_backend',
      'deployment_bucket',
      'dynamodb_table',
      'lock_table',
    ],
    settings: ['terraform.backend', 'terraform.state.bucket'],
  },
  { under: 'top', words: ['state'], settings: ['terraform.state.bucket'] },
  {
    under: 'top',
    words: ['required_version', 'terraform_version'],
    settings: ['terraform.required_version'],
  },
  {
    under: 'top',
    words: [
      'owner',
      'team',
      'cost_center',
      'description',
      'version',
      'tier',
      'org',
      'organization',
      'department',
    ],
    advice: 'remove it, or make it a tag: `tags: { Owner: fraud-team }` at the top level',
  },
  {
    words: ['role_arn', 'assume_role_arn', 'execution_role', 'deploy_role', 'ci_role'],
    settings: ['environments.<name>.deploy_role_arn', 'environments.<name>.plan_role_arn'],
    advice: 'with these the workflow deploys; from a shell, its AWS credentials count',
  },
  { words: ['branch', 'git_branch'], settings: ['workflow.branch'] },
  {
    words: ['approval', 'manual_approval', 'reviewers', 'auto_approve'],
    settings: ['environments.<name>.protected'],
    advice: 'approvals are a matter of the GitHub environment: docs/workflow.md',
  },
  {
    words: [
      'use_dotenv',
      'config_validation_mode',
      'deployment_method',
      'stack_policy',
      'rollback_configuration',
      'lambda_hashing_version',
      'for_each',
      'source',
      'generate',
      'extra_arguments',
      'schedule',
      'cron',
    ],
    advice: 'remove it: there is no such setting',
  },
  { under: 'terraform', words: ['version', 'terraform_version'], settings: ['terraform.required_version'] },
  {
    under: 'terraform',
    words: ['required_providers', 'providers', 'provider'],
    advice: 'remove it: the AWS provider is chosen for you; `out/versions.tf` shows its version',
  },
  {
    under: 'terraform',
    words: ['files', 'includes', 'overrides', 'modules', 'resources'],
    settings: ['terraform.extra_files'],
  },
  {
    under: 'state',
    words: ['key', 'path', 'dynamodb_table', 'encrypt', 'use_lockfile'],
    advice: 'remove it: each environment has a key of its own, and the state is always encrypted and locked',
  },
  {
    words: ['enabled', 'active', 'disabled'],
    advice:
      'remove it: only `api_gateway`, `monitoring` and `waf` have a key `enabled`; an environment of the spec is deployed when you deploy it',
  },
  {
    words: [
      'vars',
      'variables',
      'locals',
      'local',
      'inputs',
      'parameters',
      'params',
      'mappings',
      'conditions',
      'var',
      'tfvars',
    ],
    advice: `remove it: ${NO_VARIABLES}`,
  },
  {
    words: [
      'include',
      'includes',
      'import',
      'imports',
      'extends',
      'inherits',
      'components',
      'component',
      'catalog',
      'overrides',
      'globals',
      'dependencies',
      'dependency',
      'depends_on',
      'metadata',
      'settings',
    ],
    advice: `remove it: ${ONE_FILE}`,
  },
  {
    words: [
      'resources',
      'resource',
      'module',
      'modules',
      'data',
      'output',
      'transform',
      'custom',
      'plugins',
      'hooks',
      'extensions',
    ],
    settings: ['terraform.extra_files'],
    advice: OWN_FILES,
  },
];
