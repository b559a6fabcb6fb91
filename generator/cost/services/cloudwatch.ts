import { keepsDeadLetters } from '../../spec/result-subscribers.ts';
import { busyShare, DAYS_PER_MONTH } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** Metrics that the alarms watch: an alarm over several metrics is billed for each of them. */
export const ALARM_METRICS = {
  'the error rates of both functions': 2,
  'the durations of both functions': 2,
  'throttling (reads, writes)': 2,
  'the two dead-letter queues': 2,
  'the age of the audio queue (long, and half of its retention)': 2,
} as const;
/** The count and the rate of 5xx answers. */
export const API_ALARM_METRICS = 2;
/** Deliveries of results that failed. */
const RESULT_ALARM_METRICS = 1;
/** Their dead-letter queue, and results that it did not take. */
const RESULT_DEAD_LETTER_METRICS = 2;
/** Throttled writes of the index. */
const INDEX_ALARM_METRICS = 1;
/** Count, Latency, IntegrationLatency, 4XXError, 5XXError: per method, with `api_gateway.detailed_metrics`. */
const METRICS_PER_METHOD = 5;
/** FilesProcessed and ApiLatency; the other metrics get data only on failures. */
const AUDIO_METRICS = 2;
const HOURS_WITH_TRAFFIC = DAYS_PER_MONTH * 24;

/** Alarms, dashboard, and custom metrics, which are billed only for hours with data. */
export const CLOUDWATCH: CostService = {
  id: 'cloudwatch',
  title: 'CloudWatch',
  listUsage: (stack) => [...listMonitoring(stack), ...listMetrics(stack)],
};

function listMonitoring({ settings }: Stack): readonly Usage[] {
  const { monitoring, api_gateway, dynamodb, subscriptions } = settings;
  if (!monitoring.enabled) return [];
  const common = Object.values(ALARM_METRICS).reduce((sum, metrics) => sum + metrics, 0);
  const api = api_gateway.enabled ? API_ALARM_METRICS : 0;
  const index = dynamodb.event_type_index ? INDEX_ALARM_METRICS : 0;
  const failed = subscriptions.length > 0 ? RESULT_ALARM_METRICS : 0;
  const deadLetters = keepsDeadLetters(settings) ? RESULT_DEAD_LETTER_METRICS : 0;
  return [
    {
      id: 'alarms',
      title: 'Alarms',
      price: 'cloudwatch.alarm-metrics',
      quantity: common + api + index + failed + deadLetters,
      derivation: [
        ...Object.entries(ALARM_METRICS).map(([what, metrics]) => `${metrics} for ${what}`),
        ...(index > 0 ? [`${index} for throttling of the index`] : []),
        ...(api > 0 ? [`${api} for the 5xx of the API (count, rate)`] : []),
        ...(failed > 0 ? [`${failed} for failed deliveries of results`] : []),
        ...(deadLetters > 0 ? [`${deadLetters} for the dead letters of results`] : []),
      ].join(' + '),
      fixed: true,
    },
    {
      id: 'dashboard',
      title: 'Dashboard',
      price: 'cloudwatch.dashboards',
      quantity: monitoring.dashboard ? 1 : 0,
      derivation: '1 dashboard',
      fixed: true,
    },
  ];
}

type Kind = readonly [id: string, title: string, metrics: number, perMetric: number];

function listMetrics({ settings, traffic }: Stack): readonly Usage[] {
  const { monitoring, api_gateway } = settings;
  const { event_types } = settings.traffic;
  const custom: readonly Kind[] = [
    ['event-metrics', 'Custom metrics of events', event_types, traffic.webhooks / event_types],
    ['audio-metrics', 'Custom metrics of files', AUDIO_METRICS, traffic.files],
  ];
  const detailed: readonly Kind[] = [
    ['webhook-method-metrics', 'Detailed metrics of POST /webhook', METRICS_PER_METHOD, traffic.webhooks],
    ['health-method-metrics', 'Detailed metrics of GET /health', METRICS_PER_METHOD, traffic.healthChecks],
  ];
  const kinds = [
    ...(monitoring.enabled && monitoring.custom_metrics ? custom : []),
    ...(api_gateway.detailed_metrics ? detailed : []),
  ];
  return kinds.map(([id, title, metrics, perMetric]) => {
    const share = busyShare(perMetric, HOURS_WITH_TRAFFIC);
    return {
      id,
      title,
      price: 'cloudwatch.custom-metrics',
      quantity: metrics * share,
      derivation: `${metrics} metrics x data in ${count(Math.round(1000 * share) / 10)} % of the hours`,
    };
  });
}
