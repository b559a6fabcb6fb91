import { busyShare, DAYS_PER_MONTH } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** Metrics that the alarms watch: an alarm over several metrics is billed for each of them. */
export const ALARM_METRICS = {
  'the error rates of both functions (errors, invocations)': 4,
  'the durations of both functions': 2,
  'throttling (reads, writes, index writes)': 3,
  'the two dead-letter queues': 2,
  'the age of the audio queue (long, and half of its retention)': 2,
} as const;
export const API_ALARM_METRICS = 1;
/** Count, Latency, IntegrationLatency, 4XXError, 5XXError: per method, because the stage asks for detailed metrics. */
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

function listMonitoring({ settings: { monitoring, api_gateway } }: Stack): readonly Usage[] {
  if (!monitoring.enabled) return [];
  const common = Object.values(ALARM_METRICS).reduce((sum, metrics) => sum + metrics, 0);
  const api = api_gateway.enabled ? API_ALARM_METRICS : 0;
  return [
    {
      id: 'alarms',
      title: 'Alarms',
      price: 'cloudwatch.alarm-metrics',
      quantity: common + api,
      derivation: [
        ...Object.entries(ALARM_METRICS).map(([what, metrics]) => `${metrics} for ${what}`),
        ...(api > 0 ? [`${api} for the 5xx of the API`] : []),
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

function listMetrics({ settings, traffic }: Stack): readonly Usage[] {
  const { event_types } = settings.traffic;
  const kinds: readonly (readonly [id: string, title: string, metrics: number, perMetric: number])[] = [
    ['event-metrics', 'Custom metrics of events', event_types, traffic.webhooks / event_types],
    ['audio-metrics', 'Custom metrics of files', AUDIO_METRICS, traffic.files],
    ['webhook-method-metrics', 'Detailed metrics of POST /webhook', METRICS_PER_METHOD, traffic.webhooks],
    ['health-method-metrics', 'Detailed metrics of GET /health', METRICS_PER_METHOD, traffic.healthChecks],
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
