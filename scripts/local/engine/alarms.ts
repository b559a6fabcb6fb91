// The alarms of the spec, as templates/modules/sonotheia/monitoring.tf.hbs and api_alarms.tf.hbs define them; a test
// compares both. Alarms on functions that the local system does not have (firewall, deliveries of SNS) are left out.
import type { Alarm } from './alarm-model.ts';
import type { LocalStack } from './local-stack.ts';
import type { MetricName } from './telemetry.ts';

export interface LocalAlarm extends Alarm {
  readonly name: string;
  readonly description: string;
  /** Their values are added. */
  readonly metrics: readonly MetricName[];
}

const PERIOD_SECONDS = 300;
const ONE_PERIOD = { periodSeconds: PERIOD_SECONDS, evaluationPeriods: 1, datapointsToAlarm: 1 };
const SECONDS_A_DAY = 86_400;

export const METRICS = {
  lambda: (functionName: string, name: 'Errors' | 'Duration' | 'Invocations'): MetricName => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: functionName },
    unit: name === 'Duration' ? 'Milliseconds' : 'Count',
  }),
  queue: (
    queueName: string,
    name: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage',
  ): MetricName => ({
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: queueName },
    unit: name === 'ApproximateAgeOfOldestMessage' ? 'Seconds' : 'Count',
  }),
  table: (tableName: string, name: 'ReadThrottleEvents' | 'WriteThrottleEvents'): MetricName => ({
    namespace: 'AWS/DynamoDB',
    name,
    dimensions: { TableName: tableName },
    unit: 'Count',
  }),
  api: ({ names, settings }: LocalStack, name: '5XXError' | '4XXError' | 'Count'): MetricName => ({
    namespace: 'AWS/ApiGateway',
    name,
    dimensions: { ApiName: names.api, Stage: settings.api_gateway.stage_name },
    unit: 'Count',
  }),
};

/** None if monitoring is off. */
export function listAlarms(stack: LocalStack): LocalAlarm[] {
  const { monitoring, api_gateway } = stack.settings;
  if (!monitoring.enabled) return [];
  return [
    ...functionAlarms(stack, 'webhook-handler', stack.names.webhookFunction),
    ...functionAlarms(stack, 'audio-processor', stack.names.audioFunction),
    ...storageAlarms(stack),
    ...(api_gateway.enabled ? apiAlarms(stack) : []),
  ];
}

function functionAlarms({ names, settings }: LocalStack, key: string, functionName: string): LocalAlarm[] {
  const { error_rate_percent, duration_seconds } = settings.monitoring;
  return [
    {
      ...ONE_PERIOD,
      name: `${names.alarmPrefix}-${key}-error-rate`,
      description: `More than ${error_rate_percent} % of the invocations of ${functionName} failed within five minutes.`,
      metrics: [METRICS.lambda(functionName, 'Errors')],
      statistic: 'Average',
      threshold: error_rate_percent / 100,
    },
    {
      ...ONE_PERIOD,
      name: `${names.alarmPrefix}-${key}-duration`,
      description: `An invocation of ${functionName} took longer than ${duration_seconds} s.`,
      metrics: [METRICS.lambda(functionName, 'Duration')],
      statistic: 'Maximum',
      threshold: duration_seconds * 1000,
    },
  ];
}

function storageAlarms({ names, settings }: LocalStack): LocalAlarm[] {
  const age = { ...ONE_PERIOD, statistic: 'Maximum' as const };
  const days = settings.audio.queue_retention_days;
  const oldest = [METRICS.queue(names.queue, 'ApproximateAgeOfOldestMessage')];
  const deadLetters = (key: string, queue: string): LocalAlarm => ({
    ...age,
    name: `${names.alarmPrefix}-${key}-dead-letters`,
    description: `Messages wait in the dead-letter queue ${queue}.`,
    metrics: [METRICS.queue(queue, 'ApproximateNumberOfMessagesVisible')],
    threshold: 0,
  });
  return [
    {
      ...ONE_PERIOD,
      name: `${names.alarmPrefix}-dynamodb-throttling`,
      description: `DynamoDB throttled reads or writes of ${names.table}.`,
      metrics: [
        METRICS.table(names.table, 'ReadThrottleEvents'),
        METRICS.table(names.table, 'WriteThrottleEvents'),
      ],
      statistic: 'Sum',
      threshold: 0,
    },
    deadLetters('audio', names.deadLetterQueue),
    deadLetters('webhook', names.webhookDeadLetterQueue),
    {
      ...age,
      name: `${names.alarmPrefix}-audio-queue-age`,
      description: `An upload has waited longer than ${settings.monitoring.queue_age_seconds} s for the audio processor.`,
      metrics: oldest,
      threshold: settings.monitoring.queue_age_seconds,
    },
    {
      ...age,
      name: `${names.alarmPrefix}-audio-backlog`,
      description: `An upload has waited for half of the ${days} days that its queue keeps it. At their end it goes to the dead-letter queue.`,
      metrics: oldest,
      threshold: (days * SECONDS_A_DAY) / 2,
    },
  ];
}

function apiAlarms(stack: LocalStack): LocalAlarm[] {
  const { api_5xx_count, api_5xx_percent } = stack.settings.monitoring;
  const metrics = [METRICS.api(stack, '5XXError')];
  return [
    {
      ...ONE_PERIOD,
      name: `${stack.names.alarmPrefix}-api-5xx`,
      description: `The API answered with more than ${api_5xx_count} server errors within five minutes.`,
      metrics,
      statistic: 'Sum',
      threshold: api_5xx_count,
    },
    {
      name: `${stack.names.alarmPrefix}-api-error-rate`,
      description: `More than ${api_5xx_percent} % of the API's answers were server errors, in two periods of five minutes within an hour.`,
      metrics,
      statistic: 'Average',
      threshold: api_5xx_percent / 100,
      periodSeconds: PERIOD_SECONDS,
      evaluationPeriods: 12,
      datapointsToAlarm: 2,
    },
  ];
}
