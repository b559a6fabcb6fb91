// View of the tree's README: what this spec deploys, as tables, a diagram and commands. Pure.
import type { StackNames } from '../model/naming.ts';
import type { Features } from '../model/stack-model.ts';
import type { View } from '../render/render-template.ts';
import type { Settings } from '../spec/resolve.ts';

/** One environment in one region. */
export interface DeployedStack {
  readonly environment: string;
  readonly region: string;
  readonly isPrimary: boolean;
  /** What the alarms' names begin with. */
  readonly alarmPrefix: string;
  readonly names: StackNames;
  readonly settings: Settings;
}

export interface ReadmeModel {
  readonly features: Features;
  readonly stacks: readonly DeployedStack[];
}

export function viewReadme({ features, stacks }: ReadmeModel): View {
  const environments = [...new Set(stacks.map(({ environment }) => environment))];
  const alarms = stacks.flatMap(listAlarms);
  return {
    summary: summarize(environments, stacks),
    diagram: drawDiagram(features),
    stacks: stacks.map(describeStack),
    environments: environments.map((name) =>
      describeCommands(
        name,
        stacks.filter(({ environment }) => environment === name),
      ),
    ),
    hasAlarms: alarms.length > 0,
    alarms,
  };
}

function summarize(environments: readonly string[], stacks: readonly DeployedStack[]): string {
  const regions = new Set(stacks.map(({ region }) => region)).size;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(environments.length, 'environment')} (${environments.map((name) => `\`${name}\``).join(', ')}) in ${count(regions, 'region')}: ${count(stacks.length, 'stack')}, each with all that is drawn here.`;
}

/** Mermaid lines; a part that no environment uses is not drawn. */
function drawDiagram(features: Features): string[] {
  const lines = (isDrawn: boolean, ...drawn: string[]): string[] => (isDrawn ? drawn : []);
  return [
    ...lines(
      features.waf,
      'sonotheia([Sonotheia]) -- "signed POST /webhook" --> waf{{"WAF"}} --> api[API Gateway]',
    ),
    ...lines(
      features.apiGateway && !features.waf,
      'sonotheia([Sonotheia]) -- "signed POST /webhook" --> api[API Gateway]',
    ),
    ...lines(features.apiGateway, 'api --> webhook[webhook_handler]'),
    ...lines(!features.apiGateway, 'caller([your own caller]) -- "invoke" --> webhook[webhook_handler]'),
    'upload([your uploads]) -- "incoming/" --> bucket[(S3 audio bucket)]',
    'bucket --> queue[SQS] --> audio[audio_processor]',
    'queue -. "failed for good" .-> dlq[dead-letter queue]',
    'audio -- "POST /v1/voice/deepfake" --> voice([Sonotheia API])',
    'audio -- "processed/ or rejected/" --> bucket',
    'webhook --> table[(DynamoDB sessions)]',
    'audio --> table',
    'webhook & audio --> results{{"SNS results topic"}}',
    ...lines(features.subscriptions, 'results --> subscribers([subscribers])'),
    'secrets[Secrets Manager] --> webhook & audio',
    ...lines(features.monitoring, 'webhook & audio & dlq -.-> alarms[CloudWatch alarms]'),
    ...lines(features.alarmEmail, 'alarms --> email([alarm e-mail])'),
  ];
}

function describeStack({ environment, region, isPrimary, settings, names }: DeployedStack): View {
  const { lambda, dynamodb, logs, s3 } = settings;
  return {
    environment,
    region,
    primaryMark: isPrimary ? ' \\*' : '',
    memory: lambda.memory_size,
    timeout: lambda.timeout,
    billing:
      dynamodb.billing_mode === 'PROVISIONED'
        ? `${dynamodb.min_read_capacity}–${dynamodb.max_read_capacity} read, ${dynamodb.min_write_capacity}–${dynamodb.max_write_capacity} write units`
        : 'on demand',
    logDays: logs.retention_days,
    expirationDays: s3.expiration_days,
    names: listNames({ settings, names }),
  };
}

function listNames({ settings, names }: Pick<DeployedStack, 'settings' | 'names'>): View[] {
  const { enabled: hasApi } = settings.api_gateway;
  const { enabled: hasAlarms, dashboard } = settings.monitoring;
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['webhook handler', names.webhookFunction, true],
    ['audio processor', names.audioFunction, true],
    ['audio bucket', names.bucket, true],
    ['sessions table', names.table, true],
    ['API log group', names.apiLogGroup, hasApi],
    ['upload queue', names.queue, true],
    ['dead-letter queue of uploads', names.deadLetterQueue, true],
    ['dead-letter queue of the webhook handler', names.webhookDeadLetterQueue, true],
    ['results topic', names.resultsTopic, true],
    ['alarm topic', names.alarmsTopic, hasAlarms],
    ['dashboard', names.dashboard, hasAlarms && dashboard],
    ['API key secret', names.apiKeySecret, true],
    ['webhook secret', names.webhookSecret, true],
  ];
  return rows.filter(([, , exists]) => exists).map(([what, name]) => ({ what, name }));
}

function describeCommands(environment: string, stacks: readonly DeployedStack[]): View {
  const [primary] = stacks;
  const hasApi = stacks.some(({ settings }) => settings.api_gateway.enabled);
  const region = primary?.region ?? '';
  const varFile = `-var-file=${environment}.tfvars`;
  return {
    name: environment,
    deploy: [
      'terraform init',
      `terraform workspace select -or-create ${environment}`,
      `terraform apply ${varFile}`,
    ],
    verify: [
      ...(hasApi ? ['curl "$(terraform output -raw health_url)"'] : []),
      'aws s3 cp call.wav "s3://$(terraform output -raw s3_bucket_name)/incoming/call.wav"',
    ],
    watch: stacks.flatMap(({ names, region: own }) =>
      [names.webhookFunction, names.audioFunction].map(
        (name) => `aws logs tail /aws/lambda/${name} --region ${own === region ? region : own} --follow`,
      ),
    ),
    destroy: [`terraform plan -destroy ${varFile}`, `terraform destroy ${varFile}`],
  };
}

function listAlarms({ environment, region, settings, alarmPrefix }: DeployedStack): View[] {
  const { monitoring, api_gateway } = settings;
  if (!monitoring.enabled) return [];
  const rows: readonly (readonly [string, string])[] = [
    ...['webhook-handler', 'audio-processor'].flatMap((name) => [
      [
        `${name}-error-rate`,
        `more than ${monitoring.error_rate_percent} % of the invocations failed`,
      ] as const,
      [`${name}-duration`, `an invocation took longer than ${monitoring.duration_seconds} s`] as const,
    ]),
    ...(api_gateway.enabled
      ? [['api-5xx', `more than ${monitoring.api_5xx_count} server errors`] as const]
      : []),
    ['dynamodb-throttling', 'a read or write was throttled'],
    ['audio-dead-letters', 'an upload failed for good'],
    ['webhook-dead-letters', 'an invocation failed for good'],
    ['audio-queue-age', `an upload has waited longer than ${monitoring.queue_age_seconds} s`],
  ];
  return rows.map(([name, condition]) => ({ environment, region, name: `${alarmPrefix}-${name}`, condition }));
}
