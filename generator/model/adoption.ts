// Adoption as import blocks: the address and the import id of each adopted resource. Pure.
import type { ResolvedAdoption, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import type { Features } from './features.ts';
import type { ImportModel, RegionModel, VariableModel } from './stack-model.ts';

interface Target {
  /** Address within the module. */
  readonly address: string;
  /** The import id, in the form of the provider's documentation; null if it is not adopted. */
  readonly read: (adoption: ResolvedAdoption, region: ResolvedRegion) => string | null;
}

/** The address of the adopted table, whose keys the plan checks first. */
export const SESSIONS_TABLE = 'aws_dynamodb_table.sessions';

/** Import blocks of all environments, one for each address: by region, then in the order of `listTargets`. */
export function listImports(
  spec: ResolvedSpec,
  regions: readonly RegionModel[],
  features: Features,
): ImportModel[] {
  const targets = listTargets(features);
  return regions.flatMap(({ name, label }) => {
    const adopting = spec.environments.flatMap((environment) => {
      const region = environment.regions.find((candidate) => candidate.name === name);
      return region?.adopt ? [{ environment: environment.name, region, adopt: region.adopt }] : [];
    });
    return targets.flatMap(({ address, read }): ImportModel[] => {
      const ids = adopting.flatMap(({ environment, region, adopt }): [string, string][] => {
        const id = read(adopt, region);
        return id === null ? [] : [[environment, id]];
      });
      return ids.length === 0 ? [] : [{ region: label, address, ids: Object.fromEntries(ids) }];
    });
  });
}

/**
 * Switches all import blocks off, for `terraform test` with mocked providers and after a destroy: both cannot import.
 */
export function describeAdoptSwitch(): VariableModel {
  return {
    name: 'adopt',
    type: 'bool',
    description: 'Import the resources that the environment adopts; false leaves the import blocks out.',
    default: true,
    nullable: false,
    secret: false,
    validations: [],
  };
}

function listTargets(features: Features): Target[] {
  return [
    ...BUCKET_TARGETS,
    { address: SESSIONS_TABLE, read: ({ table }) => table },
    ...FUNCTION_TARGETS,
    ...listSecretTargets(features),
    ...API_TARGETS,
  ];
}

type BucketSetting = NonNullable<ResolvedAdoption['bucket_settings']>[number];

function readSetting(setting: BucketSetting): Target['read'] {
  return ({ bucket, bucket_settings }) => (bucket_settings?.includes(setting) === true ? bucket : null);
}

/** Creating a bucket setting would overwrite the existing one without showing it in the plan; an import shows both. */
const BUCKET_TARGETS: readonly Target[] = [
  { address: 'aws_s3_bucket.audio', read: ({ bucket }) => bucket },
  // Every bucket has these two settings, so the spec need not list them.
  { address: 'aws_s3_bucket_server_side_encryption_configuration.audio', read: ({ bucket }) => bucket },
  { address: 'aws_s3_bucket_notification.audio', read: ({ bucket }) => bucket },
  { address: 'aws_s3_bucket_public_access_block.audio', read: readSetting('public_access_block') },
  { address: 'aws_s3_bucket_ownership_controls.audio', read: readSetting('ownership_controls') },
  { address: 'aws_s3_bucket_versioning.audio[0]', read: readSetting('versioning') },
  { address: 'aws_s3_bucket_lifecycle_configuration.audio', read: readSetting('lifecycle') },
  { address: 'aws_s3_bucket_policy.audio', read: readSetting('policy') },
];

const FUNCTION_TARGETS: readonly Target[] = [
  { address: 'aws_iam_role.webhook_handler', read: ({ webhook_handler_role }) => webhook_handler_role },
  { address: 'aws_iam_role.audio_processor', read: ({ audio_processor_role }) => audio_processor_role },
  { address: 'aws_lambda_function.webhook_handler', read: ({ webhook_handler }) => webhook_handler },
  { address: 'aws_lambda_function.audio_processor', read: ({ audio_processor }) => audio_processor },
  {
    address: 'aws_cloudwatch_log_group.webhook_handler',
    read: ({ log_groups }) => log_groups.webhook_handler,
  },
  {
    address: 'aws_cloudwatch_log_group.audio_processor',
    read: ({ log_groups }) => log_groups.audio_processor,
  },
];

/** Imports secrets without their versions: an imported version would put the secret's value into the state. */
function listSecretTargets(features: Features): Target[] {
  const index = (isSwitched: boolean): string => (isSwitched ? '[0]' : '');
  return [
    {
      address: `aws_secretsmanager_secret.api_key${index(features.managedApiKey && features.givenApiKey)}`,
      read: ({ api_key_secret }) => api_key_secret,
    },
    {
      address: `aws_secretsmanager_secret.webhook${index(features.managedWebhookSecret && features.givenWebhookSecret)}`,
      read: ({ webhook_secret }) => webhook_secret,
    },
  ];
}

type Api = ResolvedAdoption['api'];

function readApi(read: (api: Api) => string | null): Target['read'] {
  return ({ api }) => {
    const rest = api.id === null ? null : read(api);
    return rest === null ? null : `${api.id}/${rest}`;
  };
}

const ROUTES = [
  { key: 'webhook', route: 'POST /webhook', method: 'POST', resource: (api: Api) => api.webhook_resource },
  { key: 'health', route: 'GET /health', method: 'GET', resource: (api: Api) => api.health_resource },
] as const;

function listRouteTargets({ key, route, method, resource }: (typeof ROUTES)[number]): Target[] {
  const readMethod = (api: Api): string | null => {
    const id = resource(api);
    return id === null || api.methods?.includes(route) === false ? null : `${id}/${method}`;
  };
  const readIntegration = (api: Api): string | null =>
    api.integrations?.includes(route) === false ? null : readMethod(api);
  return [
    { address: `aws_api_gateway_resource.route["${key}"]`, read: readApi(resource) },
    { address: `aws_api_gateway_method.route["${key}"]`, read: readApi(readMethod) },
    { address: `aws_api_gateway_integration.route["${key}"]`, read: readApi(readIntegration) },
  ];
}

const API_TARGETS: readonly Target[] = [
  { address: 'aws_api_gateway_rest_api.webhook[0]', read: ({ api }) => api.id },
  ...ROUTES.flatMap(listRouteTargets),
  { address: 'aws_api_gateway_stage.webhook[0]', read: readApi(({ stage }) => stage) },
  { address: 'aws_cloudwatch_log_group.api_access[0]', read: ({ log_groups }) => log_groups.api_access },
  {
    address: 'aws_cloudwatch_log_group.api_execution[0]',
    read: ({ log_groups }) => log_groups.api_execution,
  },
];
