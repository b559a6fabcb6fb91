// View of the tree's README: the deployed stacks as tables, a diagram and commands. Pure.

import type { BackendModel, DeployedEnvironment, DeployedStack, StackModel } from '../model/stack-model.ts';
import { keepsDeadLetters } from '../spec/result-subscribers.ts';
import { formatCount } from '../text/format-count.ts';
import { listAlarms } from './readme-alarms.ts';
import { viewData } from './readme-data.ts';
import { describeUndrawn, drawDiagram } from './readme-diagram.ts';
import type { View } from './view.ts';

export function viewReadme(model: StackModel): View {
  const { features, environments, backend } = model;
  const stacks = environments.flatMap((environment) =>
    environment.stacks.map((stack, index) => describeStack(environment, stack, index === 0)),
  );
  const alarms = listAlarms(environments);
  return {
    summary: summarize(environments),
    diagram: drawDiagram(features, environments),
    undrawn: describeUndrawn(features),
    stacks,
    endpoints: features.apiGateway ? ENDPOINTS : [],
    addresses: describeAddresses(environments),
    cost: describeCost(model),
    secretsNote: describeSecrets(environments),
    hasTest: model.hasMockProviders,
    environments: environments.map((environment) => describeCommands(environment, backend)),
    hasAlarms: alarms.length > 0,
    dataTables: viewData(environments),
    alarms,
  };
}

const ENDPOINTS = [
  { request: 'POST /webhook', answer: 'the webhook handler: register it with Sonotheia' },
  { request: 'GET /health', answer: 'the webhook handler: `{"status":"healthy","timestamp":"…"}`' },
];

/** The custom domains of the API, and whether AWS chooses the other addresses. */
function describeAddresses(environments: readonly DeployedEnvironment[]): string {
  const apis = environments
    .flatMap(({ stacks }) => stacks)
    .map(({ settings }) => settings.api_gateway)
    .filter(({ enabled }) => enabled);
  const names = apis.flatMap(({ domain }) => (domain.name === null ? [] : [`\`https://${domain.name}\``]));
  const listed = '`terraform output webhook_urls` and `terraform output health_urls` list them by region.';
  if (names.length === 0) return `AWS chooses the addresses: ${listed}`;
  const others = names.length === apis.length ? '' : '; AWS chooses the other addresses';
  return `At ${names.join(', ')}${others}: ${listed}`;
}

function summarize(environments: readonly DeployedEnvironment[]): string {
  const stacks = environments.flatMap((environment) => environment.stacks);
  const names = environments.map(({ name }) => `\`${name}\``).join(', ');
  const regions = new Set(stacks.map(({ region }) => region)).size;
  return `${formatCount(environments.length, 'environment')} (${names}) in ${formatCount(regions, 'region')}, ${formatCount(stacks.length, 'stack')} in all. A stack:`;
}

function describeStack({ name }: DeployedEnvironment, stack: DeployedStack, isPrimary: boolean): View {
  const { lambda, dynamodb, logs, s3 } = stack.settings;
  return {
    environment: name,
    region: stack.region,
    primaryMark: isPrimary ? ' \\*' : '',
    memory: lambda.memory_size,
    timeout: lambda.timeout,
    billing: describeBilling(dynamodb),
    logDays: logs.retention_days,
    expirationDays: s3.expiration_days,
    monthlyUsd: stack.monthlyUsd.toFixed(2),
    names: listNames(stack),
  };
}

/** The total cost of the stacks and its assumptions. */
function describeCost({ environments, priceDates }: StackModel): string {
  const total = environments
    .flatMap(({ stacks }) => stacks.map(({ monthlyUsd }) => monthlyUsd))
    .reduce((sum, usd) => sum + usd, 0);
  const { from, to } = priceDates;
  const dates = from === to ? from : `${from} to ${to}`;
  return `About $${total.toFixed(2)} a month in all, with the spec's \`traffic\` and prices of ${dates}, without taxes; \`npx sonotheia cost\` shows every line.`;
}

function describeBilling(dynamodb: DeployedStack['settings']['dynamodb']): string {
  if (dynamodb.billing_mode !== 'PROVISIONED') return 'on demand';
  const reads = `${dynamodb.min_read_capacity}–${dynamodb.max_read_capacity} read`;
  return `${reads}, ${dynamodb.min_write_capacity}–${dynamodb.max_write_capacity} write units`;
}

function listNames({ settings, names }: DeployedStack): View[] {
  const { monitoring, api_gateway, kms, s3, waf, results } = settings;
  const hasApi = api_gateway.enabled;
  const hasAlarms = monitoring.enabled;
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['webhook handler', names.webhookFunction, true],
    ['audio processor', names.audioFunction, true],
    ['audio bucket', names.bucket, true],
    ['access-log bucket', names.accessLogBucket, s3.access_logs],
    ['sessions table', names.table, true],
    ['API', names.api, hasApi],
    ['host name of the API', api_gateway.domain.name ?? '', hasApi && api_gateway.domain.name !== null],
    ['firewall', names.webAcl, hasApi && waf.enabled],
    ['queue of uploads', names.queue, true],
    ['dead-letter queue of uploads', names.deadLetterQueue, true],
    ['dead-letter queue of the webhook handler', names.webhookDeadLetterQueue, true],
    ['dead-letter queue of results', names.resultsDeadLetterQueue, keepsDeadLetters(settings)],
    ['results topic', names.resultsTopic, true],
    [
      'role with which other accounts read the table',
      names.resultsReaderRole,
      results.reader_accounts.length > 0,
    ],
    ['alarm topic', names.alarmsTopic, hasAlarms],
    ['dashboard', names.dashboard, hasAlarms && monitoring.dashboard],
    ['secret: API key', names.apiKeySecret, true],
    ['secret: webhook signing', names.webhookSecret, true],
    ['encryption key', names.kmsAlias, kms.managed],
    ['log group of the webhook handler', `/aws/lambda/${names.webhookFunction}`, true],
    ['log group of the audio processor', `/aws/lambda/${names.audioFunction}`, true],
    ['log group of the API', names.apiLogGroup, hasApi],
  ];
  return rows.filter(([, , exists]) => exists).map(([what, name]) => ({ what, name }));
}

/** Terraform needs only the values of managed secrets. */
function describeSecrets(environments: readonly DeployedEnvironment[]): string {
  const all = environments.flatMap(({ stacks }) => stacks.map(({ settings }) => settings.secrets));
  const variables = [
    ...(all.some(({ api_key }) => api_key.source === 'managed') ? ['`TF_VAR_sonotheia_api_key`'] : []),
    ...(all.some(({ webhook_secret }) => webhook_secret.source === 'managed')
      ? ['`TF_VAR_webhook_secret`']
      : []),
  ];
  if (variables.length === 0) return '';
  return ` ${variables.join(' and ')} must be set, for a destruction too.`;
}

function describeCommands(
  { name, stacks, protected: isProtected }: DeployedEnvironment,
  backend: BackendModel | null,
): View {
  const varFile = `-var-file=${name}.tfvars`;
  const hasApi = stacks[0].settings.api_gateway.enabled;
  return {
    name,
    deploy: [
      backend === null
        ? 'terraform init'
        : `terraform init -reconfigure -backend-config=${name}.s3.tfbackend`,
      `terraform workspace select -or-create ${name}`,
      `terraform apply ${varFile}`,
    ],
    verify: [
      ...(hasApi ? ['curl "$(terraform output -raw health_url)"'] : []),
      'aws s3 cp call.wav "s3://$(terraform output -raw s3_bucket_name)/incoming/call.wav"',
    ],
    watch: stacks.flatMap(({ names, region }) =>
      [names.webhookFunction, names.audioFunction].map(
        (functionName) => `aws logs tail /aws/lambda/${functionName} --region ${region} --follow`,
      ),
    ),
    destroy: [`terraform plan -destroy ${varFile}`, `terraform destroy ${varFile}`],
    destroyNote: describeDestruction(stacks, isProtected),
  };
}

function describeDestruction(stacks: DeployedEnvironment['stacks'], isProtected: boolean): string {
  if (isProtected) {
    return 'Protected: both stop before anything is destroyed. Set `protected: false`, generate and apply first.';
  }
  const keepsAudio = stacks.some(({ settings }) => !settings.s3.force_destroy);
  return keepsAudio
    ? 'A bucket that is not empty is not destroyed: empty it first, or set `s3.force_destroy: true`, generate and apply.'
    : 'The buckets are destroyed with the audio that is in them.';
}
