// The outputs of the module, and of the root for the primary region and by region.

interface OutputDefinition {
  readonly name: string;
  /** Name of the root's map by region. */
  readonly plural: string;
  readonly description: string;
  /** HCL within the module. */
  readonly expression: string;
  /** The value if no environment has the part. */
  readonly needs?: 'apiGateway' | 'apiDomain' | 'monitoring' | 'dashboard' | 'resultsReader';
}

const OUTPUTS: readonly OutputDefinition[] = [
  {
    name: 'webhook_url',
    plural: 'webhook_urls',
    description: 'URL to register as the Sonotheia webhook; null without the API gateway.',
    expression: 'one([for url in {{urls}} : "${url}/webhook"])',
    needs: 'apiGateway',
  },
  {
    name: 'health_url',
    plural: 'health_urls',
    description: 'URL of the health check; null without the API gateway.',
    expression: 'one([for url in {{urls}} : "${url}/health"])',
    needs: 'apiGateway',
  },
  {
    name: 'api_domain_target',
    plural: 'api_domain_targets',
    description: 'Target of the DNS record of the custom domain; null without one.',
    expression: 'one(aws_api_gateway_domain_name.webhook[*].regional_domain_name)',
    needs: 'apiDomain',
  },
  {
    name: 's3_bucket_name',
    plural: 's3_bucket_names',
    description: 'Audio bucket: upload to incoming/.',
    expression: 'aws_s3_bucket.audio.bucket',
  },
  {
    name: 'dynamodb_table_name',
    plural: 'dynamodb_table_names',
    description: 'Sessions table.',
    expression: 'aws_dynamodb_table.sessions.name',
  },
  {
    name: 'webhook_handler_name',
    plural: 'webhook_handler_names',
    description: 'Function that receives webhooks.',
    expression: 'aws_lambda_function.webhook_handler.function_name',
  },
  {
    name: 'audio_processor_name',
    plural: 'audio_processor_names',
    description: 'Function that scores uploads.',
    expression: 'aws_lambda_function.audio_processor.function_name',
  },
  {
    name: 'log_group_names',
    plural: 'log_group_names_by_region',
    description: 'Log groups of the functions and of the API.',
    expression:
      'concat([aws_cloudwatch_log_group.webhook_handler.name, aws_cloudwatch_log_group.audio_processor.name], {{api}})',
  },
  {
    name: 'results_topic_arn',
    plural: 'results_topic_arns',
    description: 'Topic to which both functions publish.',
    expression: 'aws_sns_topic.results.arn',
  },
  {
    name: 'results_reader_role_arn',
    plural: 'results_reader_role_arns',
    description: 'Role with which other accounts read the table; null without one.',
    expression: 'one(aws_iam_role.results_reader[*].arn)',
    needs: 'resultsReader',
  },
  {
    name: 'alarms_topic_arn',
    plural: 'alarms_topic_arns',
    description: 'Topic of the alarms; null without monitoring.',
    expression: 'one(aws_sns_topic.alarms[*].arn)',
    needs: 'monitoring',
  },
  {
    name: 'audio_queue_url',
    plural: 'audio_queue_urls',
    description: 'Queue of uploads.',
    expression: 'aws_sqs_queue.audio.url',
  },
  {
    name: 'audio_dlq_url',
    plural: 'audio_dlq_urls',
    description: 'Dead-letter queue of uploads.',
    expression: 'aws_sqs_queue.audio_dlq.url',
  },
  {
    name: 'webhook_dlq_url',
    plural: 'webhook_dlq_urls',
    description: 'Dead-letter queue of the webhook handler.',
    expression: 'aws_sqs_queue.webhook_dlq.url',
  },
  {
    name: 'api_key_secret_arn',
    plural: 'api_key_secret_arns',
    description: 'Secret that holds the Sonotheia API key.',
    expression: 'local.api_key_secret_arn',
  },
  {
    name: 'webhook_secret_arn',
    plural: 'webhook_secret_arns',
    description: 'Secret that holds the webhook signing key.',
    expression: 'local.webhook_secret_arn',
  },
  {
    name: 'dashboard_name',
    plural: 'dashboard_names',
    description: 'CloudWatch dashboard; null without one.',
    expression: 'one(aws_cloudwatch_dashboard.sonotheia[*].dashboard_name)',
    needs: 'dashboard',
  },
];

export interface OutputView {
  readonly name: string;
  readonly description: string;
}

/** The module's outputs; null for parts that are left out, so that references stay valid. */
export function listModuleOutputs(
  features: { readonly [Need in NonNullable<OutputDefinition['needs']>]: boolean },
): (OutputView & { readonly expression: string })[] {
  const apiLogGroups = features.apiGateway ? 'aws_cloudwatch_log_group.api_access[*].name' : '[]';
  const urls = features.apiDomain ? 'local.api_urls' : 'aws_api_gateway_stage.webhook[*].invoke_url';
  return OUTPUTS.map(({ name, description, expression, needs }) => ({
    name,
    description,
    expression:
      needs === undefined || features[needs]
        ? expression.replace('{{api}}', apiLogGroups).replace('{{urls}}', urls)
        : 'null',
  }));
}

export function listRootOutputs(): {
  readonly outputs: (OutputView & { readonly attribute: string })[];
  readonly regionalOutputs: (OutputView & { readonly attribute: string })[];
} {
  return {
    outputs: OUTPUTS.map(({ name, description }) => ({ name, description, attribute: name })),
    regionalOutputs: OUTPUTS.map(({ name, plural, description }) => ({
      name: plural,
      description: `${description.replace(/\.$/, '')}, by region.`,
      attribute: name,
    })),
  };
}
