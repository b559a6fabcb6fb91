// Which Terraform variable carries which setting. Descriptions, limits and defaults come from the schema.
import type { JsonValue } from '../spec/json.ts';
import type { SpecPath } from '../spec/load.ts';
import type { Settings } from '../spec/resolve.ts';
import type { Features } from './features.ts';
import type { Validation } from './stack-model.ts';

/** A setting as a variable of the module, and of the root where an environment uses it. */
export interface SettingVariable {
  readonly name: string;
  readonly type: string;
  /** Where the schema describes it, unless `description` says more about the variable. */
  readonly path: SpecPath;
  readonly description?: string;
  readonly read: (settings: Settings) => JsonValue;
  /** The documented system names it: it is a variable of the root even if every environment has the default. */
  readonly documented?: true;
  readonly nullable?: true;
  /** The part of the HCL that reads it; without that part there is no variable. */
  readonly when?: (features: Features) => boolean;
  /** Limits beyond the schema's range, values or pattern. */
  readonly validation?: Validation;
}

const hasApi = (features: Features): boolean => features.apiGateway;
const hasMonitoring = (features: Features): boolean => features.monitoring;

export const SETTING_VARIABLES: readonly SettingVariable[] = [
  {
    name: 'sonotheia_api_url',
    type: 'string',
    path: ['sonotheia_api_url'],
    read: (settings) => settings.sonotheia_api_url,
    documented: true,
    validation: {
      condition:
        'can(regex("^(https://|http://(localhost|127\\\\.0\\\\.0\\\\.1)(:|/|$))", var.sonotheia_api_url))',
      message: 'sonotheia_api_url must use https; http is for localhost only.',
    },
  },
  {
    name: 'lambda_memory_size',
    type: 'number',
    path: ['lambda', 'memory_size'],
    read: ({ lambda }) => lambda.memory_size,
    documented: true,
  },
  {
    name: 'lambda_timeout',
    type: 'number',
    path: ['lambda', 'timeout'],
    read: ({ lambda }) => lambda.timeout,
    documented: true,
  },
  {
    name: 'lambda_architecture',
    type: 'string',
    path: ['lambda', 'architecture'],
    read: ({ lambda }) => lambda.architecture,
  },
  {
    name: 'lambda_log_level',
    type: 'string',
    path: ['lambda', 'log_level'],
    read: ({ lambda }) => lambda.log_level,
  },
  {
    name: 'enable_xray_tracing',
    type: 'bool',
    path: ['lambda', 'xray_tracing'],
    read: ({ lambda }) => lambda.xray_tracing,
    when: ({ xray }) => xray,
  },
  {
    name: 'webhook_reserved_concurrency',
    type: 'number',
    path: ['lambda', 'reserved_concurrency', 'webhook_handler'],
    read: ({ lambda }) => lambda.reserved_concurrency.webhook_handler,
    nullable: true,
    when: ({ reservedConcurrency }) => reservedConcurrency,
  },
  {
    name: 'audio_reserved_concurrency',
    type: 'number',
    path: ['lambda', 'reserved_concurrency', 'audio_processor'],
    read: ({ lambda }) => lambda.reserved_concurrency.audio_processor,
    nullable: true,
    when: ({ reservedConcurrency }) => reservedConcurrency,
  },
  {
    name: 'enable_api_gateway',
    type: 'bool',
    path: ['api_gateway', 'enabled'],
    read: ({ api_gateway }) => api_gateway.enabled,
    documented: true,
    when: hasApi,
  },
  {
    name: 'api_stage_name',
    type: 'string',
    path: ['api_gateway', 'stage_name'],
    read: ({ api_gateway }) => api_gateway.stage_name,
    when: hasApi,
  },
  {
    name: 'api_throttling_rate_limit',
    type: 'number',
    path: ['api_gateway', 'throttling_rate_limit'],
    read: ({ api_gateway }) => api_gateway.throttling_rate_limit,
    when: hasApi,
  },
  {
    name: 'api_throttling_burst_limit',
    type: 'number',
    path: ['api_gateway', 'throttling_burst_limit'],
    read: ({ api_gateway }) => api_gateway.throttling_burst_limit,
    when: hasApi,
  },
  {
    name: 'manage_api_gateway_account',
    type: 'bool',
    path: ['api_gateway', 'account_role'],
    description:
      'Make the role with which API Gateway writes logs, and set it for the account; one stack per account and region.',
    read: ({ api_gateway }) => api_gateway.enabled && api_gateway.account_role === 'always',
    when: ({ apiLoggingRole }) => apiLoggingRole,
  },
  {
    name: 'api_ip_allow_list',
    type: 'list(string)',
    path: ['api_gateway', 'ip_allow_list'],
    read: ({ api_gateway }) => api_gateway.ip_allow_list,
    when: ({ ipAllowList }) => ipAllowList,
    validation: {
      condition: 'alltrue([for block in var.api_ip_allow_list : can(cidrhost(block, 0))])',
      message: 'api_ip_allow_list must hold CIDR blocks, such as 203.0.113.0/24 or 2001:db8::/32.',
    },
  },
  {
    name: 'enable_waf',
    type: 'bool',
    path: ['waf', 'enabled'],
    read: ({ waf }) => waf.enabled,
    when: ({ waf }) => waf,
  },
  {
    name: 'waf_managed_rules',
    type: 'string',
    path: ['waf', 'managed_rules'],
    read: ({ waf }) => waf.managed_rules,
    when: ({ waf, wafCount }) => waf && wafCount,
  },
  {
    name: 'waf_counted_rules',
    type: 'list(string)',
    path: ['waf', 'counted_rules'],
    read: ({ waf }) => waf.counted_rules,
    when: ({ waf }) => waf,
  },
  {
    name: 'waf_rate_limit_per_5_minutes',
    type: 'number',
    path: ['waf', 'rate_limit_per_5_minutes'],
    read: ({ waf }) => waf.rate_limit_per_5_minutes,
    when: ({ waf }) => waf,
  },
  {
    name: 'enable_monitoring',
    type: 'bool',
    path: ['monitoring', 'enabled'],
    read: ({ monitoring }) => monitoring.enabled,
    documented: true,
    when: hasMonitoring,
  },
  {
    name: 'alarm_email',
    type: 'string',
    path: ['monitoring', 'alarm_email'],
    read: ({ monitoring }) => monitoring.alarm_email,
    nullable: true,
    when: ({ alarmEmail }) => alarmEmail,
  },
  {
    name: 'enable_dashboard',
    type: 'bool',
    path: ['monitoring', 'dashboard'],
    read: ({ monitoring }) => monitoring.dashboard,
    when: ({ dashboard }) => dashboard,
  },
  {
    name: 'alarm_error_rate_percent',
    type: 'number',
    path: ['monitoring', 'error_rate_percent'],
    read: ({ monitoring }) => monitoring.error_rate_percent,
    when: hasMonitoring,
  },
  {
    name: 'alarm_duration_seconds',
    type: 'number',
    path: ['monitoring', 'duration_seconds'],
    read: ({ monitoring }) => monitoring.duration_seconds,
    when: hasMonitoring,
  },
  {
    name: 'alarm_api_5xx_count',
    type: 'number',
    path: ['monitoring', 'api_5xx_count'],
    read: ({ monitoring }) => monitoring.api_5xx_count,
    when: ({ monitoring, apiGateway }) => monitoring && apiGateway,
  },
  {
    name: 'alarm_queue_age_seconds',
    type: 'number',
    path: ['monitoring', 'queue_age_seconds'],
    read: ({ monitoring }) => monitoring.queue_age_seconds,
    when: hasMonitoring,
  },
  {
    name: 's3_audio_retention_days',
    type: 'number',
    path: ['s3', 'audio_retention_days'],
    read: ({ s3 }) => s3.audio_retention_days,
    documented: true,
  },
  {
    name: 's3_glacier_days',
    type: 'number',
    path: ['s3', 'glacier_days'],
    read: ({ s3 }) => s3.glacier_days,
  },
  {
    name: 's3_expiration_days',
    type: 'number',
    path: ['s3', 'expiration_days'],
    read: ({ s3 }) => s3.expiration_days,
  },
  {
    name: 's3_abort_incomplete_upload_days',
    type: 'number',
    path: ['s3', 'abort_incomplete_upload_days'],
    read: ({ s3 }) => s3.abort_incomplete_upload_days,
  },
  {
    name: 'enable_s3_versioning',
    type: 'bool',
    path: ['s3', 'versioning'],
    read: ({ s3 }) => s3.versioning,
    when: ({ versioning }) => versioning,
  },
  {
    name: 'enable_s3_access_logs',
    type: 'bool',
    path: ['s3', 'access_logs'],
    read: ({ s3 }) => s3.access_logs,
    when: ({ accessLogs }) => accessLogs,
  },
  {
    name: 's3_force_destroy',
    type: 'bool',
    path: ['s3', 'force_destroy'],
    read: ({ s3 }) => s3.force_destroy,
  },
  {
    name: 's3_bucket_suffix',
    type: 'string',
    path: ['s3', 'bucket_suffix'],
    read: ({ s3 }) => s3.bucket_suffix,
    when: ({ bucketSuffix }) => bucketSuffix,
  },
  {
    name: 's3_bucket_name',
    type: 'string',
    path: ['s3', 'bucket_name'],
    read: ({ s3 }) => s3.bucket_name,
    nullable: true,
    when: ({ bucketName }) => bucketName,
  },
  {
    name: 'dynamodb_table_name',
    type: 'string',
    path: ['dynamodb', 'table_name'],
    read: ({ dynamodb }) => dynamodb.table_name,
    nullable: true,
    when: ({ tableName }) => tableName,
  },
  {
    name: 'dynamodb_billing_mode',
    type: 'string',
    path: ['dynamodb', 'billing_mode'],
    read: ({ dynamodb }) => dynamodb.billing_mode,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'dynamodb_min_read_capacity',
    type: 'number',
    path: ['dynamodb', 'min_read_capacity'],
    read: ({ dynamodb }) => dynamodb.min_read_capacity,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'dynamodb_max_read_capacity',
    type: 'number',
    path: ['dynamodb', 'max_read_capacity'],
    read: ({ dynamodb }) => dynamodb.max_read_capacity,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'dynamodb_min_write_capacity',
    type: 'number',
    path: ['dynamodb', 'min_write_capacity'],
    read: ({ dynamodb }) => dynamodb.min_write_capacity,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'dynamodb_max_write_capacity',
    type: 'number',
    path: ['dynamodb', 'max_write_capacity'],
    read: ({ dynamodb }) => dynamodb.max_write_capacity,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'dynamodb_target_utilization_percent',
    type: 'number',
    path: ['dynamodb', 'target_utilization_percent'],
    read: ({ dynamodb }) => dynamodb.target_utilization_percent,
    when: ({ provisioned }) => provisioned,
  },
  {
    name: 'session_ttl_days',
    type: 'number',
    path: ['dynamodb', 'ttl_days'],
    read: ({ dynamodb }) => dynamodb.ttl_days,
  },
  {
    name: 'enable_point_in_time_recovery',
    type: 'bool',
    path: ['dynamodb', 'point_in_time_recovery'],
    read: ({ dynamodb }) => dynamodb.point_in_time_recovery,
  },
  {
    name: 'enable_deletion_protection',
    type: 'bool',
    path: ['dynamodb', 'deletion_protection'],
    read: ({ dynamodb }) => dynamodb.deletion_protection,
  },
  {
    name: 'audio_batch_size',
    type: 'number',
    path: ['audio', 'batch_size'],
    read: ({ audio }) => audio.batch_size,
  },
  {
    name: 'audio_max_concurrency',
    type: 'number',
    path: ['audio', 'max_concurrency'],
    read: ({ audio }) => audio.max_concurrency,
  },
  {
    name: 'audio_api_requests_per_minute',
    type: 'number',
    path: ['audio', 'api_requests_per_minute'],
    read: ({ audio }) => audio.api_requests_per_minute,
  },
  {
    name: 'audio_max_receive_count',
    type: 'number',
    path: ['audio', 'max_receive_count'],
    read: ({ audio }) => audio.max_receive_count,
  },
  {
    name: 'audio_queue_retention_days',
    type: 'number',
    path: ['audio', 'queue_retention_days'],
    read: ({ audio }) => audio.queue_retention_days,
  },
  {
    name: 'audio_dlq_retention_days',
    type: 'number',
    path: ['audio', 'dlq_retention_days'],
    read: ({ audio }) => audio.dlq_retention_days,
  },
  {
    name: 'log_retention_days',
    type: 'number',
    path: ['logs', 'retention_days'],
    read: ({ logs }) => logs.retention_days,
  },
  {
    name: 'vpc_subnet_ids',
    type: 'list(string)',
    path: ['vpc', 'subnet_ids'],
    read: ({ vpc }) => vpc.subnet_ids,
    when: ({ vpc }) => vpc,
  },
  {
    name: 'vpc_security_group_ids',
    type: 'list(string)',
    path: ['vpc', 'security_group_ids'],
    read: ({ vpc }) => vpc.security_group_ids,
    when: ({ vpc }) => vpc,
  },
  {
    name: 'kms_key_arn',
    type: 'string',
    path: ['kms_key_arn'],
    read: (settings) => settings.kms_key_arn,
    nullable: true,
    when: ({ givenKms }) => givenKms,
  },
  {
    name: 'manage_kms_key',
    type: 'bool',
    path: ['kms', 'managed'],
    read: ({ kms }) => kms.managed,
    when: ({ managedKms }) => managedKms,
  },
  {
    name: 'kms_deletion_window_days',
    type: 'number',
    path: ['kms', 'deletion_window_days'],
    read: ({ kms }) => kms.deletion_window_days,
    when: ({ managedKms }) => managedKms,
  },
  {
    name: 'iam_permissions_boundary',
    type: 'string',
    path: ['iam', 'permissions_boundary'],
    read: ({ iam }) => iam.permissions_boundary,
    nullable: true,
    when: ({ permissionsBoundary }) => permissionsBoundary,
  },
  {
    name: 'iam_role_path',
    type: 'string',
    path: ['iam', 'role_path'],
    read: ({ iam }) => iam.role_path,
    when: ({ rolePath }) => rolePath,
  },
  {
    name: 'manage_api_key',
    type: 'bool',
    path: ['secrets', 'api_key', 'source'],
    description: 'Make the API key secret from sonotheia_api_key; otherwise it is looked up by its name.',
    read: ({ secrets }) => secrets.api_key.source === 'managed',
    when: ({ managedApiKey, givenApiKey }) => managedApiKey && givenApiKey,
  },
  {
    name: 'api_key_secret_name',
    type: 'string',
    path: ['secrets', 'api_key', 'name'],
    read: ({ secrets }) => secrets.api_key.name,
    nullable: true,
  },
  {
    name: 'api_key_secret_version',
    type: 'number',
    path: ['secrets', 'api_key', 'version'],
    read: ({ secrets }) => secrets.api_key.version,
    when: ({ managedApiKey }) => managedApiKey,
  },
  {
    name: 'manage_webhook_secret',
    type: 'bool',
    path: ['secrets', 'webhook_secret', 'source'],
    description: 'Make the webhook secret from webhook_secret; otherwise it is looked up by its name.',
    read: ({ secrets }) => secrets.webhook_secret.source === 'managed',
    when: ({ managedWebhookSecret, givenWebhookSecret }) => managedWebhookSecret && givenWebhookSecret,
  },
  {
    name: 'webhook_secret_name',
    type: 'string',
    path: ['secrets', 'webhook_secret', 'name'],
    read: ({ secrets }) => secrets.webhook_secret.name,
    nullable: true,
  },
  {
    name: 'webhook_secret_version',
    type: 'number',
    path: ['secrets', 'webhook_secret', 'version'],
    read: ({ secrets }) => secrets.webhook_secret.version,
    when: ({ managedWebhookSecret }) => managedWebhookSecret,
  },
  {
    name: 'secret_recovery_window_days',
    type: 'number',
    path: ['secrets', 'recovery_window_days'],
    read: ({ secrets }) => secrets.recovery_window_days,
    when: ({ managedSecrets }) => managedSecrets,
  },
  {
    name: 'risk_high_threshold',
    type: 'number',
    path: ['risk', 'high_threshold'],
    read: ({ risk }) => risk.high_threshold,
  },
  {
    name: 'risk_review_threshold',
    type: 'number',
    path: ['risk', 'review_threshold'],
    read: ({ risk }) => risk.review_threshold,
  },
  {
    name: 'result_subscriptions',
    type: 'map(object({\n    protocol      = string\n    endpoint      = string\n    event_types   = list(string)\n    minimum_score = number\n  }))',
    path: ['subscriptions'],
    read: ({ subscriptions }) =>
      Object.fromEntries(subscriptions.map(({ name, ...subscription }) => [name, subscription])),
    when: ({ subscriptions }) => subscriptions,
  },
];
