// Variables for names, regions, the account and the two secrets; setting-variables.ts has those of the settings.
import { findPartition } from '../spec/partitions.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { dereference } from '../spec/schema.ts';
import { DEFAULT_FUNCTION_PREFIX, type Features } from './features.ts';
import { TAG_VALIDATIONS } from './shared-validations.ts';
import type { RegionModel, Validation, VariableModel } from './stack-model.ts';
import { describeWorkspaceGuards, needsGuardingLocal, SINGLE_STATE_SWITCH } from './workspace-guard.ts';

function makeVariable(
  variable: Pick<VariableModel, 'name' | 'type' | 'description' | 'default'> & Partial<VariableModel>,
): VariableModel {
  return { nullable: false, secret: false, validations: [], ...variable };
}

const projectName = {
  name: 'project_name',
  type: 'string',
  description: 'Project name (used in resource naming).',
};
const environmentName = { name: 'environment', type: 'string', description: 'Environment name.' };
const functionPrefix = {
  name: 'function_prefix',
  type: 'string',
  description: 'First part of the function and role names.',
};

interface RootIdentityOptions {
  readonly spec: ResolvedSpec;
  readonly features: Features;
  readonly regions: readonly RegionModel[];
  /** Whether a validation may read other variables (Terraform 1.9). */
  readonly readsOthers: boolean;
}

/** One set of credentials is valid in one partition. */
const ONE_PARTITION: Validation = {
  condition:
    'length(distinct([for region in coalesce(var.regions, []) : try(regex("^(?:cn|us-gov)-", region), "")])) <= 1',
  message: 'regions must be in one partition: those of China and of GovCloud have their own.',
};

const PRIMARY_IS_LISTED: Validation = {
  condition: 'contains(coalesce(var.regions, [var.aws_region]), var.aws_region)',
  message: 'regions must contain aws_region, the primary region.',
};

/** Root variables; their defaults are the first environment's values. */
export function describeRootIdentity({
  spec,
  features,
  regions,
  readsOthers,
}: RootIdentityOptions): VariableModel[] {
  const [first] = spec.environments;
  const isSingleRegion = first.regions.length === 1;
  return [
    makeVariable({
      name: 'aws_region',
      type: 'string',
      description:
        'AWS region for deployment: the primary region, whose bucket and roles carry no region suffix.',
      default: first.regions[0].name,
      validations: [
        {
          condition: `contains([${quoteAll(regions)}], var.aws_region)`,
          message:
            'aws_region has no provider here: add the region to sonotheia.config.yaml and run npx sonotheia generate.',
        },
      ],
    }),
    makeVariable({
      name: 'regions',
      type: 'list(string)',
      description:
        'All regions to deploy to, the primary region among them; null means the primary region alone.',
      default: isSingleRegion ? null : first.regions.map(({ name }) => name),
      nullable: true,
      validations: [
        {
          condition: `length(setsubtract(coalesce(var.regions, []), [${quoteAll(regions)}])) == 0`,
          message:
            'regions names a region without a provider here: add it to sonotheia.config.yaml and run npx sonotheia generate.',
        },
        ...(new Set(regions.map(({ name }) => findPartition(name))).size > 1 ? [ONE_PARTITION] : []),
        ...(readsOthers ? [PRIMARY_IS_LISTED] : []),
      ],
    }),
    makeVariable({
      ...projectName,
      default: first.projectName,
      validations: [limitName('project_name')],
    }),
    makeVariable({
      ...environmentName,
      default: first.name,
      validations: [
        {
          condition: `contains([${quoteAll(spec.environments)}], var.environment)`,
          message:
            'environment is not in sonotheia.config.yaml: add it there and run npx sonotheia generate.',
        },
        ...(needsGuardingLocal(spec) ? [] : describeWorkspaceGuards(spec)),
      ],
    }),
    SINGLE_STATE_SWITCH,
    ...(features.accountId ? [describeAccount(first.accountId)] : []),
    ...(features.functionPrefix
      ? [
          makeVariable({
            ...functionPrefix,
            default: first.functionPrefix,
            validations: [limitName('function_prefix')],
          }),
        ]
      : []),
    ...(features.tags
      ? [
          makeVariable({
            name: 'tags',
            type: 'map(string)',
            description: 'Tags on every resource, in addition to Project, Environment and ManagedBy.',
            default: first.tags,
            validations: TAG_VALIDATIONS,
          }),
        ]
      : []),
  ];
}

function describeAccount(accountId: string | null): VariableModel {
  return makeVariable({
    name: 'account_id',
    type: 'string',
    description: 'AWS account of the environment: the providers refuse any other one; null means any.',
    default: accountId,
    nullable: true,
    validations: [
      {
        condition: 'var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))',
        message: 'account_id must have 12 digits.',
      },
    ],
  });
}

/** Variables of the module besides the settings. */
export function describeModuleIdentity(): VariableModel[] {
  return [
    makeVariable({
      name: 'aws_region',
      type: 'string',
      description: 'Region of this stack.',
      default: undefined,
    }),
    makeVariable({
      name: 'primary_region',
      type: 'string',
      description: 'Region whose global names carry no region suffix.',
      default: undefined,
    }),
    makeVariable({ ...projectName, default: undefined }),
    makeVariable({ ...environmentName, default: undefined }),
    makeVariable({ ...functionPrefix, default: DEFAULT_FUNCTION_PREFIX }),
  ];
}

/** Variables for the secrets' values. In the root they are required, unless an environment uses existing secrets. */
export function describeSecretVariables(features: Features, checksSource: boolean): VariableModel[] {
  return [
    ...describeSecret({
      name: 'sonotheia_api_key',
      isManaged: features.managedApiKey,
      isGiven: features.givenApiKey,
      what: 'Sonotheia API key',
      source: 'the key that Sonotheia gave you',
      switchName: 'manage_api_key',
      checksSource,
    }),
    ...describeSecret({
      name: 'webhook_secret',
      isManaged: features.managedWebhookSecret,
      isGiven: features.givenWebhookSecret,
      what: 'Key with which Sonotheia signs webhooks',
      source: 'the secret that the webhook is registered with; openssl rand -hex 32 makes one',
      switchName: 'manage_webhook_secret',
      checksSource,
    }),
  ];
}

interface SecretVariableOptions {
  readonly name: string;
  /** Whether Terraform creates the secret in some environment. */
  readonly isManaged: boolean;
  /** Whether some environment uses an existing secret. */
  readonly isGiven: boolean;
  readonly what: string;
  /** The source of its value, for the error message. */
  readonly source: string;
  readonly switchName: string;
  readonly checksSource: boolean;
}

function describeSecret({
  name,
  isManaged,
  isGiven,
  what,
  source,
  switchName,
  checksSource,
}: SecretVariableOptions): VariableModel[] {
  if (!isManaged) return [];
  const hasValue = `try(length(trimspace(var.${name})) > 0, false)`;
  const given: Validation = isGiven
    ? {
        condition: `!var.${switchName} || ${hasValue}`,
        message: `${name} must be given in this environment: set TF_VAR_${name}.`,
      }
    : { condition: hasValue, message: `${name} must be given: set TF_VAR_${name} to ${source}.` };
  return [
    makeVariable({
      name,
      type: 'string',
      description: `${what}. Give it as TF_VAR_${name}, never in a file.${isGiven ? ' Not needed in an environment with an existing secret.' : ''}`,
      // Without a default Terraform would prompt for the value without saying where it comes from.
      default: null,
      nullable: true,
      secret: true,
      validations: isGiven && !checksSource ? [] : [given],
    }),
  ];
}

function limitName(name: string): Validation {
  const { pattern, maxLength } = dereference({ $ref: `#/definitions/${name}` });
  return {
    condition: `can(regex("${pattern}", var.${name})) && length(var.${name}) <= ${maxLength}`,
    message: `${name} must have at most ${maxLength} lower-case letters, digits and single hyphens, and begin with a letter.`,
  };
}

/** Names of regions and environments need no escapes in HCL. */
function quoteAll(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => `"${name}"`).join(', ');
}
