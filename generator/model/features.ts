// The features of the generated tree: each is declared here once, with its files. Templates, variables and roles refer
// to it by name. Pure.

import { listAlarmReceivers } from '../spec/alarm-receivers.ts';
import type { ResolvedEnvironment, ResolvedSpec, Settings } from '../spec/resolve.ts';
import { keepsDeadLetters, listDeliveryRoles } from '../spec/result-subscribers.ts';
import { hasAlarmsKey, hasStackKey, ownsLoggingRole } from '../spec/stack-parts.ts';

interface Feature {
  /** Whether a stack with these settings uses it. */
  readonly isUsed: (settings: Settings, environment: ResolvedEnvironment) => boolean;
  /** Files of the module that are generated only if a stack uses the feature. */
  readonly files?: readonly string[];
}

/** Prefix of the documented system. */
export const DEFAULT_FUNCTION_PREFIX = 'sonotheia';

const FEATURES = {
  apiGateway: {
    isUsed: ({ api_gateway }) => api_gateway.enabled,
    files: ['api_gateway.tf'],
  },
  apiLoggingRole: {
    isUsed: ownsLoggingRole,
    files: ['api_logging_role.tf'],
  },
  ipAllowList: {
    isUsed: ({ api_gateway }) => api_gateway.enabled && api_gateway.ip_allow_list.length > 0,
    files: ['api_allow_list.tf'],
  },
  apiDomain: {
    isUsed: ({ api_gateway }) => api_gateway.enabled && api_gateway.domain.name !== null,
    files: ['api_domain.tf'],
  },
  /** Its records are Terraform's. */
  domainZone: {
    isUsed: ({ api_gateway: { enabled, domain } }) =>
      enabled && domain.name !== null && domain.hosted_zone_id !== null,
  },
  monitoring: {
    isUsed: ({ monitoring }) => monitoring.enabled,
    files: ['monitoring.tf'],
  },
  apiAlarms: {
    isUsed: ({ monitoring, api_gateway }) => monitoring.enabled && api_gateway.enabled,
    files: ['api_alarms.tf'],
  },
  alarmSubscribers: {
    isUsed: ({ monitoring }) => monitoring.enabled && listAlarmReceivers(monitoring).length > 0,
    files: ['alarm_subscribers.tf'],
  },
  /** A key for the alarm topic alone. */
  alarmsKey: {
    isUsed: hasAlarmsKey,
    files: ['alarms_key.tf'],
  },
  customMetrics: { isUsed: ({ monitoring }) => monitoring.enabled && monitoring.custom_metrics },
  dashboard: {
    isUsed: ({ monitoring }) => monitoring.enabled && monitoring.dashboard,
    files: ['dashboard.tf'],
  },
  provisioned: {
    isUsed: ({ dynamodb }) => dynamodb.billing_mode === 'PROVISIONED',
    files: ['dynamodb_autoscaling.tf'],
  },
  eventTypeIndex: { isUsed: ({ dynamodb }) => dynamodb.event_type_index },
  stream: { isUsed: ({ dynamodb }) => dynamodb.stream },
  managedKms: {
    isUsed: ({ kms }) => kms.managed,
    files: ['kms.tf'],
  },
  givenKms: { isUsed: ({ kms_key_arn }) => kms_key_arn !== null },
  /** A customer key, given or managed. */
  kms: { isUsed: hasStackKey },
  waf: {
    isUsed: ({ api_gateway, waf }) => api_gateway.enabled && waf.enabled,
    files: ['waf.tf'],
  },
  accessLogs: {
    isUsed: ({ s3 }) => s3.access_logs,
    files: ['s3_access_logs.tf'],
  },
  versioning: {
    isUsed: ({ s3 }) => s3.versioning,
    files: ['s3_versioning.tf'],
  },
  xray: { isUsed: ({ lambda }) => lambda.xray_tracing },
  layers: { isUsed: ({ lambda }) => lambda.layers.length > 0 },
  vpc: { isUsed: ({ vpc }) => vpc.subnet_ids.length > 0 },
  reservedConcurrency: {
    isUsed: ({ lambda }) => Object.values(lambda.reserved_concurrency).some((limit) => limit !== null),
  },
  permissionsBoundary: { isUsed: ({ iam }) => iam.permissions_boundary !== null },
  subscriptions: {
    isUsed: ({ subscriptions }) => subscriptions.length > 0,
    files: ['sns_subscriptions.tf'],
  },
  resultDeadLetters: {
    isUsed: keepsDeadLetters,
    files: ['sns_dead_letters.tf'],
  },
  resultAlarms: {
    isUsed: ({ monitoring, subscriptions }) => monitoring.enabled && subscriptions.length > 0,
    files: ['sns_alarms.tf'],
  },
  lostResults: { isUsed: (settings) => settings.monitoring.enabled && keepsDeadLetters(settings) },
  /** Other accounts that subscribe to the results topic themselves. */
  resultSubscribers: {
    isUsed: ({ results }) => results.subscriber_accounts.length > 0 || results.organization_id !== null,
  },
  /** Other accounts that read the table. */
  resultsReader: {
    isUsed: ({ results }) => results.reader_accounts.length > 0,
    files: ['results_reader.tf'],
  },
  deliveryLog: { isUsed: ({ results }) => results.delivery_log_role_arn !== null },
  /** Roles that exist outside the tree and are passed to SNS. */
  deliveryRoles: { isUsed: (settings) => listDeliveryRoles(settings).length > 0 },
  /** A secret that Terraform creates. */
  managedSecrets: { isUsed: ({ secrets }) => listSources(secrets).includes('managed') },
  /** A secret that Terraform only reads. */
  givenSecrets: { isUsed: ({ secrets }) => listSources(secrets).includes('existing') },
  managedApiKey: { isUsed: ({ secrets }) => secrets.api_key.source === 'managed' },
  givenApiKey: { isUsed: ({ secrets }) => secrets.api_key.source === 'existing' },
  managedWebhookSecret: { isUsed: ({ secrets }) => secrets.webhook_secret.source === 'managed' },
  givenWebhookSecret: { isUsed: ({ secrets }) => secrets.webhook_secret.source === 'existing' },
  tags: { isUsed: (_, { tags }) => Object.keys(tags).length > 0 },
  functionPrefix: { isUsed: (_, { functionPrefix }) => functionPrefix !== DEFAULT_FUNCTION_PREFIX },
  accountId: { isUsed: (_, { accountId }) => accountId !== null },
} as const satisfies { readonly [name: string]: Feature };

function listSources({ api_key, webhook_secret }: Settings['secrets']): string[] {
  return [api_key.source, webhook_secret.source];
}

export type FeatureName = keyof typeof FEATURES;

/** By feature, whether any stack of any environment uses it. */
export type Features = { readonly [Name in FeatureName]: boolean };

const ENTRIES: readonly (readonly [FeatureName, Feature])[] = Object.entries(FEATURES) as [
  FeatureName,
  Feature,
][];

export function decideFeatures({ environments }: ResolvedSpec): Features {
  return mapFeatures(({ isUsed }) =>
    environments.some((environment) =>
      environment.regions.some(({ settings }) => isUsed(settings, environment)),
    ),
  );
}

/** All features on, for the complete HCL. */
export function turnOnAll(): Features {
  return mapFeatures(() => true);
}

/** The module's files for the used features. */
export function listFeatureFiles(features: Features): string[] {
  return ENTRIES.flatMap(([name, { files = [] }]) => (features[name] ? files : []));
}

function mapFeatures(decide: (feature: Feature) => boolean): Features {
  return Object.fromEntries(ENTRIES.map(([name, feature]) => [name, decide(feature)])) as Features;
}
