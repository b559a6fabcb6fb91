// Words of other tools for settings of the spec: each maps to a key or to advice. Data.

interface Synonym {
  /** The key under which the words apply, `top` for the top level; anywhere if absent. */
  readonly under?: string;
  /** Compared without case and separators. */
  readonly words: readonly string[];
  /** The settings that the words mean, relative to `defaults` or an environment. */
  readonly settings?: readonly string[];
  /** Advice if there is no such setting. */
  readonly advice?: string;
}

const OTHER_FILE = 'ours begins with `project_name` and `environments`: `npx sonotheia init` writes one';

/** Tools that wake or tell people. */
const PAGERS = ['slack', 'teams', 'pagerduty', 'opsgenie', 'pager', 'chat'];
const CERTIFICATES = ['certificate', 'cert', 'cert_arn', 'acm_certificate_arn'];
const ZONES = ['zone', 'zone_id', 'hosted_zone', 'route53_zone_id'];

export const SYNONYMS: readonly Synonym[] = [
  {
    under: 's3',
    words: [
      'retention',
      'retention_days',
      'expiration',
      'expire_days',
      'expiry',
      'ttl',
      'ttl_days',
      'delete_after',
      'lifecycle',
    ],
    settings: ['s3.expiration_days'],
  },
  { under: 's3', words: ['bucket', 'name'], settings: ['s3.bucket_name'] },
  { under: 's3', words: ['glacier', 'archive', 'archive_days'], settings: ['s3.glacier_days'] },
  { under: 's3', words: ['logging', 'logs'], settings: ['s3.access_logs'] },
  { under: 's3', words: ['encryption', 'kms', 'sse'], settings: ['kms.managed', 'kms_key_arn'] },
  {
    under: 's3',
    words: ['notifications', 'events', 'queue'],
    advice:
      'remove it: uploads under `incoming/` are always processed; `audio` holds the settings of their queue',
  },
  {
    under: 'dynamodb',
    words: ['retention', 'retention_days', 'ttl', 'expiration_days', 'expiry'],
    settings: ['dynamodb.ttl_days'],
  },
  { under: 'dynamodb', words: ['table', 'name'], settings: ['dynamodb.table_name'] },
  { under: 'dynamodb', words: ['backup', 'backups', 'pitr'], settings: ['dynamodb.point_in_time_recovery'] },
  {
    under: 'audio',
    words: ['retention', 'retention_days', 'expiration_days'],
    settings: ['s3.expiration_days'],
  },
  { under: 'audio', words: ['rate_limit', 'rpm'], settings: ['audio.api_requests_per_minute'] },
  { under: 'logs', words: ['level', 'log_level', 'verbosity'], settings: ['lambda.log_level'] },
  {
    under: 'logs',
    words: ['retention', 'days', 'expiration_days', 'ttl'],
    settings: ['logs.retention_days'],
  },
  {
    under: 'lambda',
    words: ['env', 'environment_variables', 'variables'],
    settings: ['lambda.environment'],
  },
  {
    under: 'lambda',
    words: ['vpc', 'subnets', 'subnet_ids', 'security_groups', 'vpc_config'],
    settings: ['vpc'],
  },
  { under: 'lambda', words: ['runtime', 'node_version'], settings: ['build.runtime'] },
  {
    under: 'lambda',
    words: ['concurrency', 'provisioned_concurrency'],
    settings: ['lambda.reserved_concurrency'],
  },
  { under: 'lambda', words: ['tracing', 'xray'], settings: ['lambda.xray_tracing'] },
  {
    under: 'lambda',
    words: ['role', 'role_arn', 'policies'],
    advice: 'remove it: each function gets a least-privilege role; `iam` limits them further',
  },
  {
    under: 'monitoring',
    words: ['email', 'mail'],
    settings: ['monitoring.alarm_email'],
  },
  {
    under: 'monitoring',
    words: ['emails', 'mails', 'notify', 'recipients', 'addresses', 'subscribers'],
    settings: ['monitoring.alarm_emails'],
  },
  {
    under: 'monitoring',
    words: [...PAGERS, 'url', 'urls', 'webhook', 'webhooks', 'endpoint', 'endpoints', 'https'],
    settings: ['monitoring.alarm_urls'],
  },
  { under: 'api_gateway', words: ['stage'], settings: ['api_gateway.stage_name'] },
  {
    under: 'api_gateway',
    words: ['domain_name', 'custom_domain', 'host', 'hostname'],
    settings: ['api_gateway.domain.name'],
  },
  {
    under: 'api_gateway',
    words: [...CERTIFICATES, 'certificate_arn'],
    settings: ['api_gateway.domain.certificate_arn'],
  },
  {
    under: 'api_gateway',
    words: [...ZONES, 'hosted_zone_id'],
    settings: ['api_gateway.domain.hosted_zone_id'],
  },
  {
    under: 'domain',
    words: ['domain_name', 'domain', 'custom_domain', 'host', 'hostname', 'fqdn'],
    settings: ['api_gateway.domain.name'],
  },
  { under: 'domain', words: CERTIFICATES, settings: ['api_gateway.domain.certificate_arn'] },
  { under: 'domain', words: ZONES, settings: ['api_gateway.domain.hosted_zone_id'] },
  {
    under: 'subscriptions',
    words: ['dlq', 'dead_letter_queue', 'redrive_policy', 'dead_letters'],
    settings: ['subscriptions[].dead_letter'],
  },
  {
    under: 'subscriptions',
    words: ['retries', 'max_retries', 'delivery_policy', 'retry_policy'],
    settings: ['subscriptions[].retry_count'],
  },
  {
    under: 'subscriptions',
    words: ['filter', 'filters', 'filter_policy'],
    settings: [
      'subscriptions[].event_types',
      'subscriptions[].risk',
      'subscriptions[].verdict',
      'subscriptions[].minimum_score',
    ],
  },
  {
    under: 'subscriptions',
    words: ['events', 'event', 'types'],
    settings: ['subscriptions[].event_types'],
  },
  {
    under: 'subscriptions',
    words: ['score', 'threshold', 'min_score'],
    settings: ['subscriptions[].minimum_score'],
  },
  {
    under: 'subscriptions',
    words: ['email', 'mail', 'url', 'arn', 'address', 'queue', 'queue_arn', 'webhook'],
    settings: ['subscriptions[].endpoint'],
  },
  { under: 'subscriptions', words: ['type', 'firehose'], settings: ['subscriptions[].protocol'] },
  {
    under: 'subscriptions',
    words: ['raw', 'raw_delivery'],
    settings: ['subscriptions[].raw_message_delivery'],
  },
  {
    under: 'subscriptions',
    words: ['role', 'subscription_role_arn'],
    settings: ['subscriptions[].role_arn'],
  },
  {
    under: 'results',
    words: ['accounts', 'account_ids', 'aws_accounts'],
    settings: ['results.subscriber_accounts', 'results.reader_accounts'],
  },
  { under: 'results', words: ['external_id'], settings: ['results.reader_external_id'] },
  { under: 'results', words: ['org', 'org_id', 'organization'], settings: ['results.organization_id'] },
  {
    under: 'api_gateway',
    words: ['cors', 'auth', 'authorizer'],
    advice: 'remove it: the API has no such setting; Sonotheia signs each request',
  },
  { words: ['memory', 'memory_mb', 'ram'], settings: ['lambda.memory_size'] },
  { words: ['timeout_seconds', 'timeout_secs'], settings: ['lambda.timeout'] },
  { words: ['arch', 'cpu', 'processor'], settings: ['lambda.architecture'] },
  { words: ['level', 'loglevel', 'verbosity', 'debug'], settings: ['lambda.log_level'] },
  { words: ['alarm', 'alarms', 'alert', 'alerts', 'cloudwatch', 'alerting'], settings: ['monitoring'] },
  { words: ['email', 'e_mail', 'mail', 'oncall', 'notify'], settings: ['monitoring.alarm_email'] },
  {
    words: ['network', 'networking', 'subnet', 'subnets', 'security_groups', 'vpc_id'],
    settings: ['vpc.subnet_ids', 'vpc.security_group_ids'],
  },
  {
    words: ['retention', 'retention_days'],
    settings: ['s3.expiration_days', 'logs.retention_days', 'dynamodb.ttl_days'],
  },
  { words: ['bucket', 'storage'], settings: ['s3'] },
  { words: ['table', 'database', 'dynamo'], settings: ['dynamodb'] },
  { words: ['queue', 'sqs', 'dlq'], settings: ['audio'] },
  { words: ['encryption', 'kms_key', 'kms_key_id'], settings: ['kms_key_arn', 'kms.managed'] },
  { words: ['ttl'], settings: ['dynamodb.ttl_days'] },
  {
    words: ['key', 'secret', 'api_key', 'token', 'credentials'],
    settings: ['secrets.api_key', 'secrets.webhook_secret'],
    advice:
      'it belongs under `secrets`, which says where the secret is; the spec never holds the secret itself: `npx sonotheia secrets` stores it',
  },
  { words: ['webhook', 'hook', 'api', 'endpoint'], settings: ['api_gateway'] },
  { words: ['rate_limit', 'throttle', 'throttling'], settings: ['api_gateway.throttling_rate_limit'] },
  {
    words: ['whitelist', 'allow_list', 'allowed_ips', 'ip_whitelist'],
    settings: ['api_gateway.ip_allow_list'],
  },
  { words: ['firewall', 'web_acl'], settings: ['waf'] },
  { words: ['domain', 'domain_name', 'custom_domain'], settings: ['api_gateway.domain.name'] },
  { words: CERTIFICATES, settings: ['api_gateway.domain.certificate_arn'] },
  {
    words: [...PAGERS, 'sns', 'notifications'],
    settings: ['monitoring.alarm_urls', 'subscriptions'],
    advice:
      'for alarms use `defaults.monitoring.alarm_urls`, for results `defaults.subscriptions`; an environment may have both, too',
  },
  { words: ['subscribers', 'consumers'], settings: ['subscriptions'] },
  { words: ['account', 'aws_account', 'aws_account_id'], settings: ['environments.<name>.account_id'] },
  { words: ['region', 'aws_region', 'location'], settings: ['environments.<name>.regions'] },
  { words: ['env', 'stage', 'stages', 'envs'], settings: ['environments'] },
  { words: ['aws_profile'], advice: 'remove it: set the variable AWS_PROFILE of your shell' },
  { words: ['budget', 'price', 'pricing'], settings: ['traffic'] },
  { words: ['ci', 'github', 'pipeline', 'github_actions'], settings: ['workflow'] },
  { words: ['backend', 'state_bucket'], settings: ['terraform.backend', 'terraform.state'] },
  { words: ['permissions', 'role', 'roles', 'policy'], settings: ['iam'] },
  {
    under: 'top',
    words: ['service', 'provider', 'functions', 'frameworkversion', 'plugins', 'custom', 'package'],
    advice: `a serverless.yml is another tool's file; ${OTHER_FILE}`,
  },
  {
    under: 'top',
    words: [
      'awstemplateformatversion',
      'transform',
      'resources',
      'parameters',
      'globals',
      'outputs',
      'mappings',
      'conditions',
      'metadata',
    ],
    advice: `a CloudFormation or SAM template is another tool's file; ${OTHER_FILE}`,
  },
  {
    under: 'top',
    words: ['apiversion', 'kind', 'spec', 'services', 'jobs', 'on', 'steps', 'stack', 'app', 'context'],
    advice: `this is another tool's file; ${OTHER_FILE}`,
  },
];
