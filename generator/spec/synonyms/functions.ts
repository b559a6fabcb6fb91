// Words for the functions' size and behaviour: AWS Lambda, SAM, Serverless Framework, CDK, SST, Terraform.
import type { Synonym } from './synonym.ts';

const GIVEN_FUNCTIONS =
  'remove it: the two functions come with the tool; `lambda` sets their size, and `npx sonotheia explain lambda` lists its keys';

export const FUNCTION_SYNONYMS: readonly Synonym[] = [
  {
    words: ['memory', 'memory_mb', 'memory_in_mb', 'ram', 'lambda_memory', 'function_memory'],
    settings: ['lambda.memory_size'],
  },
  {
    words: ['timeout_seconds', 'timeout_secs', 'timeout_in_seconds', 'lambda_timeout', 'max_duration'],
    settings: ['lambda.timeout'],
  },
  {
    words: ['arch', 'architectures', 'cpu', 'processor', 'instruction_set', 'arm64', 'graviton'],
    settings: ['lambda.architecture'],
  },
  {
    words: ['level', 'loglevel', 'verbosity', 'debug', 'application_log_level', 'verbose'],
    settings: ['lambda.log_level'],
  },
  {
    under: 'lambda',
    words: ['env', 'environment_variables', 'variables', 'env_vars', 'environment_vars'],
    settings: ['lambda.environment'],
  },
  {
    words: ['environment_variables', 'env_vars', 'environment_vars'],
    settings: ['lambda.environment'],
  },
  {
    under: 'lambda',
    words: ['vpc', 'vpc_config', 'network', 'subnets', 'subnet_ids', 'security_groups', 'security_group_ids'],
    settings: ['vpc.subnet_ids', 'vpc.security_group_ids'],
    isAll: true,
  },
  { words: ['runtime', 'node_version', 'nodejs_version', 'node'], settings: ['build.runtime'] },
  {
    words: ['esbuild', 'bundling', 'bundle', 'minify', 'sourcemap', 'source_map', 'nodejs', 'package_type'],
    settings: ['build.source_maps'],
    advice: 'the packages are always bundled and minified',
  },
  {
    under: 'lambda',
    words: [
      'concurrency',
      'concurrent_executions',
      'max_concurrency',
      'reserved_concurrent_executions',
      'provisioned_concurrency',
      'provisioned_concurrent_executions',
    ],
    settings: [
      'lambda.reserved_concurrency.webhook_handler',
      'lambda.reserved_concurrency.audio_processor',
      'audio.max_concurrency',
    ],
  },
  {
    words: ['reserved_concurrency', 'reserved_concurrent_executions', 'concurrency'],
    settings: ['lambda.reserved_concurrency.webhook_handler', 'lambda.reserved_concurrency.audio_processor'],
  },
  {
    words: ['tracing', 'tracing_config', 'xray', 'x_ray', 'active_tracing', 'xray_enabled'],
    settings: ['lambda.xray_tracing'],
  },
  {
    under: 'lambda',
    words: ['role', 'role_arn', 'policies', 'policy', 'permissions', 'iam_role_statements', 'iam'],
    settings: ['iam.permissions_boundary'],
    advice: 'each function gets a least-privilege role; a boundary limits it further',
  },
  {
    under: 'lambda',
    words: ['name', 'function_name', 'prefix', 'name_prefix'],
    settings: ['function_prefix'],
  },
  {
    under: 'lambda',
    words: [
      'enabled',
      'ephemeral_storage',
      'storage',
      'description',
      'publish',
      'alias',
      'auto_publish_alias',
      'versions',
      'warmup',
      'keep_warm',
      'streaming',
      'copy_files',
      'dev',
      'live',
      'image',
      'ephemeral_storage_size',
      'snap_start',
      'image_uri',
      'file_system_configs',
      'url',
      'function_url',
    ],
    advice:
      'remove it: there is no such setting; your own Terraform files may stand beside the generated ones: `npx sonotheia explain terraform.extra_files`',
  },
  {
    under: 'defaults',
    words: ['environment', 'env'],
    settings: ['lambda.environment'],
  },
  {
    under: 'lambda',
    words: ['webhook_handler', 'audio_processor', 'webhook', 'audio'],
    settings: ['lambda.memory_size', 'lambda.timeout'],
    advice: 'both functions have the same size; `reserved_concurrency` alone has a value for each',
  },
  {
    under: 'lambda',
    words: [
      'retries',
      'max_retries',
      'maximum_retry_attempts',
      'on_error',
      'on_failure',
      'dead_letter_queue',
      'dead_letter_config',
      'dlq',
    ],
    settings: ['audio.max_receive_count', 'audio.dlq_retention_days'],
    advice: 'both functions have a dead-letter queue',
  },
  {
    under: 'lambda',
    words: ['logging', 'log_group', 'logs', 'logging_config', 'cloudwatch_logs'],
    settings: ['logs.retention_days', 'lambda.log_level'],
  },
  {
    words: ['datadog', 'newrelic', 'new_relic', 'otel', 'opentelemetry', 'dynatrace', 'sentry', 'extensions'],
    settings: ['lambda.layers'],
    advice: 'such tools come as a layer; `lambda.environment` holds their settings',
  },
  {
    words: [
      'instance_type',
      'instance_count',
      'desired_count',
      'min_instances',
      'max_instances',
      'auto_scaling',
      'autoscaling',
      'scaling',
      'count',
    ],
    settings: ['audio.max_concurrency'],
    advice: 'functions scale by themselves; this limits the work on recordings',
  },
  {
    words: [
      'functions',
      'function',
      'handler',
      'handlers',
      'events',
      'code_uri',
      'entry',
      'filename',
      's3_key',
      'source_code_hash',
      'link',
    ],
    advice: GIVEN_FUNCTIONS,
  },
];
